package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.AuditStore;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What administrators look at and turn besides users: keys, revocations, events, tokens, the server itself.
class AdminToolsTest {

    private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();

    /// A key of the messages that no message belongs to.
    private static final Pattern UNSAID = Pattern.compile("admin\\.[a-z-]+\\.");

    private static RunningServer server;
    private static TestBrowser root;

    @BeforeAll
    static void start() {
        Log.writeTo(new PrintStream(LOG, true, StandardCharsets.UTF_8));
        server = RunningServer.start(Map.of("log.level", "debug"));
        server.addUser("root", "administrator");
        root = AdminForms.signedIn(server, "root");
    }

    @AfterAll
    static void stop() {
        server.close();
        Log.writeTo(System.out);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/keys",
                "/admin/revocations",
                "/admin/revocations/events",
                "/admin/audit",
                "/admin/token",
                "/admin/health"
            })
    void nobody_comes_in_but_administrators(String path) {
        assertThat(server.call("GET", path).send().header("Location").orElseThrow())
                .startsWith("/login?to=");
        assertThat(AdminForms.signedIn(server, "vera").open(path).status()).isEqualTo(403);
        if (path.endsWith("/events")) return; // It does not end.
        Reply page = root.open(path);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).doesNotContainPattern(UNSAID);
        Reply german = root.send(server.call("GET", path).header("Accept-Language", "de"));
        assertThat(german.text()).contains("<html lang=\"de\"").doesNotContainPattern(UNSAID);
    }

    @Test
    void a_good_token_passes_every_check() {
        String token = server.logIn().string("access_token");

        Reply page = look(token);

        assertThat(page.text())
                .contains("This token is good now.", "it has been signing for", "An API that is registered here.")
                .contains("class=\"header\"", "class=\"payload\"", "class=\"signature\"", token.split("\\.")[1])
                .contains("Which application it was issued to.", ">client_id<")
                .doesNotContain("badge bad");
        assertThat(verdicts(page)).hasSize(11).allMatch("passed"::equals);
    }

    @Test
    void a_revoked_token_says_what_took_it_back() {
        String session = server.logIn().string("access_token");
        server.call("DELETE", "/session").bearer(session).send();
        assertThat(look(session).text()).contains("This token is refused.", "Its session ended at");
        assertThat(verdicts(look(session)).getLast()).isEqualTo("refused");

        String of = server.clientCredentials().string("access_token");
        server.revoke(of);
        assertThat(look(of).text()).contains("The token itself was taken back at");

        server.addUser("zora", "buyer");
        String zoras = server.logIn("zora", RunningServer.PASSWORD).string("access_token");
        String at = "/admin/users/" + server.user("zora").subject().value();
        AdminForms.act(root, root.open(at), "disable", "");
        assertThat(look(zoras).text()).contains("Every token of the user until");
    }

    @Test
    void an_expired_token_is_refused_for_its_time() {
        Map<String, Object> claims = claims();
        long now = System.currentTimeMillis() / 1000;
        claims.put("iat", now - 700);
        claims.put("exp", now - 100);

        Reply page = look(new JwsSigner(server.signingKey(), "at+jwt").sign(Json.write(claims)));

        assertThat(page.text()).contains("Its time is over.", "1 min 4");
        assertThat(verdicts(page)).containsSubsequence("passed", "refused", "not reached");
    }

    @Test
    void a_foreign_token_is_refused_for_its_key() {
        PrivateJwk foreign = PrivateJwk.generate(Algorithm.ES256);

        Reply page = look(new JwsSigner(foreign, "at+jwt").sign(Json.write(claims())));

        assertThat(page.text()).contains("This server has no such key", "Do not believe it.");
    }

    @Test
    void a_changed_token_is_refused_for_its_signature() {
        String[] parts = server.logIn().string("access_token").split("\\.");
        Map<String, Object> claims = claims();
        claims.put("scope", "orders:write everything");
        String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(claims));

        Reply page = look(parts[0] + "." + payload + "." + parts[2]);

        assertThat(page.text()).contains("It was changed, or signed with another key.");
    }

    @Test
    @DisplayName("HS256 with a public key as its secret, and none")
    void another_algorithm_is_refused() {
        String header = encoded("{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\""
                + server.signingKey().toJson().get("kid") + "\"}");
        String none = encoded("{\"alg\":\"none\",\"typ\":\"at+jwt\"}");
        String payload = encoded(new String(Json.write(claims()), StandardCharsets.UTF_8));

        Reply symmetric = look(header + "." + payload + "." + encoded("0123456789012345678901234567890"));
        assertThat(symmetric.text()).contains("This token is refused.");
        assertThat(verdicts(symmetric)).contains("refused").doesNotContain("unknown");
        assertThat(look(none + "." + payload + ".").text()).contains("This token is refused.");
    }

    @Test
    void a_token_signed_with_a_shared_secret_says_who_shares_it() {
        String till = "https://api.example/till";
        server.addApi(till, "the secret of the till", Algorithm.HS256, Duration.ofMinutes(5), "till:open");
        String token = server.logIn().string("access_token");

        Reply good = look(server.forgedBy(till, token, Map.of()));
        assertThat(good.text()).contains("This token is good now.", "is shared with " + till);

        Reply elsewhere = look(server.forgedBy(till, token, Map.of("aud", RunningServer.ORDERS)));
        assertThat(elsewhere.text()).contains("It is for another API than the one whose secret has signed it.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "a.b.c", "..", "<script>alert(1)</script>.x.y", "Bearer", "DPoP"})
    void garbage_is_no_token(String text) {
        Reply page = look(text);

        assertThat(page.text()).doesNotContain("<script>alert");
        if (!Set.of("Bearer", "DPoP").contains(text)) assertThat(page.text()).contains("This is no token");
    }

    @Test
    @DisplayName("S-02, S-03: a token that is looked at is neither kept nor logged, and stands in no address")
    void a_token_is_looked_at_and_forgotten() {
        String token = server.logIn().string("access_token");
        look(token);
        look(token + "x");

        String signature = token.substring(token.lastIndexOf('.') + 1);
        assertThat(LOG.toString(StandardCharsets.UTF_8)).isNotEmpty().doesNotContain(signature);
        assertThat(server.everythingStored()).contains("vera").doesNotContain(signature);
        assertThat(server.audit().toString()).doesNotContain(signature);
        assertThat(root.open("/admin/token?token=" + token).text()).doesNotContain(signature);
    }

    @Test
    void keys_are_shown_on_a_time_line_and_turned() {
        Reply page = root.open("/admin/keys");
        assertThat(page.text())
                .contains("<svg class=\"timeline\"", "role=\"img\"", "class=\"signing\"", "class=\"published\"")
                .contains("RS256", "A key signs for 30 days, then")
                .containsPattern("<text x=\"[^\"]+\" y=\"\\d+\">\\d{4}-\\d\\d-\\d\\d</text>");
        String[] slots = page.text().split("<h2>");
        assertThat(slots).hasSizeGreaterThan(2);
        for (String slot : List.of(slots).subList(1, slots.length)) {
            assertThat(slot.indexOf(">signs<"))
                    .as("the key that signs comes first")
                    .isBetween(1, slot.indexOf(">next<"));
        }
        String before = server.signingKey().toJson().get("kid").toString();

        Reply turned = AdminForms.act(root, page, "rotate", "RS256");

        assertThat(turned.text()).contains("Rotated.", "class=\"retired\"");
        assertThat(server.signingKey().toJson().get("kid")).isNotEqualTo(before);

        Reply withdrawn = AdminForms.act(root, turned, "retire", before);
        assertThat(withdrawn.text()).contains("Withdrawn.");
        assertThat(server.call("GET", "/jwks").send().text()).doesNotContain(before);
    }

    @Test
    void revocations_are_shown_with_who_listens() {
        server.call("DELETE", "/session")
                .bearer(server.logIn().string("access_token"))
                .send();
        try (Feed feed = Feed.ofOrders(server)) {
            assertThat(feed).isNotNull();
            Reply page = root.open("/admin/revocations");
            assertThat(page.text())
                    .contains("session", "logged_out", "id=\"live\"")
                    .containsPattern("<th scope=\"row\">" + Pattern.quote(RunningServer.ORDERS));
            assertThat(page.header("Content-Security-Policy").orElseThrow())
                    .contains("script-src 'self'; connect-src 'self'")
                    .doesNotContain("unsafe");
        }
    }

    @Test
    void an_open_page_hears_that_the_log_has_moved() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.handstamp.port() + "/admin/revocations/events"));
        request.header(
                "Cookie",
                "__Host-handstamp-session="
                        + root.cookie("__Host-handstamp-session").orElseThrow());
        try (HttpClient client = HttpClient.newHttpClient()) {
            var stream = client.send(request.build(), BodyHandlers.ofInputStream());
            assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).startsWith("retry:");
                server.call("DELETE", "/session")
                        .bearer(server.logIn().string("access_token"))
                        .send();
                String line = lines.readLine();
                while (line.isEmpty()) line = lines.readLine();
                assertThat(line).isEqualTo("event: moved");
                assertThat(lines.readLine()).matches("data: \\d+");
            }
        }
    }

    @Test
    void everything_is_taken_back_by_one_button() {
        String token = server.clientCredentials().string("access_token");

        Reply page = AdminForms.act(root, root.open("/admin/revocations"), "everything", "");

        assertThat(page.text()).contains("Removed.", "everything");
        assertThat(server.isActive(token)).isFalse();
        assertThat(server.audit(AuditEvent.Type.EVERYTHING_REVOKED).getLast().actor())
                .isEqualTo(server.user("root").subject().value());
    }

    @Test
    void events_are_found_by_filter() {
        server.addUser("yves");
        server.logIn("yves", "a wrong password");
        server.logIn("yves", RunningServer.PASSWORD);

        Reply failed = root.open("/admin/audit?party=yves&type=login_failed");
        assertThat(rows(failed)).hasSize(1);
        assertThat(failed.text()).contains("127.0.0.1", "value=\"yves\"");
        assertThat(rows(root.open("/admin/audit?party=yves&since=2100-01-01T00:00")))
                .isEmpty();
        assertThat(rows(root.open("/admin/audit?address=192.0.2.1"))).isEmpty();
        assertThat(root.open("/admin/audit?type=nonsense").status()).isEqualTo(400);
        assertThat(root.open("/admin/audit?since=yesterday").status()).isEqualTo(400);
        assertThat(root.open("/admin/audit?after=forged").status()).isEqualTo(400);
        String ages = "since=-999999999-01-01T00:00:00Z&until=%2B999999999-01-01T00:00:00Z";
        assertThat(rows(root.open("/admin/audit?party=yves&type=login_failed&" + ages)))
                .as("longer than any column can tell")
                .hasSize(1);
    }

    @Test
    void events_name_users_and_lead_to_the_page_that_tells_the_identifier() {
        String xenia = server.addUser("xenia").subject().value();
        String rootId = server.user("root").subject().value();
        Reply page = root.open("/admin/users/" + xenia);
        AdminForms.act(root, page, "profile", "", "name", "Xenia", "email", "xenia@example.org");

        String told = row(root.open("/admin/audit?party=xenia&type=user_changed"));
        assertThat(told)
                .contains("<a href=\"/admin/users/" + xenia + "\">xenia</a>")
                .contains("<a href=\"/admin/users/" + rootId + "\">root</a>")
                .doesNotContain(">" + xenia + "<", ">" + rootId + "<");
        assertThat(root.open("/admin/users/" + xenia).text())
                .contains(xenia, "<a href=\"/admin/users/" + rootId + "\">root</a>");
        server.logIn("xenia", RunningServer.PASSWORD);
        assertThat(root.open("/admin/users/" + xenia).text())
                .as("nothing leads from a page to itself")
                .contains(">xenia</td>")
                .doesNotContain("\"/admin/users/" + xenia + "\">xenia");

        AdminForms.act(root, root.open("/admin/users/" + xenia), "delete", "");
        assertThat(row(root.open("/admin/audit?party=" + xenia + "&type=user_changed")))
                .contains(">" + xenia + "<")
                .doesNotContain("/admin/users/" + xenia);
    }

    @Test
    void events_are_read_page_by_page() {
        AuditEvent event =
                new AuditEvent(Instant.now(), AuditEvent.Type.STREAM_CHANGED, "test", "", "", "", "", Map.of());
        server.database.inTransaction(tx -> {
            for (int i = 0; i < 35; i++) new AuditStore().append(tx, event);
            return event;
        });

        Reply first = root.open("/admin/audit?type=stream_changed");
        assertThat(rows(first)).hasSize(20);
        Reply second = root.open("/admin/audit?type=stream_changed&after="
                + TestBrowser.fields(first).get("after"));
        assertThat(rows(second)).hasSize(15);
        assertThat(second.text()).contains("First page");
    }

    @Test
    void details_of_any_length_are_cut_short_among_many_events_and_told_whole_alone() {
        String much = "scope ".repeat(200).strip();
        server.database.inTransaction(tx -> {
            for (int i = 0; i < 10; i++) {
                Instant at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(60 * i);
                new AuditStore()
                        .append(
                                tx,
                                new AuditEvent(
                                        at,
                                        AuditEvent.Type.ROLE_CHANGED,
                                        "test",
                                        "role & " + i,
                                        "",
                                        "",
                                        "",
                                        Map.of("scope", much)));
            }
            return tx;
        });

        Reply many = root.open("/admin/audit?until=2026-01-02T00:00");
        assertThat(rows(many)).hasSize(10);
        assertThat(many.text()).doesNotContain(much).contains("scope=scope scope", "…");
        Matcher whole = Pattern.compile("href=\"(/admin/audit\\?at=[^\"]+)\"").matcher(many.text());
        assertThat(whole.find()).isTrue();
        Reply one = root.open(whole.group(1).replace("&amp;", "&"));
        assertThat(rows(one)).hasSize(1);
        assertThat(one.text()).contains("scope=" + much, "role &amp; 9");
    }

    @Test
    void events_of_one_moment_are_told_whole_page_by_page() {
        Instant at = Instant.parse("2026-01-03T00:00:00Z");
        String much = "scope ".repeat(30).strip();
        server.database.inTransaction(tx -> {
            for (int i = 0; i < 25; i++) {
                Map<String, String> details = Map.of("scope", much);
                new AuditStore()
                        .append(tx, new AuditEvent(at, AuditEvent.Type.ROLE_CHANGED, "x", "y", "", "", "", details));
            }
            return tx;
        });

        Reply first = root.open("/admin/audit?at=" + at);
        assertThat(rows(first)).hasSize(20);
        assertThat(first.text()).contains(much).doesNotContain("/admin/audit?at=");
        Reply second = root.open("/admin/audit?at=" + TestBrowser.fields(first).get("at") + "&after="
                + TestBrowser.fields(first).get("after"));
        assertThat(rows(second)).hasSize(5);
        assertThat(TestBrowser.fields(second)).containsEntry("at", at.toString());
    }

    @Test
    void the_time_line_of_the_keys_says_whose_clock_it_goes_by() {
        assertThat(root.open("/admin/keys").text()).contains("The days and hours below the bars are in UTC.");
    }

    @Test
    void what_is_asked_for_to_the_second_stays_in_the_field() {
        Reply asked = root.open("/admin/audit?since=2026-01-03T00:00:01Z&until=2026-01-03T00:00:02");
        assertThat(asked.status()).isEqualTo(200);
        assertThat(asked.text())
                .contains("value=\"2026-01-03T00:00:01\"", "value=\"2026-01-03T00:00:02\"", "step=\"1\"");
    }

    @Test
    @DisplayName("A-17: what strangers send is shown in the audit log and never run")
    void hostile_events_are_text() {
        server.call("POST", "/token")
                .form(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        "<script>alert(1)</script>",
                        "client_secret",
                        "x")
                .send();
        Reply page = root.open("/admin/audit");
        assertThat(page.text()).doesNotContain("<script>alert");
        assertThat(root.open("/admin/audit?party=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
                        .text())
                .doesNotContain("<script>alert");
    }

    @Test
    void the_last_hour_is_drawn() {
        server.logIn();
        server.logIn("vera", "a wrong password");

        Reply page = root.open("/admin/health");

        assertThat(page.text())
                .contains("<svg class=\"chart\"", "<path d=\"M", "Sign-ins per minute", "SQLite", "Passwords waiting");
    }

    private static Reply look(String token) {
        return AdminForms.act(root, root.open("/admin/token"), "look", "", "token", token);
    }

    private static Map<String, Object> claims() {
        return new LinkedHashMap<>(RunningServer.claims(server.logIn().string("access_token")));
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> verdicts(Reply page) {
        return Pattern.compile("<td><span class=\"badge [a-z]*\">([a-z ]+)</span></td><td class=\"mono\">")
                .matcher(page.text())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /// The one event that a page tells.
    private static String row(Reply page) {
        assertThat(rows(page)).hasSize(1);
        String from = page.text().substring(page.text().indexOf("<tr><td><time"));
        return from.substring(0, from.indexOf("</tr>"));
    }

    private static List<String> rows(Reply page) {
        return Pattern.compile("<tr><td><time[^>]*>")
                .matcher(page.text())
                .results()
                .map(found -> found.group())
                .toList();
    }
}
