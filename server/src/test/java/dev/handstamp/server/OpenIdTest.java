package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.GrantType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// OpenID Connect: ID tokens and UserInfo.
class OpenIdTest {

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.addUser(
                "emma",
                RunningServer.hash(RunningServer.PASSWORD),
                Map.of(
                        "given_name", "Emma",
                        "email_verified", true,
                        "phone_number", "+49 30 1",
                        "address.locality", "Köln",
                        "address", "Domkloster 4",
                        "age", 41L),
                "buyer");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("OpenID Connect Core §2: an ID token says who signed in, when and how, and is for the client alone")
    void an_id_token_has_its_claims() throws Exception {
        WebClient client = WebClient.trusted(server);
        Instant before = Instant.now().minusSeconds(1);

        Reply tokens = client.redeem(client.code("scope", "openid orders:read", "nonce", "a nonce"));

        String token = tokens.string("id_token");
        assertThat(RunningServer.header(token)).containsEntry("typ", "JWT").containsEntry("alg", "RS256");
        JwkSet keys = JwkSet.parse(server.call("GET", "/jwks").send().body());
        assertThat(Jws.parse(token)
                        .orElseThrow()
                        .verify(keys.find(Jws.unverifiedKeyId(token).orElseThrow())
                                .orElseThrow()))
                .isPresent();
        Map<String, Object> claims = RunningServer.claims(token);
        byte[] digest = Sha256.of(tokens.string("access_token").getBytes(StandardCharsets.US_ASCII));
        assertThat(claims)
                .containsEntry("iss", server.issuer())
                .containsEntry("sub", server.user("vera").subject().value())
                .containsEntry("aud", client.id())
                .containsEntry("nonce", "a nonce")
                .containsEntry("acr", "aal1")
                .containsEntry("amr", List.of("pwd"))
                .containsEntry(
                        "sid",
                        RunningServer.claims(tokens.string("access_token")).get("sid"))
                .containsEntry(
                        "at_hash", Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16)))
                .containsOnlyKeys(
                        "iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "sid", "at_hash", "nonce");
        assertThat((Long) claims.get("auth_time"))
                .isBetween(before.getEpochSecond(), Instant.now().getEpochSecond());
        assertThat(server.isActive(token)).isFalse();
    }

    @Test
    void who_does_not_ask_who_it_is_gets_no_id_token() {
        WebClient client = WebClient.trusted(server);

        Reply tokens = client.redeem(client.code("scope", "orders:read"));

        assertThat(tokens.json()).doesNotContainKey("id_token");
        assertThat(RunningServer.claims(tokens.string("access_token"))).containsEntry("aud", RunningServer.ORDERS);
        assertThat(userInfo(tokens.string("access_token")).outcome()).isEqualTo("401 invalid_token");
    }

    @Test
    void a_client_without_an_api_gets_a_token_for_userinfo() {
        WebClient client = WebClient.of(
                server,
                WebClient.redirection(true, true, WebClient.CALLBACK),
                true,
                Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN));

        Reply tokens = client.redeem(client.code("scope", "openid profile"));

        assertThat(RunningServer.claims(tokens.string("access_token")))
                .containsEntry("aud", server.issuer())
                .containsEntry("scope", "openid profile");
        assertThat(userInfo(tokens.string("access_token")).string("name")).isEqualTo("Vera Vale");
        Reply refreshed = client.refresh(tokens.string("refresh_token"));
        assertThat(userInfo(refreshed.string("access_token")).string("name")).isEqualTo("Vera Vale");
        assertThat(TestBrowser.answer(new TestBrowser(server).open(client.request("scope", "profile"))))
                .containsEntry("error", "invalid_target");
    }

    @Test
    @DisplayName("O-30: UserInfo tells what the scopes open, by header or form, and nothing more")
    void userinfo_tells_what_the_scopes_open() {
        WebClient client = WebClient.trusted(server);
        String subject = server.user("emma").subject().value();
        String plain = token(client, "openid orders:read");
        String everything = token(client, "openid profile email phone address");

        assertThat(userInfo(plain).json()).containsExactlyEntriesOf(Map.of("sub", subject));
        for (Reply reply : List.of(
                userInfo(everything),
                server.call("POST", "/userinfo").bearer(everything).send(),
                server.call("POST", "/userinfo")
                        .form("access_token", everything)
                        .send())) {
            assertThat(reply.header("Cache-Control")).contains("no-store");
            assertThat(reply.json())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "sub", subject,
                            "name", "Vera Vale",
                            "given_name", "Emma",
                            "preferred_username", "emma",
                            "email", "emma@example.org",
                            "email_verified", true,
                            "phone_number", "+49 30 1",
                            "phone_number_verified", false,
                            "address", Map.of("formatted", "Domkloster 4", "locality", "Köln")));
        }
    }

    @Test
    @DisplayName("O-30: what was told once is told again for as long as it is true, and the token good")
    void userinfo_is_never_stale() throws Exception {
        WebClient client = WebClient.trusted(server);
        server.addUser("rita", "buyer");
        Users users = new Users(
                server.database,
                () -> {
                    throw new IllegalStateException("no password is set here");
                },
                new Secrets(new SecureRandom()),
                InstantSource.system(),
                Administrator.COMMAND_LINE);
        TestBrowser browser = new TestBrowser(server);
        Reply back = browser.submit(
                browser.open(client.request("scope", "openid profile")),
                "username",
                "rita",
                "password",
                RunningServer.PASSWORD);
        String token = client.redeem(TestBrowser.answer(back).get("code")).string("access_token");
        for (String name : List.of("Rita Rot", "Rita Rosa")) {
            users.change(
                    "rita",
                    new Users.Change(Optional.of(name), Optional.empty(), List.of(), List.of(), Map.of(), List.of()));
            for (int i = 0; i < 3; i++)
                assertThat(userInfo(token).string("name")).isEqualTo(name);
        }
        String second = client.redeem(TestBrowser.answer(browser.open(client.request("scope", "openid profile")))
                        .get("code"))
                .string("access_token");
        for (int i = 0; i < 2; i++) assertThat(userInfo(second).status()).isEqualTo(200);

        users.disable("rita");

        assertThat(userInfo(token).outcome()).isEqualTo("401 invalid_token");
        assertThat(userInfo(second).outcome()).isEqualTo("401 invalid_token");
    }

    @Test
    void single_claims_come_where_they_were_asked_for() {
        WebClient client = WebClient.confidential(server);
        String asked = "{\"userinfo\": {\"given_name\": {\"essential\": true}, \"age\": null},"
                + " \"id_token\": {\"email\": null, \"auth_time\": {\"essential\": true}}}";
        TestBrowser browser = new TestBrowser(server);
        Reply consent = browser.submit(
                browser.open(client.request("scope", "openid", "claims", asked)),
                "username",
                "emma",
                "password",
                RunningServer.PASSWORD);
        assertThat(consent.text()).contains("see your name and profile", "see your e-mail address");

        Reply tokens = client.redeem(TestBrowser.answer(browser.allow(consent)).get("code"));

        assertThat(tokens.string("scope")).isEqualTo("openid");
        assertThat(RunningServer.claims(tokens.string("id_token")))
                .containsEntry("email", "emma@example.org")
                .doesNotContainKeys("given_name", "age");
        assertThat(userInfo(tokens.string("access_token")).json()).containsOnlyKeys("sub", "given_name");
    }

    @Test
    @DisplayName("O-30: UserInfo refuses whatever is no user's token for it")
    void userinfo_refuses_other_tokens() {
        WebClient client = WebClient.trusted(server);
        Reply tokens = client.redeem(client.code("scope", "openid"));
        String good = tokens.string("access_token");
        String narrowed =
                client.refresh(tokens.string("refresh_token"), "scope", "").string("access_token");
        assertThat(userInfo(narrowed).status()).isEqualTo(200);

        assertThat(server.call("GET", "/userinfo").send().outcome()).isEqualTo("401 not_signed_in");
        assertThat(server.call("GET", "/userinfo?access_token=" + good).send().status())
                .isEqualTo(401);
        assertThat(server.call("POST", "/userinfo")
                        .json("{\"access_token\": \"" + good + "\"}")
                        .send()
                        .status())
                .isEqualTo(401);
        for (String bad : List.of(
                tokens.string("id_token"),
                server.clientCredentials().string("access_token"),
                server.logIn().string("access_token"),
                good.substring(0, good.length() - 4) + "AAAA",
                "x")) {
            Reply reply = userInfo(bad);
            assertThat(reply.outcome()).isEqualTo("401 invalid_token");
            assertThat(reply.header("WWW-Authenticate").orElseThrow()).contains("Bearer", "error=\"invalid_token\"");
        }
        assertThat(server.call("POST", "/userinfo")
                        .bearer(good)
                        .form("access_token", good)
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_request");

        server.call("POST", "/revoke")
                .basic(client.id(), client.secret().orElseThrow())
                .form("token", good)
                .send();
        assertThat(userInfo(good).outcome()).isEqualTo("401 invalid_token");
    }

    @Test
    void an_api_that_shares_a_secret_cannot_make_tokens_for_userinfo() {
        String till = "https://api.example/till";
        server.addApi(till, "the secret of the till", Algorithm.HS256, Duration.ofMinutes(5), "till:open");
        server.addRole("cashier", till, "till:open");
        WebClient client = WebClient.of(
                server,
                WebClient.redirection(true, false, WebClient.CALLBACK),
                true,
                Set.of(GrantType.AUTHORIZATION_CODE),
                till);

        Reply tokens = client.redeem(client.code("scope", "openid"));

        assertThat(RunningServer.claims(tokens.string("access_token"))).containsEntry("aud", till);
        assertThat(userInfo(tokens.string("access_token")).outcome()).isEqualTo("401 invalid_token");
        assertThat(RunningServer.header(tokens.string("id_token"))).containsEntry("alg", "RS256");
    }

    @Test
    void nor_can_one_that_has_the_issuers_own_name() {
        try (RunningServer own = RunningServer.start()) {
            own.addApi(own.issuer(), "the secret of the twin", Algorithm.HS256, Duration.ofMinutes(5), "x");
            String forged =
                    own.forgedBy(own.issuer(), own.logIn().string("access_token"), Map.of("scope", "openid profile"));
            assertThat(own.call("POST", "/introspect")
                            .basic(own.issuer(), "the secret of the twin")
                            .form("token", forged)
                            .send()
                            .json())
                    .containsEntry("active", true);

            assertThat(own.call("GET", "/userinfo").bearer(forged).send().outcome())
                    .isEqualTo("401 invalid_token");
        }
    }

    @Test
    @DisplayName("OpenID Connect Core §11: offline_access outlives the browser's session, nothing else does")
    void offline_access_outlives_the_session() {
        WebClient client = WebClient.confidential(server);
        TestBrowser browser = new TestBrowser(server);
        Reply consent = browser.signIn(browser.open(client.request("scope", "openid offline_access")));
        assertThat(consent.text()).contains("stay signed in while you are away");
        Reply away = client.redeem(TestBrowser.answer(browser.allow(consent)).get("code"));
        Reply here = client.redeem(TestBrowser.answer(browser.authorize(client.request("scope", "openid")))
                .get("code"));

        browser.signOut();

        assertThat(client.refresh(here.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");
        assertThat(client.refresh(away.string("refresh_token")).status()).isEqualTo(200);
        assertThat(RunningServer.claims(away.string("id_token")).get("sid"))
                .isEqualTo(RunningServer.claims(here.string("id_token")).get("sid"));
    }

    @Test
    void the_user_that_the_client_means_must_be_the_one_who_signs_in() {
        WebClient client = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        Reply vera = client.redeem(TestBrowser.answer(browser.authorize(client.request("scope", "openid")))
                .get("code"));
        String hint = vera.string("id_token");

        assertThat(TestBrowser.answer(browser.open(client.request("id_token_hint", hint, "prompt", "none"))))
                .containsKey("code");
        TestBrowser emmas = new TestBrowser(server);
        Reply login = emmas.open(client.request("id_token_hint", hint));
        Reply wrong = emmas.submit(login, "username", "emma", "password", RunningServer.PASSWORD);
        assertThat(TestBrowser.answer(wrong)).containsEntry("error", "login_required");
        assertThat(TestBrowser.answer(emmas.open(client.request("id_token_hint", hint, "prompt", "none"))))
                .containsEntry("error", "login_required");
        assertThat(TestBrowser.answer(emmas.open(client.request("id_token_hint", "x.y.z", "prompt", "none"))))
                .containsKey("code");
    }

    private static String token(WebClient client, String scope) {
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open(client.request("scope", scope));
        Reply back = browser.submit(login, "username", "emma", "password", RunningServer.PASSWORD);
        return client.redeem(TestBrowser.answer(back).get("code")).string("access_token");
    }

    private static Reply userInfo(String token) {
        return server.call("GET", "/userinfo").bearer(token).send();
    }
}
