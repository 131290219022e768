package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.WrongClientMetadata;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers that clients and APIs want signed: ID tokens by a registered algorithm, UserInfo, authorization responses
/// (JARM), introspection (RFC 9701).
class SignedAnswerTest {

    private static final String INTROSPECTION = "application/token-introspection+jwt";

    private static RunningServer server;

    private final TestBrowser browser = new TestBrowser(server);

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @Timeout(60)
    @DisplayName("K-09: the keys that a client asks for are published before any of them signs")
    void keys_are_published_before_they_sign() throws Exception {
        try (RunningServer own = RunningServer.start()) {
            assertThat(own.call("GET", "/jwks").send().text()).doesNotContain("PS256");
            WebClient.with(own, Map.of("id_token_signed_response_alg", "PS256"));
            while (!own.call("GET", "/jwks").send().text().contains("PS256")) Thread.sleep(20);
        }
    }

    @ParameterizedTest
    @CsvSource({"RS256, SHA-256, 16", "PS256, SHA-256, 16", "ES256, SHA-256, 16", "EdDSA, SHA-512, 32"})
    @DisplayName("OpenID Connect Core §2, §3.1.3.6: an ID token is signed as the client has registered")
    void an_id_token_is_signed_as_registered(String algorithm, String hash, int half) throws Exception {
        WebClient client = WebClient.with(server, Map.of("id_token_signed_response_alg", algorithm));
        Reply tokens = client.redeem(client.code("scope", "openid"));
        Map<String, Object> claims = verified(tokens.string("id_token"), algorithm, "JWT");
        byte[] digest = MessageDigest.getInstance(hash)
                .digest(tokens.string("access_token").getBytes(StandardCharsets.US_ASCII));
        assertThat(claims)
                .containsEntry(
                        "at_hash", Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, half)));
        assertThat(RunningServer.header(tokens.string("access_token"))).containsEntry("alg", "RS256");
        // It is read again as a hint.
        assertThat(TestBrowser.answer(browser.authorize(
                        client.request("scope", "openid", "id_token_hint", tokens.string("id_token")))))
                .containsKey("code");
    }

    @Test
    @DisplayName("OpenID Connect Core §12.2: an ID token of a refresh says of the sign-in what the first one said")
    void a_refresh_yields_an_id_token_of_the_same_sign_in() throws Exception {
        WebClient client = WebClient.with(server, Map.of("id_token_signed_response_alg", "ES256"));
        Reply first = client.redeem(client.code("scope", "openid orders:read", "nonce", "once"));
        Reply second = client.refresh(first.string("refresh_token"));
        Map<String, Object> before = verified(first.string("id_token"), "ES256", "JWT");
        Map<String, Object> after = verified(second.string("id_token"), "ES256", "JWT");
        for (String name : List.of("iss", "sub", "aud", "auth_time", "acr", "amr", "sid")) {
            assertThat(after).as(name).containsEntry(name, before.get(name));
        }
        assertThat(after).doesNotContainKey("nonce");
        assertThat((Long) after.get("iat")).isGreaterThanOrEqualTo((Long) before.get("iat"));
        byte[] digest = Sha256.of(second.string("access_token").getBytes(StandardCharsets.US_ASCII));
        assertThat(after)
                .containsEntry(
                        "at_hash", Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16)));

        Reply third = client.refresh(second.string("refresh_token"), "scope", "orders:read");
        assertThat(third.json()).doesNotContainKey("id_token");
        Reply plain = client.redeem(client.code("scope", "orders:read"));
        assertThat(client.refresh(plain.string("refresh_token")).json()).doesNotContainKey("id_token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "EdDSA"})
    @DisplayName("OpenID Connect Core §5.3.2: UserInfo is signed for a client that has registered it")
    void userinfo_is_signed(String algorithm) throws Exception {
        WebClient client = WebClient.with(server, Map.of("userinfo_signed_response_alg", algorithm));
        Reply tokens = client.redeem(client.code("scope", "openid email"));
        Reply reply = server.call("GET", "/userinfo")
                .bearer(tokens.string("access_token"))
                .send();
        assertThat(reply.header("Content-Type")).contains("application/jwt");
        assertThat(reply.header("Cache-Control")).contains("no-store");
        assertThat(verified(reply.text(), algorithm, "JWT"))
                .containsOnlyKeys("iss", "aud", "sub", "email", "email_verified")
                .containsEntry("iss", server.issuer())
                .containsEntry("aud", client.id())
                .containsEntry("sub", server.user("vera").subject().value());
        Reply posted = server.call("POST", "/userinfo")
                .form("access_token", tokens.string("access_token"))
                .send();
        assertThat(posted.header("Content-Type")).contains("application/jwt");
        assertThat(server.call("GET", "/userinfo").bearer("x").send().outcome()).isEqualTo("401 invalid_token");
    }

    @ParameterizedTest
    @CsvSource({"jwt, RS256", "query.jwt, PS256", "jwt, ES256"})
    @DisplayName("JARM §2: an answer is one signed parameter, errors too")
    void an_authorization_response_is_signed(String mode, String algorithm) throws Exception {
        WebClient client = WebClient.with(server, Map.of("authorization_signed_response_alg", algorithm));
        Map<String, String> answer =
                TestBrowser.answer(browser.authorize(client.request("response_mode", mode, "scope", "openid")));
        assertThat(answer).containsOnlyKeys("response");
        Map<String, Object> claims = verified(answer.get("response"), algorithm, "JWT");
        assertThat(claims)
                .containsOnlyKeys("iss", "aud", "exp", "code", "state")
                .containsEntry("iss", server.issuer())
                .containsEntry("aud", client.id())
                .containsEntry("state", "a state & more");
        long left = (Long) claims.get("exp") - Instant.now().getEpochSecond();
        assertThat(left).isBetween(1L, 600L);
        assertThat(client.redeem((String) claims.get("code")).status()).isEqualTo(200);

        Map<String, String> refusal =
                TestBrowser.answer(browser.open(client.request("response_mode", mode, "max_age", "soon")));
        assertThat(refusal).containsOnlyKeys("response");
        assertThat(verified(refusal.get("response"), algorithm, "JWT"))
                .containsEntry("error", "invalid_request")
                .containsEntry("state", "a state & more")
                .containsEntry("iss", server.issuer())
                .containsKeys("exp", "error_description");
    }

    @Test
    void a_signed_response_can_be_posted() throws Exception {
        WebClient client = WebClient.trusted(server);
        Reply page = browser.authorize(client.request("response_mode", "form_post.jwt"));
        assertThat(TestBrowser.action(page)).isEqualTo(WebClient.CALLBACK);
        Map<String, String> fields = TestBrowser.fields(page);
        assertThat(fields).containsOnlyKeys("response");
        assertThat(verified(fields.get("response"), "RS256", "JWT")).containsKeys("code", "iss", "aud", "exp", "state");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fragment", "fragment.jwt", "web_message", "QUERY"})
    void a_code_is_never_sent_in_a_fragment(String mode) {
        WebClient client = WebClient.trusted(server);
        assertThat(TestBrowser.answer(browser.open(client.request("response_mode", mode))))
                .containsEntry("error", "invalid_request")
                .containsEntry("state", "a state & more")
                .containsEntry("iss", server.issuer())
                .hasEntrySatisfying(
                        "error_description", text -> assertThat(text).contains("query.jwt", "form_post", "fragment"));
    }

    @Test
    @DisplayName("RFC 9701 §5: an introspection answer is signed for who asks, and what the token says stands apart")
    void an_introspection_answer_is_signed() throws Exception {
        String token = server.clientCredentials().string("access_token");
        Map<String, Object> plain = server.introspect(token).json();

        Reply reply = introspect(RunningServer.ORDERS, RunningServer.ORDERS_SECRET, token, INTROSPECTION);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).contains(INTROSPECTION);
        assertThat(reply.header("Cache-Control")).contains("no-store");
        Map<String, Object> claims = verified(reply.text(), "RS256", "token-introspection+jwt");
        assertThat(claims)
                .containsOnlyKeys("iss", "aud", "iat", "token_introspection")
                .containsEntry("iss", server.issuer())
                .containsEntry("aud", RunningServer.ORDERS)
                .containsEntry("token_introspection", plain);
        assertThat(plain).containsEntry("active", true);

        Reply own = introspect("shop", RunningServer.SHOP_SECRET, token, "application/json;q=0.5, " + INTROSPECTION);
        assertThat(verified(own.text(), "RS256", "token-introspection+jwt")).containsEntry("aud", "shop");
        // An answer is no token (T-37).
        assertThat(server.isActive(reply.text())).isFalse();
    }

    @Test
    void an_api_checks_the_answer_as_it_checks_its_tokens() throws Exception {
        String stamps = "https://api.example/stamps";
        server.addApi(stamps, "the secret of the stamps", Algorithm.EDDSA, Duration.ofMinutes(5), "stamps:read");
        String till = "https://api.example/till-of-introspection";
        server.addApi(till, "the secret of this till", Algorithm.HS256, Duration.ofMinutes(5), "till:open");
        verified(
                introspect(stamps, "the secret of the stamps", "x.y.z", INTROSPECTION)
                        .text(),
                "EdDSA",
                "token-introspection+jwt");
        verified(
                introspect(till, "the secret of this till", "x.y.z", INTROSPECTION)
                        .text(),
                "RS256",
                "token-introspection+jwt");
    }

    @Test
    @DisplayName(
            "O-26, O-27: a signed answer about a token of others, or a bad one, says that it is not active and no more")
    void an_inactive_answer_stays_poor() throws Exception {
        String token = server.clientCredentials().string("access_token");
        for (String bad : List.of("x", "x.y.z", token.substring(0, token.length() - 4) + "AAAA", "x".repeat(20_000))) {
            Reply reply = introspect(RunningServer.ORDERS, RunningServer.ORDERS_SECRET, bad, INTROSPECTION);
            assertThat(verified(reply.text(), "RS256", "token-introspection+jwt"))
                    .containsEntry("token_introspection", Map.of("active", false))
                    .containsOnlyKeys("iss", "aud", "iat", "token_introspection");
        }
        Reply foreign = introspect("depot", RunningServer.DEPOT_SECRET, token, INTROSPECTION);
        assertThat(verified(foreign.text(), "RS256", "token-introspection+jwt"))
                .containsEntry("token_introspection", Map.of("active", false));
        Reply unknown = introspect("depot", "wrong", token, INTROSPECTION);
        assertThat(unknown.outcome()).isEqualTo("401 invalid_client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "application/jwt", INTROSPECTION + ";q=0"})
    void who_does_not_ask_for_a_signature_gets_json(String accept) {
        String token = server.clientCredentials().string("access_token");
        Reply reply = introspect(RunningServer.ORDERS, RunningServer.ORDERS_SECRET, token, accept);
        assertThat(reply.json()).containsEntry("active", true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "RS512", "ML-DSA-44"})
    void an_algorithm_that_answers_are_not_signed_with_cannot_be_registered(String algorithm) {
        for (String member : List.of(
                "id_token_signed_response_alg",
                "userinfo_signed_response_alg",
                "authorization_signed_response_alg",
                "introspection_signed_response_alg")) {
            assertThat(ClientMetadata.parse(Map.of(member, algorithm)))
                    .isInstanceOfSatisfying(
                            WrongClientMetadata.class,
                            wrong -> assertThat(wrong.faults().getFirst().text())
                                    .contains(member, "RS256, PS256, ES256"));
        }
    }

    @Test
    @DisplayName("RFC 9864: Ed25519 can be registered, and is told and written by its older name EdDSA")
    void the_newer_name_of_eddsa_can_be_registered() {
        Map<String, Object> registered = Map.of("id_token_signed_response_alg", "Ed25519");
        assertThat(ClientMetadata.parse(registered))
                .isInstanceOfSatisfying(
                        ClientMetadata.class,
                        metadata ->
                                assertThat(metadata.toObject()).containsEntry("id_token_signed_response_alg", "EdDSA"));
        WebClient client = WebClient.with(server, registered);
        String idToken = client.redeem(client.code("scope", "openid")).string("id_token");
        assertThat(RunningServer.header(idToken)).containsEntry("alg", "EdDSA");
    }

    private static Reply introspect(String name, String secret, String token, String accept) {
        return server.call("POST", "/introspect")
                .basic(name, secret)
                .header("Accept", accept)
                .form("token", token)
                .send();
    }

    /// The claims, after the signature was checked with a published key.
    private static Map<String, Object> verified(String jwt, String algorithm, String type) throws Exception {
        assertThat(RunningServer.header(jwt)).containsEntry("alg", algorithm).containsEntry("typ", type);
        JwkSet keys = JwkSet.parse(server.call("GET", "/jwks").send().body());
        byte[] payload = Jws.parse(jwt)
                .orElseThrow()
                .verify(keys.find(Jws.unverifiedKeyId(jwt).orElseThrow()).orElseThrow())
                .orElseThrow();
        return Json.parseObject(payload);
    }
}
