package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientRules;
import dev.handstamp.server.domain.grant.Scopes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client that is held to the FAPI 2.0 Security Profile.
class FapiTest {

    private static final PrivateJwk KEY = PrivateJwk.generate(Algorithm.ES256);
    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static RunningServer server;

    private final Proof proof = Proof.withNewKey();
    private final WebClient client = client(KEY);

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("FAPI 2.0 §5.3.2: request pushed, code, bound token, UserInfo, and refreshing with one refresh token")
    void the_whole_way() {
        Map<String, String> answer = answer(client.parameters(WebClient.CALLBACK, "scope", "openid orders:read"));
        assertThat(answer).containsEntry("iss", server.issuer());
        Reply reply = redeem(answer.get("code"), proof);
        assertThat(reply.json()).containsEntry("token_type", "DPoP").containsKey("id_token");
        assertThat(RunningServer.header(reply.string("id_token"))).containsEntry("alg", "ES256");
        String token = reply.string("access_token");
        assertThat(server.call("GET", "/userinfo")
                        .header("Authorization", "dpop " + token)
                        .header("DPoP", proof.with(token, server, "GET", "/userinfo"))
                        .send()
                        .json())
                .containsKey("sub");

        String refreshToken = reply.string("refresh_token");
        for (int i = 0; i < 3; i++) {
            Reply refreshed = refresh(refreshToken, proof);
            assertThat(refreshed.json())
                    .containsEntry("token_type", "DPoP")
                    .containsEntry("refresh_token", refreshToken);
            assertThat(server.isActive(refreshed.string("access_token"))).isTrue();
        }
        assertThat(call("/revoke", Map.of("token", refreshToken)).send().status())
                .isEqualTo(200);
        assertThat(refresh(refreshToken, proof).outcome()).isEqualTo("400 invalid_grant");
    }

    @Test
    @DisplayName("FAPI 2.0 §5.3.2.2: only what was pushed, with PKCE and a redirect URI")
    void requests_are_pushed_whole() {
        assertThat(TestBrowser.answer(new TestBrowser(server).open(client.request())))
                .containsEntry("error", "invalid_request");
        for (String name : List.of("code_challenge", "redirect_uri", "response_type")) {
            assertThat(push(client.parameters(WebClient.CALLBACK, name, "")).outcome())
                    .as(name)
                    .isEqualTo("400 invalid_request");
        }
        assertThat(push(client.parameters(WebClient.CALLBACK, "code_challenge_method", "plain"))
                        .outcome())
                .isEqualTo("400 invalid_request");
        String code = answer(client.parameters(WebClient.CALLBACK)).get("code");
        Map<String, String> form = code(code);
        form.put("code_verifier", "another-verifier-of-a-test-that-is-long-enough-as-well");
        assertThat(bound("/token", proof, form).send().outcome()).isEqualTo("400 invalid_grant");
    }

