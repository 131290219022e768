package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// OpenID Connect RP-Initiated Logout 1.0, with a browser that runs no scripts.
class SignOutTest {

    private static final String BYE = "https://app.example.com/bye?a=1";
    private static final String SESSION = "__Host-handstamp-session";

    private static RunningServer server;

    private final TestBrowser browser = new TestBrowser(server);
    private final WebClient client = WebClient.leavingTo(server, BYE);

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName(
            "RP-Initiated Logout §2: with an ID token of the user, the session ends at once and the client is told")
    void an_application_signs_its_user_out() {
        Reply tokens = signIn();
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();

        try (Feed feed = Feed.ofOrders(server)) {
            feed.next("heartbeat");
            Reply reply =
                    open("id_token_hint", tokens.string("id_token"), "post_logout_redirect_uri", BYE, "state", "s & t");
            assertThat(reply.header("Location")).contains(BYE + "&state=s+%26+t");
            feed.awaitTold("session "
                    + RunningServer.claims(tokens.string("access_token")).get("sid"));
        }

        assertThat(browser.cookie(SESSION)).isEmpty();
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
        assertThat(client.refresh(tokens.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");
        assertThat(TestBrowser.answer(browser.open(client.request("prompt", "none"))))
                .containsEntry("error", "login_required");
    }

    @Test
    void a_copied_session_cookie_is_worth_nothing_afterwards() {
        Reply tokens = signIn();
        String stolen = browser.cookie(SESSION).orElseThrow();
        open("id_token_hint", tokens.string("id_token"));
        browser.setCookie(SESSION, stolen);
        assertThat(TestBrowser.answer(browser.open(client.request("prompt", "none"))))
                .containsEntry("error", "login_required");
    }

    @Test
    void an_application_that_names_no_address_leaves_its_user_on_a_page() {
        Reply tokens = signIn();
        Reply reply = open("id_token_hint", tokens.string("id_token"), "state", "s");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).contains("Signed out");
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
    }

    @Test
    @DisplayName("O-33: without an ID token of the user it is the user who decides, on a form that cannot be forged")
    void a_user_is_asked_when_nobody_vouches_for_the_request() {
        Reply tokens = signIn();

        Reply question = open("client_id", client.id(), "post_logout_redirect_uri", BYE, "state", "s");

        assertThat(question.status()).isEqualTo(200);
        assertThat(question.text()).contains("id=\"logout-confirm\"", "vera", "The Shop asks you to sign out");
        assertThat(question.header("Content-Security-Policy").orElseThrow()).contains("frame-ancestors 'none'");
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();

        Reply forged = browser.post("/logout", "form", "guessed", "decision", "leave");
        assertThat(forged.status()).isEqualTo(403);
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();

        assertThat(browser.submit(question, "decision", "stay").text()).contains("You are still signed in");
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();

        assertThat(browser.submit(question, "decision", "leave").header("Location"))
                .contains(BYE + "&state=s");
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
    }

    @Test
    @DisplayName("RFC 7591 §2.2: the client is called what it has registered in the language of the reader")
    void the_client_is_called_by_its_name_in_the_readers_language() {
        WebClient shop = WebClient.with(server, Map.of("client_name#de", "Der Laden"));
        browser.authorize(shop.request("scope", "openid"));

        assertThat(open("client_id", shop.id(), "ui_locales", "de-AT").text())
                .contains("Der Laden")
                .doesNotContain("The &lt;Shop");
        assertThat(open("client_id", shop.id()).text()).contains("The &lt;Shop").doesNotContain("Der Laden");
        Reply german = browser.send(
                server.call("GET", "/logout?client_id=" + shop.id()).header("Accept-Language", "de"));
        assertThat(german.text()).contains("Der Laden");
    }

    @Test
    void a_user_who_comes_alone_is_asked_too_and_twice_is_as_good_as_once() {
        Reply tokens = signIn();
        Reply question = open();
        assertThat(browser.submit(question, "decision", "leave").text()).contains("Signed out");
        assertThat(browser.submit(question, "decision", "leave").text()).contains("Signed out");
        assertThat(open().text()).contains("Signed out");
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
    }

    @Test
    void an_id_token_of_somebody_else_signs_nobody_out() {
        Reply tokens = signIn();
        TestBrowser other = new TestBrowser(server);
        Reply login = other.open(client.request("scope", "openid"));
        String hint = client.redeem(
                        TestBrowser.answer(other.submit(login, "username", "nick", "password", RunningServer.PASSWORD))
                                .get("code"))
                .string("id_token");

        Reply question = open("id_token_hint", hint, "post_logout_redirect_uri", BYE);

        assertThat(question.text()).contains("id=\"logout-confirm\"");
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();
    }

    @Test
    void a_posted_request_comes_back_with_the_cookie() {
        Reply tokens = signIn();
        Reply reply =
                browser.post("/logout", "id_token_hint", tokens.string("id_token"), "post_logout_redirect_uri", BYE);
        assertThat(reply.header("Location")).contains(BYE);
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com/bye",
                "https://app.example.com/bye?a=1&b=2",
                "https://app.example.com/bye?a=1#x",
                "https://evil.example/",
                "//evil.example/",
                "javascript:alert(1)",
                WebClient.CALLBACK
            })
    @DisplayName("O-34: nobody is sent to an address that is not registered for signing out")
    void an_address_that_is_not_registered_is_an_error_page(String address) {
        Reply tokens = signIn();
        Reply reply = open("id_token_hint", tokens.string("id_token"), "post_logout_redirect_uri", address);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Location")).isEmpty();
        assertThat(reply.text()).contains("is not registered", "href=\"/logout\"");
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();
    }

    @Test
    void a_request_that_cannot_be_trusted_is_an_error_page() {
        Reply tokens = signIn();
        String hint = tokens.string("id_token");
        String unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + hint.split("\\.")[1] + ".";
        WebClient other = WebClient.trusted(server);

        for (String[] wrong : new String[][] {
            {"id_token_hint", unsigned},
            {"id_token_hint", tokens.string("access_token")},
            {"id_token_hint", "rubbish", "post_logout_redirect_uri", BYE},
            {"id_token_hint", hint, "client_id", other.id()},
            {"client_id", "nobody"},
            {"post_logout_redirect_uri", BYE},
            {"client_id", other.id(), "post_logout_redirect_uri", BYE}
        }) {
            Reply reply = open(wrong);
            assertThat(reply.status()).as(String.join(" ", wrong)).isEqualTo(400);
            assertThat(reply.header("Location")).isEmpty();
            assertThat(reply.text()).contains("Something went wrong");
        }
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();
    }

    @Test
    void a_token_of_a_registered_client_cannot_end_the_session_behind_the_users_back() {
        Reply tokens = signIn();
        Reply reply = server.call("DELETE", "/session")
                .bearer(tokens.string("access_token"))
                .send();
        assertThat(reply.outcome()).isEqualTo("401 invalid_token");
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();
    }

    private Reply signIn() {
        String code = TestBrowser.answer(browser.authorize(client.request("scope", "openid orders:read")))
                .get("code");
        return client.redeem(code);
    }

    private Reply open(String... pairs) {
        return browser.open(pairs.length == 0 ? "/logout" : "/logout?" + WebClient.query(parameters(pairs)));
    }

    private static Map<String, String> parameters(String... pairs) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) parameters.put(pairs[i], pairs[i + 1]);
        return parameters;
    }
}
