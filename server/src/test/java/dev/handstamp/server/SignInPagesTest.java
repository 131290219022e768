package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.store.UserStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What the login and consent pages withstand.
class SignInPagesTest {

    private static final Pattern FETCHED_LATE =
            Pattern.compile("<script data-src=\"/assets/[^\"]+-passkey.js\">([^<]+)</script>");

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of(
                "login-throttle.account-failures",
                "3",
                "login-throttle.first-delay",
                "1h",
                "login-throttle.longest-delay",
                "1h"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the_login_page_shows_the_clients_logo_and_its_links_in_the_users_language() {
        WebClient client = WebClient.with(
                server,
                Map.of(
                        "logo_uri", "https://app.example.com:8443/logo.png?a=1&b=2",
                        "policy_uri", "https://app.example.com/privacy",
                        "policy_uri#de", "https://app.example.com/datenschutz",
                        "tos_uri", "https://app.example.com/terms",
                        "client_name#de", "Der Laden",
                        "client_name#fr-CA", "Le dépanneur"));
        Reply page = new TestBrowser(server).open(client.request("ui_locales", "it de-AT"));
        assertThat(page.text())
                .contains("Der Laden", "https://app.example.com/datenschutz", "https://app.example.com/terms")
                .contains("src=\"https://app.example.com:8443/logo.png?a=1&amp;b=2\"")
                .doesNotContain("The &lt;Shop");
        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .contains("; img-src 'self' https://app.example.com:8443;");
        Reply french = new TestBrowser(server).open(client.request("ui_locales", "fr"));
        assertThat(french.text()).contains("The &lt;Shop", "https://app.example.com/privacy");
    }

    @Test
    @DisplayName("O-31: a login form counts only with the value of this page in this browser, sent from here")
    void a_forged_login_signs_nobody_in() {
        WebClient client = WebClient.trusted(server);
        Reply elsewhere = new TestBrowser(server).open(client.request());
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open(client.request());
        Reply otherTab = browser.open(client.request());
        String foreign = TestBrowser.fields(elsewhere).get("form");
        String otherForm = TestBrowser.fields(otherTab).get("form");

        List<Consumer<Map<String, String>>> forgeries = List.of(
                form -> form.remove("form"),
                form -> form.put("form", ""),
                form -> form.put("form", "x"),
                form -> form.put("form", foreign),
                form -> form.put("form", otherForm));
        for (var forgery : forgeries) {
            Reply reply = browser.send(posted("/login", login, forgery));
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.text()).contains("Sign in here");
        }
        for (String[] header : new String[][] {
            {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}
        }) {
            Reply reply = browser.send(posted("/login", login, form -> {}).header(header[0], header[1]));
            assertThat(reply.status()).as(header[1]).isEqualTo(403);
        }
        Reply withoutCookie = posted("/login", login, form -> {}).send();
        assertThat(withoutCookie.status()).isEqualTo(403);
        assertThat(browser.cookie("__Host-handstamp-session")).isEmpty();

        Reply good = browser.send(posted("/login", login, form -> {})
                .header("Sec-Fetch-Site", "same-origin")
                .header("Origin", "null"));
        assertThat(good.status()).isEqualTo(303);
        assertThat(browser.cookie("__Host-handstamp-session")).isPresent();
    }

    @Test
    @DisplayName("O-32: consent counts for its session, its client and what was shown, and for nothing else")
    void a_forged_consent_allows_nothing() {
        TestBrowser browser = new TestBrowser(server);
        WebClient first = WebClient.confidential(server);
        WebClient second = WebClient.confidential(server);
        Reply consent = browser.signIn(browser.open(first.request("scope", "orders:read")));
        Reply other = browser.open(second.request("scope", "orders:read orders:write"));
        Map<String, String> shown = TestBrowser.fields(consent);
        TestBrowser somebody = new TestBrowser(server);
        Map<String, String> theirs = TestBrowser.fields(somebody.signIn(somebody.open(first.request())));

        List<Consumer<Map<String, String>>> forgeries = List.of(
                form -> form.remove("form"),
                form -> form.put("form", shown.get("form")),
                form -> form.put("form", theirs.get("form")));
        for (var forgery : forgeries) {
            Reply reply =
                    browser.send(posted("/consent", other, forgery.andThen(form -> form.put("decision", "allow"))));
            assertThat(reply.status()).isEqualTo(403);
        }
        Reply crossSite = browser.send(posted("/consent", other, form -> form.put("decision", "allow"))
                .header("Sec-Fetch-Site", "cross-site"));
        assertThat(crossSite.status()).isEqualTo(403);
        assertThat(server.audit(AuditEvent.Type.CONSENT_GIVEN))
                .noneMatch(event -> event.client().equals(second.id()));

        // More is posted than was shown: it changes nothing.
        Reply allowed = browser.submit(
                consent, "decision", "allow", "scope", "orders:read orders:write", "client_id", second.id());
        assertThat(first.redeem(TestBrowser.answer(allowed).get("code")).string("scope"))
                .isEqualTo("orders:read");
        assertThat(browser.send(posted("/consent", other, form -> {})).status()).isEqualTo(400);
    }

