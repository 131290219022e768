package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Client assertions that somebody makes who does not hold the client's key, or who wants to use one again. They are
/// made with another library than the server's own.
class ClientAssertionAttacksTest {

    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static RunningServer server;
    private static RSAKey key;
    private static String client;

    @BeforeAll
    static void start() throws Exception {
        server = RunningServer.start();
        key = new RSAKeyGenerator(2048).keyID("the key of the client").generate();
        client = client(key.toPublicJWK());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("O-17: alg none, and HS256 keyed with any spelling of the public key, prove nothing")
    void a_public_key_is_no_secret() throws Exception {
        String payload = base64(new JWSObject(new JWSHeader(JWSAlgorithm.RS256), new Payload(claims(client)))
                .getPayload()
                .toBytes());
        for (String header : List.of("{\"alg\":\"none\"}", "{\"alg\":\"NONE\"}", "{}", "{\"alg\":\"RS256\"}")) {
            refused(base64(header.getBytes(StandardCharsets.UTF_8)) + "." + payload + ".", header);
        }
        byte[] der = key.toRSAPublicKey().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----";
        List<byte[]> secrets = new ArrayList<>(List.of(der, key.getModulus().decode()));
        for (String text : List.of(
                pem,
                pem + "\n",
                pem.replace("\n", "\r\n"),
                Base64.getEncoder().encodeToString(der),
                key.toPublicJWK().toJSONString())) {
            secrets.add(text.getBytes(StandardCharsets.UTF_8));
        }
        for (byte[] secret : secrets) {
            refused(sign(header(JWSAlgorithm.HS256).build(), new MACSigner(secret), claims(client)), "HS256");
        }
    }

    @Test
    @DisplayName("O-17: another client's key, and a key that is sent along in the header, prove nothing")
    void another_key_proves_nothing() throws Exception {
        ECKey others = new ECKeyGenerator(Curve.P_256).keyID(key.getKeyID()).generate();
        String other = client(others.toPublicJWK());
        JWSSigner signer = new ECDSASigner(others);

        refused(sign(header(JWSAlgorithm.ES256).build(), signer, claims(client)), "the key of another client");
        RSAKey mine = new RSAKeyGenerator(2048).keyID(key.getKeyID()).generate();
        for (JWSHeader header : List.of(
                header(JWSAlgorithm.RS256).jwk(mine.toPublicJWK()).build(),
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .jwk(mine.toPublicJWK())
                        .build(),
                header(JWSAlgorithm.RS256)
                        .jwkURL(java.net.URI.create("http://127.0.0.1:" + server.handstamp.port() + "/jwks"))
                        .build(),
                header(JWSAlgorithm.RS256)
                        .x509CertURL(java.net.URI.create("https://evil.example/cert"))
                        .build())) {
            refused(sign(header, new RSASSASigner(mine), claims(client)), header.toString());
        }
        assertThat(ask(other, sign(header(JWSAlgorithm.ES256).build(), signer, claims(other)))
                        .status())
                .isEqualTo(200);
        // It may speak for itself, not for the other.
        Map<String, Object> forAnother = claims(other);
        forAnother.put("sub", client);
        refused(sign(header(JWSAlgorithm.ES256).build(), signer, forAnother), "sub is not iss");
    }

    @Test
    @DisplayName("O-17: an assertion for another server, without end, of ten years, or used before, is refused")
    void an_assertion_is_for_this_server_now_and_once() throws Exception {
        long tenYears = Instant.now().plus(Duration.ofDays(3650)).getEpochSecond();
        Map<String, Object> wrong = new LinkedHashMap<>();
        wrong.put("the token endpoint of another server", Map.of("aud", "https://other.example/token"));
        wrong.put("another issuer", Map.of("aud", "https://other.example"));
        wrong.put("a list", Map.of("aud", List.of(server.issuer(), server.issuer() + "/token")));
        wrong.put("a list of one", Map.of("aud", List.of(server.issuer())));
        wrong.put("two servers", Map.of("aud", List.of(server.issuer(), "https://other.example")));
        wrong.put("an audience that begins alike", Map.of("aud", server.issuer() + ".evil.example"));
        wrong.put("ten years", Map.of("exp", tenYears));
        wrong.put("an issuer that is not the subject", Map.of("iss", "somebody"));
        for (var each : wrong.entrySet()) {
            Map<String, Object> claims = claims(client);
            ((Map<?, ?>) each.getValue()).forEach((name, value) -> claims.put((String) name, value));
            refused(rs256(claims), each.getKey());
        }
        Map<String, Object> endless = claims(client);
        endless.remove("exp");
        refused(rs256(endless), "no exp");

        String once = rs256(claims(client));
        assertThat(ask(client, once).status()).isEqualTo(200);
        refused(once, "the same assertion");
        Map<String, Object> sameId = claims(client);
        sameId.put("exp", (Long) sameId.get("exp") + 1);
        sameId.put("jti", new JsonIn(once).jwtId());
        refused(rs256(sameId), "another assertion with the same jti");
    }

    /// What an assertion says.
    private record JsonIn(String assertion) {
        Object jwtId() {
            return RunningServer.claims(assertion).get("jti");
        }
    }

    private static void refused(String assertion, String why) {
        assertThat(ask(client, assertion).outcome()).as(why).isEqualTo("401 invalid_client");
    }

    private static Reply ask(String client, String assertion) {
        return server.call("POST", "/token")
                .form(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        client,
                        "client_assertion_type",
                        TYPE,
                        "client_assertion",
                        assertion)
                .send();
    }

    private static Map<String, Object> claims(String client) {
        long now = Instant.now().getEpochSecond();
        return new LinkedHashMap<>(Map.of(
                "iss",
                client,
                "sub",
                client,
                "aud",
                server.issuer(),
                "iat",
                now,
                "exp",
                now + 60,
                "jti",
                UUID.randomUUID().toString()));
    }

    private static JWSHeader.Builder header(JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key.getKeyID());
    }

    private static String rs256(Map<String, Object> claims) throws Exception {
        return sign(header(JWSAlgorithm.RS256).build(), new RSASSASigner(key), claims);
    }

    private static String sign(JWSHeader header, JWSSigner signer, Map<String, Object> claims) throws Exception {
        JWSObject jws = new JWSObject(header, new Payload(claims));
        jws.sign(signer);
        return jws.serialize();
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String client(JWK publicKey) {
        String id = "key-" + UUID.randomUUID();
        Map<String, Object> metadata = Map.of(
                "token_endpoint_auth_method",
                "private_key_jwt",
                "jwks",
                Map.of("keys", List.of(publicKey.toJSONObject())));
        server.addClient(id, metadata);
        return id;
    }
}
