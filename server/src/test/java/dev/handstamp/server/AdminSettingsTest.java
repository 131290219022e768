package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.GrantType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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

/// Clients and APIs, registered and changed by administrators in a browser.
class AdminSettingsTest {

    private static final String HOSTILE = "<script>alert('\"&</script>";

    private static RunningServer server;
    private static TestBrowser root;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.addUser("root", "administrator");
        root = AdminForms.signedIn(server, "root");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/clients",
                "/admin/clients/new",
                "/admin/clients/shop",
                "/admin/clients/no-such",
                "/admin/client-invitations",
                "/admin/apis",
                "/admin/apis/new",
                "/admin/apis/x-!"
            })
    void nobody_comes_in_but_administrators(String path) {
        assertThat(server.call("GET", path).send().header("Location").orElseThrow())
                .startsWith("/login?to=");
        assertThat(AdminForms.signedIn(server, "vera").open(path).status()).isEqualTo(403);
        assertThat(AdminForms.signedIn(server, "vera")
                        .post(
                                path.equals("/admin/clients") || path.equals("/admin/apis") ? path + "/new" : path,
                                "a",
                                "b")
                        .status())
                .isEqualTo(403);
        int expected = path.contains("no-such") || path.contains("!") ? 404 : 200;
        Reply german = root.send(server.call("GET", path).header("Accept-Language", "de"));
        assertThat(german.status()).isEqualTo(expected);
        assertThat(german.text()).doesNotContainPattern("admin\\.[a-z-]+\\.");
    }

    @Test
    void a_client_is_registered_changed_given_another_secret_and_deleted() {
        Reply added = send(
                root.open("/admin/clients/new"),
                "add",
                "id",
                "kiosk",
                "name",
                "The Kiosk",
                "grant.client_credentials",
                "on",
                "apis",
                RunningServer.ORDERS,
                "scopes",
                "orders:read");
        String secret = secret(added);
        assertThat(added.text()).contains("Shown once");
        assertThat(token("kiosk", secret).status()).isEqualTo(200);
        assertThat(root.open("/admin/clients?q=KIOS").text()).contains("href=\"/admin/clients/kiosk\"", "The Kiosk");

        Reply page = root.open("/admin/clients/kiosk");
        assertThat(page.text()).doesNotContain(secret);
        Reply changed = send(page, "change", "scopes", "orders:read orders:write", "name", "The new Kiosk");
        assertThat(changed.text()).contains("Saved.", "The new Kiosk");
        assertThat(token("kiosk", secret).json()).containsEntry("scope", "orders:read orders:write");
        assertThat(server.audit(AuditEvent.Type.CLIENT_CHANGED).getLast().actor())
                .isEqualTo(server.user("root").subject().value());

        Reply renewed = AdminForms.act(root, root.open("/admin/clients/kiosk"), "secret", "");
        assertThat(secret(renewed)).isNotEqualTo(secret);
        assertThat(token("kiosk", secret).status()).isEqualTo(401);
        assertThat(token("kiosk", secret(renewed)).status()).isEqualTo(200);

        Reply gone = AdminForms.act(root, root.open("/admin/clients/kiosk"), "delete", "");
        assertThat(gone.text()).contains("Deleted.");
        assertThat(root.open("/admin/clients/kiosk").status()).isEqualTo(404);
        assertThat(token("kiosk", secret(renewed)).status()).isEqualTo(401);
    }

    @Test
    void saving_without_a_change_changes_nothing() {
        server.addClient(
                "steady",
                "the-secret-of-the-steady",
                Set.of(GrantType.CLIENT_CREDENTIALS),
                List.of(RunningServer.ORDERS),
                "orders:read");
        String token = token("steady", "the-secret-of-the-steady").string("access_token");
        int before = server.audit().size();

        send(root.open("/admin/clients/steady"), "change");
        send(root.open("/admin/apis/" + reference(RunningServer.STOCK)), "change");

        assertThat(server.audit()).hasSize(before);
        assertThat(server.isActive(token)).isTrue();
    }

    @Test
    void what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
        Reply wrong = send(
                root.open("/admin/clients/new"),
                "add",
                "id",
                "spa",
                "public",
                "on",
                "grant.authorization_code",
                "on",
                "uris",
                "not an address");

        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text())
                .containsPattern("<span id=\"problem-uris\"[^>]*>not a redirect URI: ")
                .containsPattern("<textarea[^>]*name=\"uris\"[^>]*aria-invalid=\"true\"")
                .contains("value=\"spa\"");
        assertThat(root.open("/admin/clients/spa").status()).isEqualTo(404);

        Reply metadata = send(wrong, "add", "uris", "http://127.0.0.1:9/cb", "metadata", "{\"jwks_uri\":");
        assertThat(metadata.text()).contains("no JSON object");
        Reply unknown = send(metadata, "add", "metadata", "", "apis", "https://api.example/nowhere");
        assertThat(unknown.text()).contains("there is no API https://api.example/nowhere");
    }

    @Test
    void what_is_wrong_is_said_in_the_language_of_whoever_reads_it() {
        Reply form = root.open("/admin/clients/new");
        Map<String, String> client = AdminForms.fields(form);
        client.putAll(Map.of("id", "b a d", "action", "add", "form", AdminForms.form(form, "add", "")));
        assertThat(german("/admin/clients/new", client))
                .containsPattern("<span id=\"problem-id\"[^>]*>Kein Bezeichner einer Anwendung: \"b a d\"; erlaubt")
                .doesNotContain("not a client id");

        client.putAll(
                Map.of("id", "fine", "public", "on", "grant.client_credentials", "on", "apis", RunningServer.ORDERS));
        assertThat(german("/admin/clients/new", client)).contains("kann client_credentials nicht verwenden");

        client.putAll(Map.of("public", "", "metadata", "{\"jwks_uri\": 1, \"logo_uri\": \"x\"}"));
        assertThat(german("/admin/clients/new", client))
                .contains("jwks_uri muss eine https-URI", "; logo_uri muss eine https-URI")
                .doesNotContain("has to be");
    }

    private static String german(String path, Map<String, String> fields) {
        Reply reply = root.send(
                server.call("POST", path).header("Accept-Language", "de").form(fields));
        assertThat(reply.status()).isEqualTo(400);
        return reply.text();
    }

    @Test
    @DisplayName("A form is looked at while it is filled in, and nothing comes of it")
    void a_check_changes_nothing() {
        Reply form = root.open("/admin/clients/new");
        Map<String, String> fields = AdminForms.fields(form);
        Matcher check = Pattern.compile("data-check=\"([^\"]+)\"").matcher(form.text());
        assertThat(check.find()).isTrue();
        fields.putAll(Map.of("action", "check", "form", check.group(1), "id", "b a d"));
        int before = server.audit().size();

        assertThat(post("/admin/clients/new", fields).text())
                .containsPattern("<span id=\"problem-id\"[^>]*>not a client id: ");
        fields.putAll(Map.of("id", "fine", "grant.client_credentials", "on", "apis", RunningServer.ORDERS));
        Reply fine = post("/admin/clients/new", fields);

        assertThat(fine.status()).isEqualTo(200);
        assertThat(fine.text()).doesNotContain("problem-id");
        assertThat(root.open("/admin/clients/fine").status()).isEqualTo(404);
        assertThat(server.audit()).hasSize(before);
    }

    @Test
    void an_api_is_registered_changed_and_deleted() {
        String audience = "https://api.example/library";
        Reply added = send(
                root.open("/admin/apis/new"),
                "add",
                "apis",
                audience,
                "scopes",
                "books:read\nbooks:write",
                "words",
                "books:read = Read your books\nbooks:read de = Ihre Bücher lesen",
                "algorithm",
                "ES256",
                "lifetime",
                "2m");
        String secret = secret(added);
        String at = "/admin/apis/" + reference(audience);
        assertThat(root.open("/admin/apis").text()).contains("href=\"" + at + "\"", "2 min");
        assertThat(server.call("POST", "/introspect")
                        .basic(audience, secret)
                        .form("token", "x")
                        .send()
                        .status())
                .isEqualTo(200);

        Reply page = root.open(at);
        assertThat(page.text()).contains("books:read de = Ihre Bücher lesen", "value=\"2m\"");
        Reply changed = send(page, "change", "lifetime", "90s", "words", "books:read = Read all books");
        assertThat(changed.text())
                .contains("Saved.", "90s", "books:read = Read all books")
                .doesNotContain("Bücher");

        Reply wrong = send(changed, "change", "lifetime", "a while");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text()).contains("not a duration", "value=\"a while\"");

        Reply gone = AdminForms.act(root, root.open(at), "delete", "");
        assertThat(gone.text()).contains("Deleted.");
        assertThat(root.open(at).status()).isEqualTo(404);
    }

    @Test
    void a_change_asks_for_a_sign_in_of_just_now_and_keeps_what_was_typed() {
        server.addUser("late", "administrator");
        TestBrowser late = AdminForms.signedIn(server, "late");
        Reply form = late.open("/admin/clients/new");
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 601000000 WHERE session_id IN"
                + " (SELECT session_id FROM session WHERE subject = '"
                + server.user("late").subject().value() + "')");
        Map<String, String> fields = AdminForms.fields(form);
        fields.put("id", "typed-before");

        Reply refused = late.post("/admin/clients/new", AdminForms.pairs(fields));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("value=\"typed-before\"", "You signed in a while ago");
    }

    @Test
    @DisplayName("A-17: what clients and APIs are called is shown and never run")
    void hostile_names_are_text() {
        send(
                root.open("/admin/clients/new"),
                "add",
                "id",
                "hostile",
                "name",
                HOSTILE,
                "grant.client_credentials",
                "on",
                "apis",
                RunningServer.ORDERS,
                "scopes",
                "orders:read");
        for (Reply page : List.of(
                root.open("/admin/clients"),
                root.open("/admin/clients/hostile"),
                root.open("/admin/clients?q=%3Cscript%3Ealert"))) {
            assertThat(page.text()).contains("&lt;script").doesNotContain("<script>alert");
        }
        Reply wrong =
                send(root.open("/admin/apis/new"), "add", "apis", HOSTILE, "words", "</textarea><script>alert(1)");
        assertThat(wrong.text()).doesNotContain("<script>alert", "</textarea><script");
    }

    @Test
    @DisplayName("CSRF: a forged form registers nothing")
    void forged_forms_register_nothing() {
        Map<String, String> fields = AdminForms.fields(root.open("/admin/apis/new"));
        fields.putAll(Map.of("apis", "https://api.example/forged", "form", "forged"));

        assertThat(post("/admin/apis/new", fields).status()).isEqualTo(403);
        assertThat(root.open("/admin/apis").text()).doesNotContain("https://api.example/forged");
    }

    /// Sends the form of the page that has this action, with what it holds and what is filled in.
    private static Reply send(Reply page, String action, String... filled) {
        return AdminForms.send(root, page, action, filled);
    }

    private static Reply post(String path, Map<String, String> fields) {
        return root.post(path, AdminForms.pairs(fields));
    }

    private static String secret(Reply page) {
        Matcher secret =
                Pattern.compile("id=\"secret\" class=\"mono\">([^<]+)<").matcher(page.text());
        assertThat(secret.find()).as(page.text()).isTrue();
        return secret.group(1);
    }

    private static String reference(String audience) {
        return "x-" + Base64.getUrlEncoder().withoutPadding().encodeToString(audience.getBytes(StandardCharsets.UTF_8));
    }

    private static Reply token(String client, String secret) {
        return server.call("POST", "/token")
                .basic(client, secret)
                .form("grant_type", "client_credentials")
                .send();
    }
}