    @Test
    @DisplayName("FAPI 2.0 §5.3.2.1: no token without a proof, and none whose proof is signed with RS256")
    void tokens_are_bound() {
        String code = answer(client.parameters(WebClient.CALLBACK)).get("code");
        assertThat(call("/token", code(code)).send().outcome()).isEqualTo("400 invalid_dpop_proof");
        Proof rsa = new Proof(PrivateJwk.generate(Algorithm.RS256));
        assertThat(redeem(code, rsa).outcome()).isEqualTo("400 invalid_dpop_proof");
        assertThat(redeem(code, proof).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("FAPI 2.0 §5.3.2.1: an assertion names the issuer alone, and no clock is more than a minute ahead")
    void assertions_are_strict() {
        long now = Instant.now().getEpochSecond();
        String issuer = server.issuer();
        for (Object audience : List.of(
                issuer + "/token", issuer + "/par", List.of(issuer), List.of(issuer, "https://other.example.com"))) {
            assertThat(pushWith(sign(KEY, "aud", audience)).outcome())
                    .as(audience.toString())
                    .isEqualTo("401 invalid_client");
        }
        assertThat(pushWith(sign(KEY, "nbf", now + 8, "iat", now + 8)).status()).isEqualTo(201);
        assertThat(pushWith(sign(KEY, "nbf", now + 70, "iat", now + 70, "exp", now + 130))
                        .outcome())
                .isEqualTo("401 invalid_client");
    }

    @Test
    @DisplayName("FAPI 2.0 §5.4.1: RS256 is refused even with a registered key")
    void rs256_is_refused() {
        PrivateJwk rsa = PrivateJwk.generate(Algorithm.RS256);
        Map<String, Object> open = new HashMap<>(rsa.publicJwk().orElseThrow().toJson());
        open.remove("alg");
        WebClient other = client(Map.of("keys", List.of(open)));
        assertThat(pushWith(other, sign(other, rsa)).outcome()).isEqualTo("401 invalid_client");
    }

    @Test
    @DisplayName("FAPI 2.0 §5.4.1: answers to a client that registered no algorithm are not signed with RS256 either")
    void answers_are_not_signed_with_rs256() {
        Map<String, String> answer = answer(client.parameters(WebClient.CALLBACK, "response_mode", "jwt"));
        assertThat(RunningServer.header(answer.get("response"))).containsEntry("alg", "ES256");
        Reply told = call("/introspect", Map.of("token", "unknown"))
                .header("Accept", "application/token-introspection+jwt")
                .send();
        assertThat(RunningServer.header(told.text())).containsEntry("alg", "ES256");
    }

    @Test
    @DisplayName("FAPI 2.0 §5.4.1: a request object that is signed with RS256 is refused, and with PS256 taken")
    void request_objects_are_not_signed_with_rs256() throws Exception {
        PrivateJwk rsa = PrivateJwk.generate(Algorithm.RS256);
        Map<String, Object> members = new HashMap<>(rsa.toJson());
        members.put("alg", "PS256");
        PrivateJwk pss = PrivateJwk.parse(members);
        Map<String, Object> open = new HashMap<>(rsa.publicJwk().orElseThrow().toJson());
        open.remove("alg");
        WebClient other = client(Map.of("keys", List.of(open)));
        assertThat(pushObject(other, pss, rsa).outcome()).isEqualTo("400 invalid_request_object");
        assertThat(pushObject(other, pss, pss).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id_token_signed_response_alg",
                "userinfo_signed_response_alg",
                "authorization_signed_response_alg",
                "introspection_signed_response_alg",
                "request_object_signing_alg",
                "token_endpoint_auth_signing_alg"
            })
    @DisplayName("FAPI 2.0 §5.4.1: RS256 cannot be registered")
    void rs256_cannot_be_registered(String member) {
        Map<String, Object> keys =
                Map.of("keys", List.of(KEY.publicJwk().orElseThrow().toJson()));
        assertThat(ClientRules.faultOf(client(keys, Map.of(member, "RS256"))))
                .hasValueSatisfying(fault -> assertThat(fault.text()).contains(member, "PS256, ES256, EdDSA"));
        for (String allowed : List.of("PS256", "ES256", "EdDSA", "Ed25519")) {
            assertThat(ClientRules.faultOf(client(keys, Map.of(member, allowed))))
                    .as(allowed)
                    .isEmpty();
        }
    }

    @Test
    void a_secret_or_nothing_is_not_enough() {
        WebClient bySecret = WebClient.with(server, Map.of("fapi_profile", "fapi2_security_profile"));
        assertThat(server.call("POST", "/par")
                        .basic(bySecret.id(), bySecret.secret().orElseThrow())
                        .form(bySecret.parameters(WebClient.CALLBACK))
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
        assertThat(server.call("POST", "/par")
                        .form(client.parameters(WebClient.CALLBACK))
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
    }

    private Map<String, String> answer(Map<String, String> parameters) {
        Reply pushed = push(parameters);
        String address = "/authorize?"
                + WebClient.query(Map.of("client_id", client.id(), "request_uri", pushed.string("request_uri")));
        return TestBrowser.answer(new TestBrowser(server).authorize(address));
    }

    private Reply push(Map<String, String> parameters) {
        return call("/par", parameters).send();
    }

    private Reply pushWith(String assertion) {
        return pushWith(client, assertion);
    }

    private static Reply pushWith(WebClient client, String assertion) {
        Map<String, String> form = client.parameters(WebClient.CALLBACK);
        form.put("client_assertion_type", TYPE);
        form.put("client_assertion", assertion);
        return server.call("POST", "/par").form(form).send();
    }

    private static Reply pushObject(WebClient client, PrivateJwk own, PrivateJwk signing) {
        Map<String, Object> claims = new LinkedHashMap<>(client.parameters(WebClient.CALLBACK));
        claims.put("iss", client.id());
        claims.put("aud", server.issuer());
        claims.put("exp", Instant.now().getEpochSecond() + 60);
        String object = new JwsSigner(signing, "oauth-authz-req+jwt").sign(Json.write(claims));
        return server.call("POST", "/par")
                .form(
                        "client_id",
                        client.id(),
                        "request",
                        object,
                        "client_assertion_type",
                        TYPE,
                        "client_assertion",
                        sign(client, own))
                .send();
    }

    private static Map<String, String> code(String code) {
        return new LinkedHashMap<>(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                WebClient.CALLBACK,
                "code_verifier",
                WebClient.VERIFIER));
    }

    private Reply redeem(String code, Proof proof) {
        return bound("/token", proof, code(code)).send();
    }

    private Reply refresh(String token, Proof proof) {
        return bound("/token", proof, Map.of("grant_type", "refresh_token", "refresh_token", token))
                .send();
    }

    private Call bound(String path, Proof proof, Map<String, String> form) {
        return call(path, form).header("DPoP", proof.of(server, "POST", path));
    }

    private Call call(String path, Map<String, String> form) {
        Map<String, String> all = new LinkedHashMap<>(form);
        all.put("client_assertion_type", TYPE);
        all.put("client_assertion", sign(KEY));
        return server.call("POST", path).form(all);
    }

    private String sign(PrivateJwk key, Object... changed) {
        return sign(client, key, changed);
    }

    private static String sign(WebClient client, PrivateJwk key, Object... changed) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", client.id());
        claims.put("sub", client.id());
        claims.put("aud", server.issuer());
        claims.put("iat", now);
        claims.put("exp", now + 60);
        claims.put("jti", UUID.randomUUID().toString());
        for (int i = 0; i < changed.length; i += 2) claims.put((String) changed[i], changed[i + 1]);
        return new JwsSigner(key, "JWT").sign(Json.text(claims).getBytes(StandardCharsets.UTF_8));
    }

    private static WebClient client(PrivateJwk key) {
        return client(Map.of("keys", List.of(key.publicJwk().orElseThrow().toJson())));
    }

    private static WebClient client(Map<String, Object> keys) {
        Client client = client(keys, Map.of());
        server.addClient(client);
        return new WebClient(server, client, Optional.empty());
    }

    private static Client client(Map<String, Object> keys, Map<String, Object> more) {
        Map<String, Object> metadata = new HashMap<>(more);
        metadata.put("token_endpoint_auth_method", "private_key_jwt");
        metadata.put("jwks", keys);
        metadata.put("fapi_profile", "fapi2_security_profile");
        return new Client(
                new ClientId("fapi-" + UUID.randomUUID()),
                WebClient.GRANTS,
                Set.of(new Audience(RunningServer.ORDERS)),
                Scopes.parse(WebClient.EVERYTHING).orElseThrow(),
                Optional.empty(),
                WebClient.redirection(true, false, WebClient.CALLBACK),
                (ClientMetadata) ClientMetadata.parse(metadata),
                Instant.now());
    }
}