    @Test
    @DisplayName("O-32: a page that was open while the question changed does not count for the new one")
    void a_changed_question_is_asked_again() {
        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.confidential(server);
        server.addRole("changing", RunningServer.ORDERS, "orders:read");
        server.addUser("carl-" + client.id(), "changing");
        Reply login = browser.open(client.request("scope", "orders:read orders:write"));
        Reply consent = browser.submit(login, "username", "carl-" + client.id(), "password", RunningServer.PASSWORD);
        assertThat(consent.text()).contains("orders:read").doesNotContain("orders:write");
        server.addRole("changing", RunningServer.ORDERS, "orders:read", "orders:write");

        Reply again = browser.submit(consent, "decision", "allow");

        assertThat(browser.isAt("/consent")).isTrue();
        assertThat(again.text()).contains("orders:write");
        Reply allowed = browser.allow(again);
        assertThat(browser.submit(consent, "decision", "allow").status()).isEqualTo(403);
        assertThat(TestBrowser.answer(allowed)).containsKey("code");
    }

    @Test
    @DisplayName("O-35: no page takes an address to go on to")
    void no_parameter_leads_elsewhere() {
        WebClient client = WebClient.trusted(server);
        for (String name : List.of("return_to", "next", "continue", "RelayState", "redirect_uri")) {
            for (String target : List.of("//evil.example", "/\\evil.example", "https:evil.example", "javascript:x")) {
                TestBrowser browser = new TestBrowser(server);
                Reply login = browser.open(client.request());
                Reply shown = browser.open(browser.at() + "&" + name + "=" + Call.encode(target));
                assertThat(shown.text()).doesNotContain("evil.example", "javascript:");
                Reply back =
                        browser.submit(login, "username", "vera", "password", RunningServer.PASSWORD, name, target);
                assertThat(back.header("Location").orElseThrow()).startsWith(WebClient.CALLBACK + "?code=");
            }
        }
    }

    @Test
    @DisplayName("O-36: every page forbids frames, scripts, sniffing, caching and telling where one comes from")
    void every_page_has_strict_headers() {
        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.confidential(server);
        browser.allow(browser.signIn(browser.open(client.request("response_mode", "form_post"))));
        browser.open("/authorize?client_id=nobody");
        browser.open("/login?request=nothing");

        List<Reply> pages =
                browser.seen().stream().filter(reply -> reply.status() != 303).toList();
        assertThat(pages).hasSize(5);
        for (Reply page : pages) {
            String policy = page.header("Content-Security-Policy").orElseThrow();
            assertThat(policy).contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'");
            assertThat(policy).doesNotContain("unsafe-inline", "unsafe-eval", "*");
            assertThat(page.all("X-Frame-Options")).containsExactly("DENY");
            assertThat(page.all("X-Content-Type-Options")).containsExactly("nosniff");
            assertThat(page.all("Referrer-Policy")).containsExactly("no-referrer");
            assertThat(page.all("Cache-Control")).containsExactly("no-store");
        }
        assertThat(browser.seen())
                .allSatisfy(reply -> assertThat(reply.all("Cache-Control")).containsExactly("no-store"));
    }

    @Test
    void a_form_may_lead_to_the_client_and_no_script_but_ours_may_run_on_it() throws NoSuchAlgorithmException {
        WebClient app = WebClient.publicly(server, "com.example.app:/cb");
        Reply login = new TestBrowser(server).open(app.request("redirect_uri", "com.example.app:/cb"));

        assertThat(login.header("Content-Security-Policy").orElseThrow())
                .contains("form-action 'self' https: com.example.app:")
                .contains("; script-src 'self' " + digest(FETCHED_LATE, login) + ";")
                .doesNotContain("unsafe");
        assertThat(FETCHED_LATE.matcher(login.text()).replaceAll(""))
                .doesNotContain("<script", "javascript:", "onclick", "style=");
    }

