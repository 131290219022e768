package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.store.ApiStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `POST /session`, `GET /session` and `DELETE /session`.
class SessionTest {

    private static final String TILL = "https://api.example/till";
    private static final String TILL_SECRET = "the secret of the API till";

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_login_answers_a_token_response() {
        Reply reply = server.logIn();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().keySet())
                .containsExactly(
                        "access_token",
                        "token_type",
                        "expires_in",
                        "scope",
                        "refresh_token",
                        "refresh_token_expires_in");
        assertThat(reply.string("token_type")).isEqualTo("Bearer");
        assertThat(reply.number("expires_in")).isEqualTo(300);
        assertThat(reply.string("scope")).isEqualTo("orders:read orders:write");
        assertThat(reply.header("Cache-Control")).contains("no-store");
        assertThat(reply.all("Set-Cookie")).isEmpty();
    }

    @Test
    @DisplayName("RFC 9068 §2.2: an access token says who issued it, to whom, for which API and until when")
    void an_access_token_has_the_claims_of_rfc_9068() {
        String token = server.logIn().string("access_token");

        assertThat(RunningServer.header(token)).containsEntry("typ", "at+jwt").containsEntry("alg", "RS256");
        assertThat(RunningServer.header(token)).containsKey("kid");
        Map<String, Object> claims = RunningServer.claims(token);
        assertThat(claims)
                .containsEntry("iss", server.issuer())
                .containsEntry("sub", server.user("vera").subject().value())
                .containsEntry("aud", RunningServer.ORDERS)
                .containsEntry("client_id", "first-party")
                .containsEntry("scope", "orders:read orders:write")
                .containsEntry("roles", List.of("buyer"))
                .containsEntry("groups", List.of("buyer"))
                .containsEntry("age", 34L)
                .containsEntry("email", "vera@example.org")
                .containsKeys("jti", "sid", "grant_id");
        assertThat((Long) claims.get("exp") - (Long) claims.get("iat")).isEqualTo(300);
    }

    @Test
    void a_token_carries_the_scopes_that_were_asked_for_and_that_the_user_has() {
        server.addRole("reader", RunningServer.ORDERS, "orders:read");
        server.addUser("rita", "reader");

        Reply all = logIn("rita", "orders:read orders:write");
        Reply none = logIn("rita", "orders:write");
        Reply unknown = logIn("rita", "orders:read orders:burn");

        assertThat(all.string("scope")).isEqualTo("orders:read");
        assertThat(none.outcome()).isEqualTo("400 invalid_scope");
        assertThat(unknown.outcome()).isEqualTo("400 invalid_scope");
    }

    @Test
    void a_user_without_scopes_gets_a_token_without_scopes() {
        Reply reply = server.logIn("nick", RunningServer.PASSWORD);

        assertThat(reply.json()).doesNotContainKey("scope");
        assertThat(RunningServer.claims(reply.string("access_token"))).doesNotContainKey("scope");
    }

    @Test
    void an_api_must_be_named_when_there_are_several() {
        Reply reply = server.call("POST", "/session")
                .json(Json.text(Map.of("username", "vera", "password", RunningServer.PASSWORD)))
                .send();

        assertThat(reply.outcome()).isEqualTo("400 invalid_target");
    }

    @Test
    void the_only_api_needs_no_name() {
        try (RunningServer alone = RunningServer.start()) {
            alone.removeApi(RunningServer.STOCK);

            Reply reply = alone.call("POST", "/session")
                    .json(Json.text(Map.of("username", "vera", "password", RunningServer.PASSWORD)))
                    .send();

            assertThat(RunningServer.claims(reply.string("access_token"))).containsEntry("aud", RunningServer.ORDERS);
        }
    }

    @Test
    void a_registered_client_owns_the_grant_of_a_login_that_it_authenticates() {
        Reply reply = server.logInAtShop();

        assertThat(RunningServer.claims(reply.string("access_token")))
                .containsEntry("client_id", "shop")
                .containsEntry("aud", RunningServer.ORDERS);
        assertThat(server.refresh(reply.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
    }

    @Test
    void a_registered_client_gets_nobody_in_for_an_api_of_others() {
        Reply reply = server.call("POST", "/session")
                .basic("shop", RunningServer.SHOP_SECRET)
                .json(Json.text(Map.of(
                        "username", "vera", "password", RunningServer.PASSWORD, "audience", RunningServer.STOCK)))
                .send();

        assertThat(reply.outcome()).isEqualTo("400 invalid_target");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"username\":\"vera\"}",
                "{\"password\":\"x\"}",
                "{\"username\":1,\"password\":\"x\"}",
                "{\"username\":\"vera\",\"password\":null}",
                "{\"username\":[\"vera\"],\"password\":\"x\"}",
                "{\"username\":\"vera\",\"password\":\"x\",\"admin\":true}",
                "{\"username\":\"vera\",\"password\":\"x\",\"delivery\":\"mail\"}",
                "{\"username\":\"vera\",\"username\":\"nick\",\"password\":\"x\"}",
                "{\"username\":\"vera\",\"password\":\"x\"",
                "[]",
                ""
            })
    void a_malformed_login_is_an_invalid_request(String body) {
        Reply reply = server.call("POST", "/session").json(body).send();

        assertThat(reply.outcome()).isIn("400 invalid_request");
    }

    @Test
    void the_member_at_fault_is_named() {
        Reply unknown =
                server.call("POST", "/session").json("{\"colour\":\"red\"}").send();
        Reply wrong = server.call("POST", "/session").json("{\"username\":7}").send();

        assertThat(unknown.string("error_description")).contains("colour");
        assertThat(wrong.string("error_description")).contains("username");
    }

    @Test
    void an_audience_or_scope_that_is_none_is_refused() {
        assertThat(logInFor("not a uri").outcome()).isEqualTo("400 invalid_target");
        assertThat(logInFor("https://api.example/unknown").outcome()).isEqualTo("400 invalid_target");
        assertThat(logIn("vera", "two  blanks").outcome()).isEqualTo("400 invalid_scope");
    }

    @Test
    @DisplayName("O-37: the cookies of a login are Secure, HttpOnly, SameSite and bound to the host")
    void the_cookies_of_a_login() {
        Reply reply = server.logInWithCookies();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.setCookie("__Host-handstamp"))
                .contains("; Path=/;", "; Secure;", "; HttpOnly;", "; SameSite=Lax;")
                .doesNotContainIgnoringCase("Domain");
        assertThat(reply.setCookie("__Secure-handstamp-refresh"))
                .contains("; Path=/session;", "; Secure;", "; HttpOnly;", "; SameSite=Strict;")
                .doesNotContainIgnoringCase("Domain");
        assertThat(reply.json().keySet()).containsExactly("subject", "expires_in", "scope", "refresh_token_expires_in");
        assertThat(reply.text()).doesNotContain(reply.cookie("__Host-handstamp"));
        assertThat(reply.text()).doesNotContain(reply.cookie("__Secure-handstamp-refresh"));
    }

    @Test
    void the_access_cookie_outlives_its_token_so_that_expired_is_told_apart_from_missing() {
        Reply reply = server.logInWithCookies();

        assertThat(reply.setCookie("__Host-handstamp")).endsWith("Max-Age=" + reply.number("refresh_token_expires_in"));
    }

    @Test
    void who_am_i_is_answered_for_a_header_and_for_a_cookie() {
        String token = server.logIn().string("access_token");
        String cookie = server.logInWithCookies().cookie("__Host-handstamp");

        Reply byHeader = server.call("GET", "/session").bearer(token).send();
        Reply byCookie = server.call("GET", "/session")
                .cookie("__Host-handstamp", cookie)
                .send();

        assertThat(byHeader.json())
                .containsEntry("subject", server.user("vera").subject().value())
                .containsEntry("username", "vera")
                .containsEntry("name", "Vera Vale")
                .containsEntry("roles", List.of("buyer"))
                .containsEntry("scope", "orders:read orders:write")
                .containsEntry("session", RunningServer.claims(token).get("sid"))
                .containsEntry("expires_at", RunningServer.claims(token).get("exp"));
        assertThat(byHeader.number("expires_in")).isBetween(290L, 300L);
        assertThat(byCookie.string("username")).isEqualTo("vera");
    }

    @Test
    void nobody_is_told_who_they_are_without_a_good_token() {
        Reply missing = server.call("GET", "/session").send();
        Reply wrong = server.call("GET", "/session").bearer("a.b.c").send();

        assertThat(missing.outcome()).isEqualTo("401 not_signed_in");
        assertThat(missing.header("WWW-Authenticate")).contains("Bearer realm=\"handstamp\"");
        assertThat(wrong.outcome()).isEqualTo("401 invalid_token");
        assertThat(wrong.header("WWW-Authenticate")).contains("Bearer realm=\"handstamp\", error=\"invalid_token\"");
    }

    @Test
    @DisplayName("T-42: a token in the URL or in two places is refused with 400")
    void a_token_in_other_places_is_refused() {
        String token = server.logIn().string("access_token");

        assertThat(server.call("GET", "/session?access_token=" + token).send().outcome())
                .isEqualTo("400 invalid_request");
        assertThat(server.call("GET", "/session")
                        .bearer(token)
                        .bearer(token)
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_request");
        assertThat(server.call("GET", "/session")
                        .bearer(token)
                        .cookie("__Host-handstamp", token)
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_request");
        assertThat(server.call("GET", "/session")
                        .header("Authorization", "Bearer  " + token)
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_request");
        assertThat(server.call("GET", "/session")
                        .header("Authorization", "bEARER " + token)
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("T-40: a token that a client got for itself is refused where a user is expected")
    void a_client_is_no_user() {
        String token = server.clientCredentials().string("access_token");

        assertThat(server.call("GET", "/session").bearer(token).send().outcome())
                .isEqualTo("401 invalid_token");
        assertThat(server.call("DELETE", "/session").bearer(token).send().outcome())
                .isEqualTo("401 invalid_token");
    }

    @Test
    void a_logout_ends_the_session_with_all_its_tokens_at_once() {
        Reply login = server.logIn();
        String token = login.string("access_token");

        Reply reply = server.call("DELETE", "/session").bearer(token).send();

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.setCookie("__Host-handstamp")).contains("Max-Age=0");
        assertThat(reply.setCookie("__Secure-handstamp-refresh")).contains("Max-Age=0");
        assertThat(server.isActive(token)).isFalse();
        assertThat(server.call("GET", "/session").bearer(token).send().outcome())
                .isEqualTo("401 invalid_token");
        assertThat(server.refresh(login.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
    }

    @Test
    void a_logout_by_cookie_ends_the_session() {
        Reply login = server.logInWithCookies();
        String token = login.cookie("__Host-handstamp");

        Reply reply = server.call("DELETE", "/session")
                .cookie("__Host-handstamp", token)
                .header("Sec-Fetch-Site", "same-origin")
                .send();

        assertThat(reply.status()).isEqualTo(204);
        assertThat(server.isActive(token)).isFalse();
    }

    @Test
    void a_logout_by_the_refresh_cookie_alone_ends_the_session() {
        Reply login = server.logInWithCookies();

        Reply reply = server.call("DELETE", "/session")
                .cookie("__Secure-handstamp-refresh", login.cookie("__Secure-handstamp-refresh"))
                .send();

        assertThat(reply.status()).isEqualTo(204);
        assertThat(server.isActive(login.cookie("__Host-handstamp"))).isFalse();
    }

    @Test
    void logging_out_twice_is_as_good_as_once() {
        String token = server.logIn().string("access_token");
        server.call("DELETE", "/session").bearer(token).send();

        assertThat(server.call("DELETE", "/session").bearer(token).send().status())
                .isEqualTo(204);
        assertThat(server.audit(AuditEvent.Type.LOGGED_OUT).stream()
                        .filter(event -> event.target()
                                .equals(RunningServer.claims(token).get("sid"))))
                .hasSize(1);
    }

    @Test
    void cookies_that_are_good_for_nothing_are_cleared() {
        Reply reply = server.call("DELETE", "/session")
                .header("Cookie", "__Host-handstamp=nonsense; __Secure-handstamp-refresh=nonsense")
                .send();

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.setCookie("__Host-handstamp")).contains("Max-Age=0");
    }

    @Test
    void a_logout_without_any_token_or_with_a_forged_one_is_refused() {
        String token = server.logIn().string("access_token");
        String forged = token.substring(0, token.lastIndexOf('.') + 1) + "AAAA";

        assertThat(server.call("DELETE", "/session").send().outcome()).isEqualTo("401 not_signed_in");
        assertThat(server.call("DELETE", "/session").bearer(forged).send().outcome())
                .isEqualTo("401 invalid_token");
        assertThat(server.isActive(token)).isTrue();
    }

    @Test
    void an_expired_token_still_logs_out() throws Exception {
        server.addApi(
                "https://api.example/brief",
                "the secret of the API brief",
                dev.handstamp.jwt.Algorithm.RS256,
                java.time.Duration.ofSeconds(1),
                "brief:read");
        Reply login = logInFor("https://api.example/brief");
        String token = login.string("access_token");
        long end = (Long) RunningServer.claims(token).get("exp");
        while (java.time.Instant.now().getEpochSecond() <= end) Thread.sleep(50);

        assertThat(server.call("GET", "/session").bearer(token).send().outcome())
                .isEqualTo("401 invalid_token");
        assertThat(server.call("DELETE", "/session").bearer(token).send().status())
                .isEqualTo(204);
        assertThat(server.refresh(login.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void a_page_of_another_origin_cannot_use_the_cookies(String site) {
        Reply login = server.logInWithCookies();
        String access = login.cookie("__Host-handstamp");
        String refresh = login.cookie("__Secure-handstamp-refresh");

        assertThat(server.call("DELETE", "/session")
                        .cookie("__Host-handstamp", access)
                        .header("Sec-Fetch-Site", site)
                        .send()
                        .outcome())
                .isEqualTo("403 cross_site_request");
        assertThat(server.call("POST", "/session/refresh")
                        .cookie("__Secure-handstamp-refresh", refresh)
                        .header("Sec-Fetch-Site", site)
                        .send()
                        .outcome())
                .isEqualTo("403 cross_site_request");
        assertThat(server.isActive(access)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example"})
    void an_origin_that_is_not_ours_is_foreign(String origin) {
        Reply login = server.logInWithCookies();

        Reply reply = server.call("DELETE", "/session")
                .cookie("__Host-handstamp", login.cookie("__Host-handstamp"))
                .header("Origin", origin)
                .send();

        assertThat(reply.outcome()).isEqualTo("403 cross_site_request");
    }

    @Test
    void the_issuers_origin_and_that_of_the_host_asked_are_ours() {
        for (String origin : List.of(server.issuer(), "http://127.0.0.1:" + server.handstamp.port())) {
            Reply login = server.logInWithCookies();

            Reply reply = server.call("DELETE", "/session")
                    .cookie("__Host-handstamp", login.cookie("__Host-handstamp"))
                    .header("Origin", origin)
                    .send();

            assertThat(reply.status()).isEqualTo(204);
        }
    }

    @Test
    @DisplayName("O-31: a page of another origin cannot sign its visitor in")
    void a_page_of_another_origin_cannot_sign_in_with_cookies() {
        Reply reply = server.call("POST", "/session")
                .header("Origin", "https://evil.example")
                .json(Json.text(Map.of(
                        "username",
                        "vera",
                        "password",
                        RunningServer.PASSWORD,
                        "audience",
                        RunningServer.ORDERS,
                        "delivery",
                        "cookie")))
                .send();

        assertThat(reply.outcome()).isEqualTo("403 cross_site_request");
        assertThat(reply.all("Set-Cookie")).isEmpty();
    }

    @Test
    @DisplayName("T-40: what an API that shares a secret could have made itself tells nobody who a user is")
    void a_token_of_a_shared_secret_is_nobody_here() {
        addTill();
        String own = logInFor(TILL).string("access_token");
        String forged = server.forgedBy(
                TILL, own, Map.of("sub", server.user("nick").subject().value()));
        assertThat(isActiveAtTill(own)).isTrue();
        assertThat(isActiveAtTill(forged)).isTrue();

        for (String token : List.of(own, forged)) {
            Reply byHeader = server.call("GET", "/session").bearer(token).send();
            Reply byCookie = server.call("GET", "/session")
                    .cookie("__Host-handstamp", token)
                    .send();

            assertThat(byHeader.outcome()).isEqualTo("401 invalid_token");
            assertThat(byHeader.string("error_description")).contains("shares the secret");
            assertThat(byCookie.outcome()).isEqualTo("401 invalid_token");
        }
    }

    @Test
    @DisplayName("T-40: what an API that shares a secret could have made itself ends nobody's session")
    void a_token_of_a_shared_secret_ends_no_session() {
        addTill();
        String other = server.logIn().string("access_token");
        Reply login = logInFor(TILL);
        String own = login.string("access_token");
        String forged = server.forgedBy(
                TILL, own, Map.of("sid", RunningServer.claims(other).get("sid")));

        for (String token : List.of(own, forged)) {
            assertThat(server.call("DELETE", "/session").bearer(token).send().outcome())
                    .isEqualTo("401 invalid_token");
            assertThat(server.call("DELETE", "/session")
                            .cookie("__Host-handstamp", token)
                            .send()
                            .outcome())
                    .isEqualTo("401 invalid_token");
        }
        assertThat(server.isActive(other)).isTrue();
        assertThat(isActiveAtTill(own)).isTrue();

        // The refresh token, which the API does not know, ends its own session and no other.
        Reply byRefreshToken = server.call("DELETE", "/session")
                .cookie("__Host-handstamp", forged)
                .cookie("__Secure-handstamp-refresh", login.string("refresh_token"))
                .send();
        assertThat(byRefreshToken.status()).isEqualTo(204);
        assertThat(isActiveAtTill(own)).isFalse();
        assertThat(server.isActive(other)).isTrue();
    }

    @Test
    @DisplayName("O-26: an API that shares a secret learns of introspection who its own users are, and nobody else")
    void a_token_of_a_shared_secret_names_only_whom_it_was_given_for() {
        addTill();
        String own = logInFor(TILL).string("access_token");
        String subject = server.user("nick").subject().value();
        String forged = server.forgedBy(TILL, own, Map.of("sub", subject));
        String ofOther = server.forgedBy(
                TILL, server.logIn("nick", RunningServer.PASSWORD).string("access_token"), Map.of());

        assertThat(introspectAtTill(own)).containsEntry("active", true).containsEntry("username", "vera");
        for (String token : List.of(forged, ofOther)) {
            assertThat(introspectAtTill(token))
                    .containsEntry("active", true)
                    .containsEntry("sub", subject)
                    .doesNotContainKey("username");
        }
    }

    private static void addTill() {
        boolean isThere = server.database.read(tx -> new ApiStore().list(tx)).stream()
                .anyMatch(api -> api.audience().value().equals(TILL));
        if (!isThere) server.addApi(TILL, TILL_SECRET, Algorithm.HS256, Duration.ofMinutes(5), "till:open");
    }

    private static boolean isActiveAtTill(String token) {
        return Boolean.TRUE.equals(introspectAtTill(token).get("active"));
    }

    private static Map<String, Object> introspectAtTill(String token) {
        return server.call("POST", "/introspect")
                .basic(TILL, TILL_SECRET)
                .form("token", token)
                .send()
                .json();
    }

    private static Reply logIn(String username, String scope) {
        return server.call("POST", "/session")
                .json(Json.text(Map.of(
                        "username",
                        username,
                        "password",
                        RunningServer.PASSWORD,
                        "audience",
                        RunningServer.ORDERS,
                        "scope",
                        scope)))
                .send();
    }

    private static Reply logInFor(String audience) {
        return server.call("POST", "/session")
                .json(Json.text(Map.of("username", "vera", "password", RunningServer.PASSWORD, "audience", audience)))
                .send();
    }
}
