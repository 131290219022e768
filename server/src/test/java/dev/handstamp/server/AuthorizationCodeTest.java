package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.store.AuthorizationCodeStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The authorization code grant from the client's link to the tokens, with a browser in between.
class AuthorizationCodeTest {

    private static RunningServer server;
    private static WebClient web;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        web = WebClient.confidential(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_user_signs_in_allows_the_client_and_is_sent_back_with_a_code() {
        TestBrowser browser = new TestBrowser(server);

        Reply login = browser.open(web.request("scope", "orders:read"));
        assertThat(browser.isAt("/login")).isTrue();
        assertThat(login.text()).contains("Sign in", "The &lt;Shop&gt; &amp; Co", "id=\"login-submit\"");

        Reply consent = browser.signIn(login);
        assertThat(browser.isAt("/consent")).isTrue();
        assertThat(consent.text()).contains("orders:read", "vera", "app.example.com", "id=\"consent-allow\"");

        Reply back = browser.allow(consent);
        assertThat(back.status()).isEqualTo(303);
        assertThat(back.header("Location").orElseThrow()).startsWith(WebClient.CALLBACK + "?");
        assertThat(TestBrowser.answer(back))
                .containsEntry("state", "a state & more")
                .containsEntry("iss", server.issuer())
                .containsOnlyKeys("code", "state", "iss");

        Reply tokens = web.redeem(TestBrowser.answer(back).get("code"));
        assertThat(tokens.status()).isEqualTo(200);
        assertThat(tokens.header("Cache-Control")).contains("no-store");
        assertThat(tokens.string("scope")).isEqualTo("orders:read");
        assertThat(tokens.json()).doesNotContainKey("id_token");
        assertThat(RunningServer.claims(tokens.string("access_token")))
                .containsEntry("aud", RunningServer.ORDERS)
                .containsEntry("client_id", web.id())
                .containsEntry("sub", server.user("vera").subject().value());
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();
    }

    @Test
    void who_is_signed_in_and_has_allowed_it_sees_no_page_the_next_time() {
        WebClient client = WebClient.confidential(server);
        TestBrowser browser = new TestBrowser(server);
        browser.authorize(client.request("scope", "orders:read orders:write"));

        Reply again = browser.open(client.request("scope", "orders:write", "prompt", "none"));

        assertThat(TestBrowser.answer(again)).containsKey("code");
        assertThat(client.redeem(TestBrowser.answer(again).get("code")).string("scope"))
                .isEqualTo("orders:write");
    }

    @Test
    void one_of_our_own_clients_asks_for_no_consent() {
        WebClient own = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);

        Reply back = browser.signIn(browser.open(own.request()));

        assertThat(own.redeem(TestBrowser.answer(back).get("code")).string("scope"))
                .isEqualTo("orders:read orders:write");
    }

    @Test
    void nothing_may_be_shown_so_the_client_is_told_what_is_missing() {
        WebClient client = WebClient.confidential(server);
        TestBrowser browser = new TestBrowser(server);
        assertThat(TestBrowser.answer(browser.open(client.request("prompt", "none"))))
                .containsEntry("error", "login_required")
                .containsEntry("state", "a state & more")
                .containsEntry("iss", server.issuer());

        browser.signIn(browser.open(web.request()));
        assertThat(TestBrowser.answer(browser.open(client.request("prompt", "none"))))
                .containsEntry("error", "consent_required");
    }

    @Test
    void who_cancels_or_says_no_goes_back_to_the_client() {
        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.confidential(server);

        Reply cancelled = browser.submit(browser.open(client.request()), "cancel", "yes");
        Reply denied = browser.submit(browser.signIn(browser.open(client.request())), "decision", "deny");

        for (Reply reply : List.of(cancelled, denied)) {
            assertThat(TestBrowser.answer(reply))
                    .containsEntry("error", "access_denied")
                    .containsEntry("state", "a state & more")
                    .containsEntry("iss", server.issuer());
        }
        assertThat(server.audit(AuditEvent.Type.AUTHORIZATION_DENIED))
                .filteredOn(event -> event.client().equals(client.id()))
                .hasSize(2);
    }