    /// What a browser finds that looks whether a script in the page is one that the policy names.
    private static String digest(Pattern script, Reply page) throws NoSuchAlgorithmException {
        Matcher found = script.matcher(page.text());
        assertThat(found.find()).isTrue();
        byte[] text = found.group(1).getBytes(StandardCharsets.UTF_8);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    @Test
    @DisplayName("O-37: the cookies of the pages are host-only, secure, unreadable and end with the browser")
    void the_cookies_are_kept_close() {
        TestBrowser browser = new TestBrowser(server);
        browser.authorize(WebClient.confidential(server).request());

        List<String> cookies = browser.seen().stream()
                .flatMap(reply -> reply.all("Set-Cookie").stream())
                .toList();
        assertThat(cookies).hasSizeGreaterThanOrEqualTo(3);
        assertThat(cookies)
                .allSatisfy(cookie -> assertThat(cookie)
                        .startsWith("__Host-")
                        .contains("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax")
                        .doesNotContainIgnoringCase("Domain="));
    }

    @Test
    @DisplayName("A-01: an unknown name, a wrong password and a disabled user look the same")
    void nobody_learns_who_has_an_account() {
        WebClient client = WebClient.trusted(server);
        server.addUser("dora", "buyer");
        var disabled = RunningServer.disabled(server.user("dora"));
        server.database.inTransaction(tx -> new UserStore().update(tx, disabled));

        Map<String, String> shown = new LinkedHashMap<>();
        for (String[] attempt :
                new String[][] {{"nobody-at-all", "wrong"}, {"nick", "wrong"}, {"dora", RunningServer.PASSWORD}}) {
            TestBrowser browser = new TestBrowser(server);
            Reply login = browser.open(client.request());
            Reply reply = browser.submit(login, "username", attempt[0], "password", attempt[1]);
            assertThat(reply.status()).isEqualTo(403);
            String page = reply.text().replaceAll("(value|data-form|data-request)=\"[^\"]*\"|request=[\\w-]+", "");
            shown.put(attempt[0], page + reply.headers().keySet());
        }
        assertThat(shown.values()).containsOnly(shown.get("nick"));
    }

    @Test
    @DisplayName("A-03: failures at the page and at the session door are one count, and the page says to wait")
    void guessing_is_slowed_down() {
        WebClient client = WebClient.trusted(server);
        server.addUser("ines", "buyer");
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open(client.request());
        server.logIn("ines", "wrong");
        for (int i = 0; i < 4; i++) browser.submit(login, "username", "ines", "password", "wrong");

        Reply slowed = browser.submit(login, "username", "ines", "password", RunningServer.PASSWORD);

        assertThat(slowed.status()).isEqualTo(429);
        assertThat(Long.parseLong(slowed.header("Retry-After").orElseThrow())).isPositive();
        assertThat(slowed.text()).contains("Too many failed attempts");
    }

    @Test
    @DisplayName("A-17: what others chose is shown as text")
    void nothing_that_is_shown_is_markup() {
        WebClient client = WebClient.confidential(server);
        TestBrowser browser = new TestBrowser(server);
        String script = "\"><script>x</script>";

        Reply login = browser.open(client.request("login_hint", script, "state", script, "nonce", script));
        Reply wrong = browser.submit(login, "username", script, "password", script);

        assertThat(login.text()).doesNotContain("<script>");
        assertThat(TestBrowser.fields(login)).containsEntry("username", script);
        assertThat(wrong.text()).doesNotContain("<script>", "<Shop>");
    }

    @Test
    void the_name_that_the_client_hints_at_is_filled_in() {
        Reply login = new TestBrowser(server).open(WebClient.trusted(server).request("login_hint", "vera"));

        assertThat(login.text()).contains("name=\"username\" value=\"vera\"");
    }

    private static Call posted(String path, Reply page, Consumer<Map<String, String>> change) {
        Map<String, String> form = new LinkedHashMap<>(TestBrowser.fields(page));
        if (path.equals("/login")) form.putAll(Map.of("username", "vera", "password", RunningServer.PASSWORD));
        change.accept(form);
        List<String> pairs = new ArrayList<>();
        form.forEach((name, value) -> pairs.addAll(List.of(name, value)));
        return server.call("POST", path).form(pairs.toArray(String[]::new));
    }
}
