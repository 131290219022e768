package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.GrantType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokens that are bound to a key of their client (RFC 9449), at every door of the server.
class DpopTest {

    private static RunningServer server;

    private final Proof proof = Proof.withNewKey();
    private final TestBrowser browser = new TestBrowser(server);

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"ES256", "EDDSA", "PS256", "RS256"})
    @DisplayName("RFC 9449 §5, §6.1: a token that is asked for with a proof is bound to its key")
    void a_token_is_bound_to_the_key_of_the_proof(Algorithm algorithm) {
        Proof ours = new Proof(PrivateJwk.generate(algorithm));
        Reply reply = clientCredentials(ours.of(server, "POST", "/token"));
        assertThat(reply.json()).containsEntry("token_type", "DPoP");
        String token = reply.string("access_token");
        assertThat(RunningServer.claims(token)).containsEntry("cnf", Map.of("jkt", ours.thumbprint()));
        assertThat(server.introspect(token).json())
                .containsEntry("active", true)
                .containsEntry("token_type", "DPoP")
                .containsEntry("cnf", Map.of("jkt", ours.thumbprint()));
    }

    @Test
    @DisplayName("RFC 9449 §5: the tokens of a device are bound to the key that it polls with")
    void a_device_gets_tokens_that_are_bound_to_its_key() {
        WebClient tv = WebClient.of(
                server,
                WebClient.redirection(true, true),
                false,
                Set.of(GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN),
                RunningServer.ORDERS);
        Reply begun = server.call("POST", "/device_authorization")
                .form("client_id", tv.id())
                .send();
        Reply login = browser.submit(browser.open("/device"), "user_code", begun.string("user_code"));
        browser.allow(browser.signIn(login));
        Reply tokens = server.call("POST", "/token")
                .header("DPoP", proof.of(server, "POST", "/token"))
                .form(
                        "client_id",
                        tv.id(),
                        "grant_type",
                        GrantType.DEVICE_CODE.wireName(),
                        "device_code",
                        begun.string("device_code"))
                .send();
        assertThat(tokens.json()).containsEntry("token_type", "DPoP");
        assertThat(RunningServer.claims(tokens.string("access_token")))
                .containsEntry("cnf", Map.of("jkt", proof.thumbprint()));
        assertThat(tv.refresh(tokens.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");
        assertThat(refresh(tv, tokens.string("refresh_token"), proof).status()).isEqualTo(200);
    }

    @Test
    void a_token_that_is_asked_for_without_one_is_a_bearer_token() {
        Reply reply = server.clientCredentials();
        assertThat(reply.json()).containsEntry("token_type", "Bearer");
        assertThat(RunningServer.claims(reply.string("access_token"))).doesNotContainKey("cnf");
        assertThat(reply.header("DPoP-Nonce")).isEmpty();
    }

    @Test
    @DisplayName("RFC 9449 §4.3: a proof is for this very request, fresh, well-formed and signed by its own key")
    void a_wrong_proof_is_refused() {
        long now = Instant.now().getEpochSecond();
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("another method", proof.of(server, "GET", "/token"));
        wrong.put("another path", proof.of(server, "POST", "/introspect"));
        wrong.put("another server", proof.of(server, "POST", "/token", "htu", "https://other.example/token"));
        wrong.put("too old", proof.of(server, "POST", "/token", "iat", now - 3600));
        wrong.put("from the future", proof.of(server, "POST", "/token", "iat", now + 3600));
        for (String name : List.of("jti", "htm", "htu", "iat")) {
            wrong.put("without " + name, proof.of(server, "POST", "/token", name, null));
        }
        wrong.put("typ", proof.sign(Map.of("typ", "JWT"), Map.of("jti", "x")));
        String good = proof.of(server, "POST", "/token");
        wrong.put("a changed signature", good.substring(0, good.length() - 6) + "AAAAAA");
        wrong.put("rubbish", "rubbish");
        wrong.put("nothing", "");
        wrong.forEach((why, text) ->
                assertThat(clientCredentials(text).outcome()).as(why).isEqualTo("400 invalid_dpop_proof"));
        assertThat(clientCredentials(good, proof.of(server, "POST", "/token")).outcome())
                .as("two proofs")
                .isEqualTo("400 invalid_dpop_proof");
        assertThat(clientCredentials(good).status()).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "FAPI 2.0 §5.3.2.1: a clock that is 10 seconds ahead or behind does not matter; query and fragment neither")
    void a_good_proof_has_some_freedom() {
        long now = Instant.now().getEpochSecond();
        for (long iat : List.of(now + 10, now - 10)) {
            assertThat(clientCredentials(proof.of(server, "POST", "/token", "iat", iat))
                            .status())
                    .isEqualTo(200);
        }
        String address = server.issuer() + "/token?a=b#c";
        assertThat(clientCredentials(proof.of(server, "POST", "/token", "htu", address, "exp", now + 300, "more", 1L))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9449 §11.1: of twenty requests at once with one proof, one gets a token")
    void a_proof_counts_once() throws Exception {
        String text = proof.of(server, "POST", "/token");
        List<String> answers;
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> ask = () -> clientCredentials(text).outcome();
            answers = many.invokeAll(IntStream.range(0, 20).mapToObj(_ -> ask).toList()).stream()
                    .map(future -> future.resultNow())
                    .toList();
        }
        assertThat(answers).containsOnlyOnce("200").containsOnly("200", "400 invalid_dpop_proof");
    }

    @Test
    @DisplayName("RFC 9449 §8: each answer to a proof offers a nonce, and one that is not ours has to be renewed")
    void nonces_are_offered_and_checked() {
        Reply first = clientCredentials(proof.of(server, "POST", "/token"));
        String nonce = first.header("DPoP-Nonce").orElseThrow();
        assertThat(clientCredentials(proof.of(server, "POST", "/token", "nonce", nonce))
                        .status())
                .isEqualTo(200);
        for (String wrong : List.of("made-up", nonce + "x", "", "zz." + nonce)) {
            Reply reply = clientCredentials(proof.of(server, "POST", "/token", "nonce", wrong));
            assertThat(reply.outcome()).isEqualTo("400 use_dpop_nonce");
            assertThat(reply.header("DPoP-Nonce")).isPresent();
        }
    }

    @Test
    @DisplayName("RFC 9449 §8, §9: a client that must use a nonce is told so, and goes on with the one of the answer")
    void a_client_can_be_held_to_nonces() {
        WebClient client = WebClient.with(server, Map.of("dpop_bound_access_tokens", true, "require_dpop_nonce", true));
        String code = client.code("scope", "openid");
        Reply told = redeem(client, code, proof.of(server, "POST", "/token"));
        assertThat(told.outcome()).isEqualTo("400 use_dpop_nonce");
        String nonce = told.header("DPoP-Nonce").orElseThrow();
        Reply reply = redeem(client, code, proof.of(server, "POST", "/token", "nonce", nonce));
        String token = reply.string("access_token");

        Reply resource = userInfo(token, proof.with(token, server, "GET", "/userinfo"));
        assertThat(resource.status()).isEqualTo(401);
        assertThat(resource.header("WWW-Authenticate").orElseThrow())
                .startsWith("DPoP ")
                .contains("error=\"use_dpop_nonce\"", "algs=\"");
        assertThat(resource.all("DPoP-Nonce"))
                .as("RFC 9449 §8: one and no more")
                .hasSize(1);
        String next = resource.header("DPoP-Nonce").orElseThrow();
        assertThat(userInfo(token, proof.with(token, server, "GET", "/userinfo", "nonce", next))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9449 §5.2: a client that registered dpop_bound_access_tokens gets none without a proof")
    void a_client_can_be_held_to_proofs() {
        WebClient client = WebClient.with(server, Map.of("dpop_bound_access_tokens", true));
        String code = client.code("scope", "openid");
        assertThat(client.redeem(code).outcome()).isEqualTo("400 invalid_dpop_proof");
        Reply reply = redeem(client, code, proof.of(server, "POST", "/token"));
        assertThat(reply.json()).containsEntry("token_type", "DPoP");
        String refreshToken = reply.string("refresh_token");
        assertThat(client.refresh(refreshToken).outcome()).isEqualTo("400 invalid_dpop_proof");
        assertThat(server.call("POST", "/session/refresh")
                        .basic(client.id(), client.secret().orElseThrow())
                        .json(Json.text(Map.of("refresh_token", refreshToken)))
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_dpop_proof");
        assertThat(refresh(client, refreshToken, proof).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9449 §7: UserInfo takes a bound token under DPoP with its proof, and never as a bearer token")
    void userinfo_is_for_the_holder_of_the_key() {
        WebClient client = WebClient.publicly(server, WebClient.CALLBACK);
        String token = redeem(client, client.code("scope", "openid"), proof.of(server, "POST", "/token"))
                .string("access_token");
        Reply good = userInfo(token, proof.with(token, server, "GET", "/userinfo"));
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.header("DPoP-Nonce")).isPresent();

        Reply asBearer = server.call("GET", "/userinfo").bearer(token).send();
        assertThat(asBearer.outcome()).isEqualTo("401 invalid_token");
        assertThat(asBearer.header("WWW-Authenticate").orElseThrow()).startsWith("DPoP ");
        Reply posted =
                server.call("POST", "/userinfo").form("access_token", token).send();
        assertThat(posted.outcome()).isEqualTo("401 invalid_token");

        String once = proof.with(token, server, "GET", "/userinfo");
        assertThat(userInfo(token, once).status()).isEqualTo(200);
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("used before", once);
        wrong.put("without ath", proof.of(server, "GET", "/userinfo"));
        wrong.put("ath of another", proof.with(token + "x", server, "GET", "/userinfo"));
        wrong.put("another method", proof.with(token, server, "POST", "/userinfo"));
        wrong.forEach((why, text) ->
                assertThat(userInfo(token, text).outcome()).as(why).isEqualTo("401 invalid_dpop_proof"));
        assertThat(server.call("GET", "/userinfo")
                        .header("Authorization", "DPoP " + token)
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_dpop_proof");
        Proof thief = Proof.withNewKey();
        assertThat(userInfo(token, thief.with(token, server, "GET", "/userinfo"))
                        .outcome())
                .isEqualTo("401 invalid_token");

        String bearer = client.redeem(client.code("scope", "openid")).string("access_token");
        assertThat(userInfo(bearer, proof.with(bearer, server, "GET", "/userinfo"))
                        .outcome())
                .isEqualTo("401 invalid_token");
    }

    @Test
    @DisplayName("RFC 9449 §5: the refresh token of a public client is good for the holder of its key alone")
    void a_public_clients_refresh_token_is_bound() {
        WebClient client = WebClient.publicly(server, WebClient.CALLBACK);
        String first = redeem(client, client.code("scope", "orders:read"), proof.of(server, "POST", "/token"))
                .string("refresh_token");
        Proof thief = Proof.withNewKey();
        assertThat(client.refresh(first).outcome()).isEqualTo("400 invalid_grant");
        assertThat(refresh(client, first, thief).outcome()).isEqualTo("400 invalid_grant");

        Reply reply = refresh(client, first, proof);
        assertThat(reply.json()).containsEntry("token_type", "DPoP");
        assertThat(RunningServer.claims(reply.string("access_token")))
                .containsEntry("cnf", Map.of("jkt", proof.thumbprint()));
        // Whoever has stolen a spent one, but not the key, ends nothing with it.
        assertThat(refresh(client, first, thief).outcome()).isEqualTo("400 invalid_grant");
        assertThat(client.refresh(first).outcome()).isEqualTo("400 invalid_grant");
        String second = reply.string("refresh_token");
        assertThat(refresh(client, second, thief).outcome()).isEqualTo("400 invalid_grant");
        assertThat(refresh(client, second, proof).status()).isEqualTo(200);
        assertThat(server.audit(AuditEvent.Type.REFRESH_REFUSED))
                .anyMatch(event -> event.details().get("reason").equals("wrong_holder")
                        && event.client().equals(client.id()));
    }

    @Test
    void a_repeat_within_the_window_gets_the_same_successor_for_the_same_key() {
        WebClient client = WebClient.publicly(server, WebClient.CALLBACK);
        String first = redeem(client, client.code("scope", "orders:read"), proof.of(server, "POST", "/token"))
                .string("refresh_token");
        String successor = refresh(client, first, proof).string("refresh_token");
        assertThat(refresh(client, first, proof).string("refresh_token")).isEqualTo(successor);
    }

    @Test
    @DisplayName("RFC 9449 §5: a confidential client's refresh token is bound to the client, and its key may change")
    void a_confidential_client_may_change_its_key() {
        WebClient client = WebClient.trusted(server);
        String first = redeem(client, client.code("scope", "orders:read"), proof.of(server, "POST", "/token"))
                .string("refresh_token");
        Proof next = Proof.withNewKey();
        Reply reply = refresh(client, first, next);
        assertThat(RunningServer.claims(reply.string("access_token")))
                .containsEntry("cnf", Map.of("jkt", next.thumbprint()));
        // A repeat with another key is no race of two tabs.
        assertThat(refresh(client, first, proof).outcome()).isEqualTo("400 invalid_grant");
        assertThat(refresh(client, reply.string("refresh_token"), next).outcome())
                .isEqualTo("400 invalid_grant");
    }

    @Test
    @DisplayName("RFC 9449 §10: a code that was asked for with dpop_jkt is good for the holder of that key alone")
    void a_code_can_be_bound_to_a_key() {
        WebClient client = WebClient.trusted(server);
        String code = client.code("scope", "openid", "dpop_jkt", proof.thumbprint());
        Proof thief = Proof.withNewKey();
        assertThat(client.redeem(code).outcome()).isEqualTo("400 invalid_grant");
        assertThat(redeem(client, code, thief.of(server, "POST", "/token")).outcome())
                .isEqualTo("400 invalid_grant");
        assertThat(redeem(client, code, proof.of(server, "POST", "/token")).status())
                .isEqualTo(200);
        assertThat(TestBrowser.answer(browser.open(client.request("dpop_jkt", "too-short"))))
                .containsEntry("error", "invalid_request");
    }

    @Test
    @DisplayName(
            "RFC 9449 §10.1: a proof at the pushed request endpoint binds the code like dpop_jkt, and agrees with it")
    void a_pushed_request_binds_the_code() {
        WebClient client = WebClient.trusted(server);
        Map<String, String> parameters = client.parameters(WebClient.CALLBACK, "scope", "openid");
        Reply pushed = push(client, parameters, proof.of(server, "POST", "/par"));
        assertThat(pushed.status()).isEqualTo(201);
        assertThat(pushed.header("DPoP-Nonce")).isPresent();
        String address = "/authorize?"
                + WebClient.query(Map.of("client_id", client.id(), "request_uri", pushed.string("request_uri")));
        String code = TestBrowser.answer(browser.authorize(address)).get("code");
        assertThat(client.redeem(code).outcome()).isEqualTo("400 invalid_grant");
        assertThat(redeem(client, code, proof.of(server, "POST", "/token")).status())
                .isEqualTo(200);

        parameters.put("dpop_jkt", Proof.withNewKey().thumbprint());
        assertThat(push(client, parameters, proof.of(server, "POST", "/par")).outcome())
                .isEqualTo("400 invalid_dpop_proof");
        parameters.put("dpop_jkt", proof.thumbprint());
        assertThat(push(client, parameters, proof.of(server, "POST", "/par")).status())
                .isEqualTo(201);
        assertThat(push(client, parameters, proof.of(server, "POST", "/token")).outcome())
                .isEqualTo("400 invalid_dpop_proof");
    }

    @Test
    void a_first_party_application_can_bind_its_session_to_a_key() {
        String login = Json.text(
                Map.of("username", "vera", "password", RunningServer.PASSWORD, "audience", RunningServer.ORDERS));
        Reply reply = server.call("POST", "/session")
                .header("DPoP", proof.of(server, "POST", "/session"))
                .json(login)
                .send();
        assertThat(reply.json()).containsEntry("token_type", "DPoP");
        String token = reply.string("access_token");
        assertThat(server.call("GET", "/session").bearer(token).send().outcome())
                .isEqualTo("401 invalid_token");
        assertThat(session("GET", token).status()).isEqualTo(200);

        String body = Json.text(Map.of("refresh_token", reply.string("refresh_token")));
        assertThat(server.call("POST", "/session/refresh").json(body).send().outcome())
                .isEqualTo("401 invalid_grant");
        assertThat(server.call("POST", "/session/refresh")
                        .header("DPoP", proof.of(server, "POST", "/session/refresh"))
                        .json(body)
                        .send()
                        .json())
                .containsEntry("token_type", "DPoP");

        assertThat(server.call("DELETE", "/session").bearer(token).send().outcome())
                .isEqualTo("401 invalid_token");
        assertThat(session("DELETE", token).status()).isEqualTo(204);

        String cookie = login.replace("{", "{\"delivery\":\"cookie\",");
        assertThat(server.call("POST", "/session")
                        .header("DPoP", proof.of(server, "POST", "/session"))
                        .json(cookie)
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_request");
    }

    @Test
    void a_bound_token_is_taken_back_like_any_other() {
        Reply reply = clientCredentials(proof.of(server, "POST", "/token"));
        assertThat(server.revoke(reply.string("access_token")).status()).isEqualTo(200);
        assertThat(server.isActive(reply.string("access_token"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"})
    void the_metadata_names_the_algorithms_of_proofs(String path) {
        assertThat(server.call("GET", path).send().json().get("dpop_signing_alg_values_supported"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrder("ES256", "EdDSA", "Ed25519", "PS256", "RS256");
    }

    private static Reply clientCredentials(String... proofs) {
        Call call = server.call("POST", "/token").basic("shop", RunningServer.SHOP_SECRET);
        for (String each : proofs) call.header("DPoP", each);
        return call.form("grant_type", "client_credentials").send();
    }

    private static Reply userInfo(String token, String proof) {
        return server.call("GET", "/userinfo")
                .header("Authorization", "DPoP " + token)
                .header("DPoP", proof)
                .send();
    }

    private Reply session(String method, String token) {
        return server.call(method, "/session")
                .header("Authorization", "DPoP " + token)
                .header("DPoP", proof.with(token, server, method, "/session"))
                .send();
    }

    private static Reply redeem(WebClient client, String code, String proof) {
        return token(
                client,
                proof,
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        WebClient.CALLBACK,
                        "code_verifier",
                        WebClient.VERIFIER));
    }

    private static Reply refresh(WebClient client, String token, Proof proof) {
        return token(
                client,
                proof.of(server, "POST", "/token"),
                Map.of("grant_type", "refresh_token", "refresh_token", token));
    }

    private static Reply token(WebClient client, String proof, Map<String, String> form) {
        Map<String, String> all = new LinkedHashMap<>(form);
        Call call = server.call("POST", "/token").header("DPoP", proof);
        if (client.secret().isEmpty()) all.put("client_id", client.id());
        else call.basic(client.id(), client.secret().get());
        return call.form(all).send();
    }

    private static Reply push(WebClient client, Map<String, String> parameters, String proof) {
        return server.call("POST", "/par")
                .basic(client.id(), client.secret().orElseThrow())
                .header("DPoP", proof)
                .form(parameters)
                .send();
    }
}