    @Test
    void a_wrong_password_shows_the_page_again_and_the_right_one_goes_on() {
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open(WebClient.confidential(server).request());

        Reply again = browser.submit(login, "username", "nick", "password", "wrong");
        assertThat(again.status()).isEqualTo(403);
        assertThat(again.text()).contains("The user name or the password is wrong.", "value=\"nick\"");
        assertThat(browser.cookie("__Host-handstamp-session")).isEmpty();

        browser.signIn(again);
        assertThat(browser.isAt("/consent")).isTrue();
    }

    @Test
    void several_tabs_sign_in_and_go_on_side_by_side() {
        TestBrowser browser = new TestBrowser(server);
        WebClient one = WebClient.confidential(server);
        WebClient other = WebClient.confidential(server);
        Reply first = browser.open(one.request("state", "first"));
        Reply second = browser.open(other.request("state", "second"));

        Reply afterSecond = browser.allow(browser.signIn(second));
        Reply afterFirst = browser.allow(browser.signIn(first));

        assertThat(TestBrowser.answer(afterSecond))
                .containsEntry("state", "second")
                .containsKey("code");
        assertThat(TestBrowser.answer(afterFirst))
                .containsEntry("state", "first")
                .containsKey("code");
    }

    @Test
    void a_form_sent_twice_leads_to_the_client_twice() {
        TestBrowser browser = new TestBrowser(server);
        Reply consent =
                browser.signIn(browser.open(WebClient.confidential(server).request()));

        assertThat(TestBrowser.answer(browser.allow(consent))).containsKey("code");
        assertThat(TestBrowser.answer(browser.allow(consent))).containsKey("code");
    }

    @Test
    void a_login_asked_for_is_asked_for_though_somebody_is_signed_in() {
        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.trusted(server);
        browser.authorize(client.request());
        String before = browser.cookie("__Host-handstamp-session").orElseThrow();

        for (String[] asking : new String[][] {{"prompt", "login"}, {"prompt", "select_account"}, {"max_age", "0"}}) {
            Reply login = browser.open(client.request(asking));
            assertThat(browser.isAt("/login")).as(asking[0]).isTrue();
            assertThat(TestBrowser.answer(browser.signIn(login))).containsKey("code");
        }
        assertThat(browser.cookie("__Host-handstamp-session").orElseThrow()).isNotEqualTo(before);
        assertThat(TestBrowser.answer(browser.open(client.request("max_age", "10000"))))
                .containsKey("code");
    }

    @Test
    void a_client_that_registered_how_fresh_a_login_must_be_need_not_say_so_each_time() {
        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.with(server, Map.of("default_max_age", 0L));
        browser.authorize(client.request());

        browser.open(client.request());
        assertThat(browser.isAt("/login")).isTrue();
        assertThat(TestBrowser.answer(browser.open(client.request("max_age", "10000"))))
                .containsKey("code");
    }

    @Test
    void what_a_client_wants_to_be_read_can_be_read_before_one_signs_in() {
        WebClient client = WebClient.with(
                server, Map.of("policy_uri", "https://shop.example/p?a=1&b=2", "tos_uri", "https://shop.example/t"));
        Reply login = new TestBrowser(server).open(client.request());
        assertThat(login.text())
                .contains("href=\"https://shop.example/p?a=1&amp;b=2\"", "href=\"https://shop.example/t\"");
    }

    @Test
    @DisplayName("O-38: each login makes a new cookie, the old one opens nothing, and one set beforehand is not taken")
    void a_session_cookie_is_never_fixed() {
        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.trusted(server);
        browser.setCookie("__Host-handstamp-session", "set-by-somebody-else");

        browser.signIn(browser.open(client.request()));
        String first = browser.cookie("__Host-handstamp-session").orElseThrow();
        browser.signIn(browser.open(client.request("prompt", "login")));
        String second = browser.cookie("__Host-handstamp-session").orElseThrow();

        assertThat(List.of("set-by-somebody-else", first, second)).doesNotHaveDuplicates();
        for (String dead : List.of("set-by-somebody-else", first)) {
            TestBrowser other = new TestBrowser(server);
            other.setCookie("__Host-handstamp-session", dead);
            assertThat(TestBrowser.answer(other.open(client.request("prompt", "none"))))
                    .containsEntry("error", "login_required");
        }
        assertThat(server.everythingStored()).doesNotContain(first, second);
    }

    @Test
    void the_same_user_goes_on_in_the_same_session_and_another_one_ends_it() {
        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.trusted(server);
        Reply first = client.redeem(
                TestBrowser.answer(browser.authorize(client.request())).get("code"));
        Reply again = client.redeem(TestBrowser.answer(browser.authorize(client.request("prompt", "login")))
                .get("code"));
        assertThat(sid(again)).isEqualTo(sid(first));
        assertThat(server.isActive(first.string("access_token"))).isTrue();

        server.addUser("otto-" + client.id(), "buyer");
        Reply login = browser.open(client.request("prompt", "login"));
        Reply otto = browser.submit(login, "username", "otto-" + client.id(), "password", RunningServer.PASSWORD);
        Reply tokens = client.redeem(TestBrowser.answer(otto).get("code"));

        assertThat(sid(tokens)).isNotEqualTo(sid(first));
        assertThat(server.isActive(first.string("access_token"))).isFalse();
        assertThat(client.refresh(first.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");
    }

    @Test
    void an_answer_can_come_as_a_form_that_sends_itself() {
        WebClient client = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);

        Reply page = browser.signIn(browser.open(client.request("response_mode", "form_post", "state", "\"><b>")));

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).doesNotContain("<b>").contains("document.forms[0].submit()", "<noscript>");
        assertThat(TestBrowser.action(page)).isEqualTo(WebClient.CALLBACK);
        Map<String, String> fields = TestBrowser.fields(page);
        assertThat(fields).containsEntry("state", "\"><b>").containsEntry("iss", server.issuer());
        assertThat(client.redeem(fields.get("code")).status()).isEqualTo(200);
        Reply error = browser.open(client.request("response_mode", "form_post", "response_type", "token"));
        assertThat(TestBrowser.fields(error)).containsEntry("error", "unsupported_response_type");
    }

    @Test
    void a_request_may_be_posted_without_cookies_and_goes_on_with_them() {
        WebClient client = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        browser.authorize(client.request());
        List<String> form = new ArrayList<>();
        client.parameters(WebClient.CALLBACK).forEach((name, value) -> form.addAll(List.of(name, value)));

        Reply posted = server.call("POST", "/authorize")
                .form(form.toArray(String[]::new))
                .send();
        assertThat(posted.status()).isEqualTo(303);
        Reply back = browser.open(posted.header("Location").orElseThrow());

        assertThat(TestBrowser.answer(back)).containsKey("code");
    }

    @Test
    @DisplayName("RFC 6749 §3.1.2.3: who registered one address need not send it, and one with a query keeps it")
    void the_only_address_need_not_be_sent() {
        WebClient client = WebClient.of(
                server,
                WebClient.redirection(true, false, WebClient.CALLBACK + "?tenant=1"),
                true,
                Set.of(GrantType.AUTHORIZATION_CODE),
                RunningServer.ORDERS);

        Reply back = new TestBrowser(server).authorize(client.request("redirect_uri", ""));

        assertThat(back.header("Location").orElseThrow()).startsWith(WebClient.CALLBACK + "?tenant=1&code=");
        Reply tokens = client.redeem(TestBrowser.answer(back).get("code"), "redirect_uri", "");
        assertThat(tokens.status()).isEqualTo(200);
        assertThat(tokens.json()).doesNotContainKey("refresh_token");
    }

    @Test
    void a_public_client_proves_itself_by_its_verifier_alone() {
        WebClient app = WebClient.publicly(server, "http://127.0.0.1/cb");
        TestBrowser browser = new TestBrowser(server);
        String address = "http://127.0.0.1:51004/cb";

        Reply back = browser.authorize(app.request("redirect_uri", address));
        assertThat(back.header("Location").orElseThrow()).startsWith(address + "?code=");
        Reply tokens = app.redeem(TestBrowser.answer(back).get("code"), "redirect_uri", address);
        assertThat(tokens.status()).isEqualTo(200);

        Reply refreshed = app.refresh(tokens.string("refresh_token"));
        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(app.refresh(tokens.string("refresh_token"), "client_id", web.id())
                        .outcome())
                .isEqualTo("401 invalid_client");
        Reply revoked = server.call("POST", "/revoke")
                .form("token", refreshed.string("refresh_token"), "client_id", app.id())
                .send();
        assertThat(revoked.status()).isEqualTo(200);
        assertThat(app.refresh(refreshed.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");

        // Any application of this machine can listen there: the user is asked each time.
        browser.open(app.request("redirect_uri", address));
        assertThat(browser.isAt("/consent")).isTrue();
    }

    @Test
    @DisplayName("O-25: a public client learns nothing by introspection, and has no token of its own")
    void a_public_client_has_no_name_of_its_own() {
        WebClient app = WebClient.of(
                server,
                WebClient.redirection(true, true, WebClient.CALLBACK),
                false,
                Set.of(GrantType.AUTHORIZATION_CODE, GrantType.CLIENT_CREDENTIALS),
                RunningServer.ORDERS);

        assertThat(server.call("POST", "/introspect")
                        .form("token", "x", "client_id", app.id())
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
        assertThat(server.call("POST", "/token")
                        .form("grant_type", "client_credentials", "client_id", app.id())
                        .send()
                        .outcome())
                .isEqualTo("400 unauthorized_client");
    }

    @Test
    @DisplayName("O-04: a code redeemed again gives nothing, and ends what it gave")
    void a_code_used_twice_ends_what_it_gave() {
        String code = web.code();
        Reply tokens = web.redeem(code);

        try (Feed feed = Feed.ofOrders(server)) {
            feed.next("heartbeat");
            assertThat(web.redeem(code).outcome()).isEqualTo("400 invalid_grant");
            feed.awaitTold("grant "
                    + RunningServer.claims(tokens.string("access_token")).get("grant_id"));
        }

        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
        assertThat(web.refresh(tokens.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");
        assertThat(server.audit(AuditEvent.Type.CODE_REUSED))
                .filteredOn(event -> event.client().equals(web.id()))
                .isNotEmpty();
        assertThat(server.everythingStored()).doesNotContain(code);
    }

    @Test
    @DisplayName("O-04: of twenty at the same moment one succeeds at most, and nothing is left of it")
    void a_code_is_redeemed_once_however_many_try() throws Exception {
        String code = web.code();
        List<Reply> replies = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Reply> redeem = () -> web.redeem(code);
            for (var reply : threads.invokeAll(Collections.nCopies(20, redeem))) replies.add(reply.get());
        }

        List<Reply> good =
                replies.stream().filter(reply -> reply.status() == 200).toList();
        assertThat(good).hasSize(1);
        assertThat(replies)
                .filteredOn(reply -> reply.status() != 200)
                .extracting(Reply::outcome)
                .containsOnly("400 invalid_grant");
        assertThat(server.isActive(good.getFirst().string("access_token"))).isFalse();
    }

    @Test
    @DisplayName("O-05: another client's code is refused, whatever is sent along, and stays good for its own client")
    void a_foreign_code_is_refused() {
        WebClient other = WebClient.confidential(server);
        String code = web.code();

        assertThat(other.redeem(code).outcome()).isEqualTo("400 invalid_grant");
        assertThat(other.redeem(code, "redirect_uri", "").outcome()).isEqualTo("400 invalid_grant");
        assertThat(WebClient.publicly(server, WebClient.CALLBACK).redeem(code).outcome())
                .isEqualTo("400 invalid_grant");

        assertThat(web.redeem(code).status()).isEqualTo(200);
        assertThat(server.audit(AuditEvent.Type.CODE_REFUSED))
                .filteredOn(event -> event.actor().equals(other.id()))
                .hasSize(2);
    }

    @Test
    @DisplayName("O-06: a code is good for sixty seconds, and not after its session has ended")
    void an_old_code_is_refused() {
        String code = web.code();
        var stored = server.database
                .read(tx -> new AuthorizationCodeStore().find(tx, new Secret(code).hash()))
                .orElseThrow();
        assertThat(Duration.between(stored.issuedAt(), stored.expiresAt())).hasSeconds(60);

        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.trusted(server);
        browser.authorize(client.request());
        String ended = TestBrowser.answer(browser.open(client.request())).get("code");
        browser.signOut();

        assertThat(client.redeem(ended).outcome()).isEqualTo("400 invalid_grant");
        assertThat(TestBrowser.answer(browser.open(client.request("prompt", "none"))))
                .containsEntry("error", "login_required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"confidential", "public"})
    @DisplayName("O-07: without code_challenge there is no code")
    void a_request_without_a_challenge_is_refused(String kind) {
        WebClient client = kind.equals("public") ? WebClient.publicly(server, WebClient.CALLBACK) : web;

        Reply reply = new TestBrowser(server).open(client.request("code_challenge", "", "code_challenge_method", ""));

        assertThat(TestBrowser.answer(reply))
                .containsEntry("error", "invalid_request")
                .doesNotContainKey("code");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "", "s256", "none", "S512"})
    @DisplayName("O-08: the only method is S256")
    void another_method_is_refused(String method) {
        Reply reply = new TestBrowser(server).open(web.request("code_challenge_method", method));

        assertThat(TestBrowser.answer(reply))
                .containsEntry("error", "invalid_request")
                .doesNotContainKey("code");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong", "another-verifier-that-is-long-enough-for-rfc-7636"})
    @DisplayName("O-09: without the right verifier the code is refused, and stays good for whoever has it")
    void a_wrong_verifier_is_refused(String verifier) {
        String code = web.code();

        assertThat(web.redeem(code, "code_verifier", verifier).outcome()).isEqualTo("400 invalid_grant");
        assertThat(web.redeem(code).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("O-09: a verifier where no challenge was sent is refused: somebody has cut the challenge out")
    void a_verifier_without_a_challenge_is_refused() {
        WebClient old = WebClient.of(
                server,
                WebClient.redirection(false, false, WebClient.CALLBACK),
                true,
                Set.of(GrantType.AUTHORIZATION_CODE),
                RunningServer.ORDERS);
        String code = old.code("code_challenge", "", "code_challenge_method", "");

        assertThat(old.redeem(code).outcome()).isEqualTo("400 invalid_grant");
        assertThat(old.redeem(code, "code_verifier", "", "redirect_uri", "").outcome())
                .isEqualTo("400 invalid_grant");
        assertThat(old.redeem(code, "code_verifier", "").status()).isEqualTo(200);
        // It may do PKCE, and then it must do it whole.
        String proved = old.code();
        assertThat(old.redeem(proved, "code_verifier", "").outcome()).isEqualTo("400 invalid_grant");
    }

    @Test
    void a_code_is_redeemed_at_the_address_it_was_sent_to() {
        String code = web.code();

        assertThat(web.redeem(code, "redirect_uri", "https://app.example.com/other")
                        .outcome())
                .isEqualTo("400 invalid_grant");
        assertThat(web.redeem(code, "resource", RunningServer.STOCK).outcome()).isEqualTo("400 invalid_target");
        assertThat(web.redeem(code, "redirect_uri", "").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "response_type, '', invalid_request",
        "response_type, token, unsupported_response_type",
        "response_type, id_token, unsupported_response_type",
        "response_type, code token, unsupported_response_type",
        "response_type, id_token token, unsupported_response_type",
        "response_mode, fragment, invalid_request",
        "response_mode, web_message, invalid_request",
        "prompt, none login, invalid_request",
        "prompt, create, invalid_request",
        "max_age, -1, invalid_request",
        "max_age, soon, invalid_request",
        "claims, {, invalid_request",
        "claims, '{\"userinfo\": 1}', invalid_request",
        "request, eyJhbGciOiJub25lIn0.e30., invalid_request_object",
        "request_uri, https://app.example.com/request, invalid_request_uri",
        "registration, {}, registration_not_supported",
        "scope, 'orders:read  orders:write', invalid_scope",
        "scope, admin, invalid_scope",
        "resource, https://api.example/stock, invalid_target",
        "resource, nowhere, invalid_target"
    })
    @DisplayName("O-10, O-23: what cannot be had is refused, at the client's address")
    void the_client_is_told_what_is_wrong(String name, String value, String error) {
        WebClient client = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        browser.authorize(client.request());

        Reply reply = browser.open(client.request(name, value));

        assertThat(reply.header("Location").orElseThrow()).startsWith(WebClient.CALLBACK + "?");
        assertThat(TestBrowser.answer(reply))
                .containsEntry("error", error)
                .containsEntry("state", "a state & more")
                .containsEntry("iss", server.issuer())
                .doesNotContainKey("code");
    }

    @Test
    @DisplayName("O-23: granted is what the user has seen: unknown scopes and those of other roles are left out")
    void unknown_scopes_are_left_out() {
        WebClient client = WebClient.confidential(server);
        TestBrowser browser = new TestBrowser(server);

        Reply consent =
                browser.signIn(browser.open(client.request("scope", "orders:read orders:read admin stock:read")));
        assertThat(consent.text()).contains("orders:read").doesNotContain("admin", "stock:read");

        Reply tokens = client.redeem(TestBrowser.answer(browser.allow(consent)).get("code"));
        assertThat(tokens.string("scope")).isEqualTo("orders:read");
        assertThat(client.refresh(tokens.string("refresh_token"), "scope", "orders:read orders:write")
                        .outcome())
                .isEqualTo("400 invalid_scope");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com/cb/",
                "https://app.example.com/cb?x=1",
                "https://app.example.com@evil.example/cb",
                "https://app.example.com.evil.example/cb",
                "//app.example.com/cb",
                "javascript:alert(1)",
                "https://app.example.com/x/../cb",
                "https://app.example.com/cb\r\nX: y"
            })
    @DisplayName("O-01: an address that is not registered gets an error page and no redirect")
    void an_unknown_address_is_sent_nothing(String address) {
        Reply reply = new TestBrowser(server).open(web.request("redirect_uri", address));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Location")).isEmpty();
        assertThat(reply.text()).contains("Something went wrong").doesNotContain("evil.example");
    }

    @Test
    @DisplayName("O-01, O-02, O-11: a doubtful client or address, or a parameter given twice, gets an error page")
    void a_doubtful_request_is_sent_nowhere() {
        WebClient two = WebClient.publicly(server, WebClient.CALLBACK, "https://app.example.com/second");
        String good = web.request();
        String long1 = "https://app.example.com/" + "x".repeat(4_000);
        List<String> doubtful = List.of(
                "/authorize",
                web.request("client_id", ""),
                web.request("client_id", "nobody"),
                web.request("client_id", "shop"),
                web.request("client_id", "first-party"),
                two.request("redirect_uri", ""),
                web.request("redirect_uri", long1),
                good + "&redirect_uri=" + Call.encode(WebClient.CALLBACK),
                good + "&redirect_uri=" + Call.encode("https://evil.example/"),
                "/authorize?redirect_uri=" + Call.encode("https://evil.example/") + "&" + good.substring(11),
                good + "&client_id=" + web.id(),
                good + "&state=x",
                web.request("scope", "orders:read") + "&scope=orders:read",
                good + "&%ff=1",
                "/authorize?client_id=" + web.id()
                        + "&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Anothing");

        for (String path : doubtful) {
            Reply reply = server.call("GET", path).send();
            assertThat(reply.status()).as(path).isEqualTo(400);
            assertThat(reply.header("Location")).as(path).isEmpty();
            assertThat(reply.all("Content-Type")).as(path).containsExactly("text/html;charset=utf-8");
        }
    }

    @Test
    @DisplayName("O-13: a method that is not GET or POST does nothing")
    void other_methods_do_nothing() {
        for (String method : List.of("HEAD", "PUT", "DELETE", "OPTIONS")) {
            Reply reply = server.call(method, web.request()).send();
            assertThat(reply.status()).as(method).isEqualTo(405);
            assertThat(reply.header("Allow").orElseThrow()).as(method).contains("GET", "POST");
        }
    }

    @Test
    @DisplayName("O-14: a form of another type is no form")
    void a_body_of_another_type_is_refused() {
        for (String path : List.of("/authorize", "/login", "/consent")) {
            assertThat(server.call("POST", path).json("{}").send().status())
                    .as(path)
                    .isEqualTo(415);
            assertThat(server.call("POST", path)
                            .body("text/plain", "a=b")
                            .send()
                            .status())
                    .as(path)
                    .isEqualTo(415);
        }
    }

    @Test
    void a_page_whose_request_is_unknown_says_what_to_do() {
        for (String path : List.of(
                "/consent", "/login?request=nothing", "/login/totp?request=nothing", "/consent?request=nothing")) {
            Reply reply = server.call("GET", path).send();
            assertThat(reply.status()).as(path).isEqualTo(400);
            assertThat(reply.text()).as(path).contains("Go back to the application");
        }
    }

    @Test
    void a_request_that_took_too_long_goes_back_to_the_client() {
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open(web.request());
        String id = TestBrowser.fields(login).get("request");
        expire(id);

        assertThat(browser.signIn(login).text()).contains("This page has expired");
        Reply back = browser.open("/authorize?"
                + new RequestUri(new Secret(id)).query(web.client().id()));
        assertThat(TestBrowser.answer(back))
                .containsEntry("error", "access_denied")
                .containsEntry("iss", server.issuer());
        // It belongs to its client, under whatever name it is asked for.
        assertThat(server.call(
                                "GET",
                                "/authorize?"
                                        + new RequestUri(new Secret(id))
                                                .query(WebClient.trusted(server)
                                                        .client()
                                                        .id()))
                        .send()
                        .status())
                .isEqualTo(400);
    }

    @Test
    void what_happened_is_in_the_audit_trail() {
        WebClient client = WebClient.confidential(server);
        client.redeem(client.code());

        assertThat(server.audit().stream()
                        .filter(event -> event.client().equals(client.id()))
                        .map(AuditEvent::type)
                        .toList())
                .containsExactlyInAnyOrder(
                        AuditEvent.Type.LOGIN_SUCCEEDED,
                        AuditEvent.Type.CONSENT_GIVEN,
                        AuditEvent.Type.CODE_ISSUED,
                        AuditEvent.Type.CODE_REDEEMED);
    }

    private static void expire(String id) {
        server.execute("UPDATE authorization_request SET expires_at = 1 WHERE request_hash = '"
                + new Secret(id).hash().value() + "'");
    }

    private static Object sid(Reply tokens) {
        return RunningServer.claims(tokens.string("access_token")).get("sid");
    }
}
