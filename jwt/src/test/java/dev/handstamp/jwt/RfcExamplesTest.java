package dev.handstamp.jwt;

import static dev.handstamp.jwt.Vectors.object;
import static dev.handstamp.jwt.Vectors.objects;
import static dev.handstamp.jwt.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RfcExamplesTest {

    @Test
    @DisplayName("RFC 7515 appendix A: every signed example verifies; the unsecured one of A.5 does not")
    void the_examples_of_rfc_7515_verify() throws Exception {
        for (Map<String, Object> example : objects(Vectors.read("rfc7515/appendix_a.json"), "cases")) {
            Jws jws = Jws.parse(text(example, "jws")).orElse(null);
            if (example.get("id").equals("A.5")) {
                assertThat(jws).isNull();
                continue;
            }
            var key = new LinkedHashMap<>(object(example, "key"));
            key.put("alg", example.get("alg"));
            assertThat(jws.verify(verificationKey(key))).as(text(example, "id")).isPresent();
        }
    }

    @Test
    @DisplayName("RFC 7638 §3.1, RFC 8037 A.3, RFC 9449 §6.1: thumbprints")
    void thumbprints_are_those_of_the_rfcs() throws Exception {
        for (Map<String, Object> example : objects(Vectors.read("rfc7638/thumbprints.json"), "cases")) {
            Map<String, Object> jwk = object(example, "jwk");
            assertThat(Thumbprint.of(jwk)).isEqualTo(example.get("thumbprint"));
            assertThat(Jwk.parse(jwk).thumbprint()).isEqualTo(example.get("thumbprint"));
        }
    }

    @Test
    @DisplayName("RFC 8037 appendix A: key, thumbprint and signature of Ed25519")
    void the_ed25519_example_of_rfc_8037_is_reproduced() throws Exception {
        Map<String, Object> example = Vectors.read("rfc8037/ed25519.json");
        PrivateJwk key = PrivateJwk.parse(object(example, "jwk_private"));
        String jws = text(example, "jws");
        String signingInput = jws.substring(0, jws.lastIndexOf('.'));
        byte[] input = signingInput.getBytes(StandardCharsets.US_ASCII);

        assertThat(key.keyId()).isEqualTo(example.get("thumbprint"));
        assertThat(signingInput + "." + Base64Url.encode(key.sign(input, input.length)))
                .isEqualTo(jws);
        assertThat(Jws.parse(jws).orElseThrow().verify(key.verificationKey()))
                .hasValue(text(example, "payload").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("RFC 9864 §2.2: Ed25519 is taken as another name of EdDSA, in keys and in signed texts")
    void the_fully_specified_name_of_eddsa_is_taken() throws Exception {
        PrivateJwk key = PrivateJwk.generate(Algorithm.EDDSA);
        String header = Base64Url.encode("{\"alg\":\"Ed25519\"}".getBytes(StandardCharsets.US_ASCII));
        byte[] input = (header + "." + Base64Url.encode(new byte[] {1})).getBytes(StandardCharsets.US_ASCII);
        String jws =
                new String(input, StandardCharsets.US_ASCII) + "." + Base64Url.encode(key.sign(input, input.length));
        var named = new LinkedHashMap<>(key.publicJwk().orElseThrow().toJson());
        named.put("alg", "Ed25519");

        assertThat(Algorithm.named("Ed25519")).contains(Algorithm.EDDSA);
        assertThat(Algorithm.named("ed25519")).isEmpty();
        assertThat(Jws.parse(jws).orElseThrow().verify(key.verificationKey())).isPresent();
        assertThat(Jws.parse(jws).orElseThrow().verify(Jwk.parse(named))).isPresent();
    }

    @Test
    @DisplayName("RFC 9068 §3: the example's header and claims are accepted, signed by our key")
    void the_example_access_token_of_rfc_9068_is_accepted() {
        Map<String, Object> example = Vectors.read("rfc9068/example.json");
        Map<String, Object> claims = object(example, "claims");
        PrivateJwk key = PrivateJwk.generate(Algorithm.RS256);
        TokenPolicy policy = TokenPolicy.builder()
                .issuer(text(claims, "iss"))
                .audience(text(claims, "aud"))
                .maximumLifetime(Duration.ofDays(365))
                .build();
        String token = new JwsSigner(key, text(object(example, "header"), "typ")).sign(Json.write(claims));
        Instant now = Instant.ofEpochSecond((Long) claims.get("iat"));

        var verified = (Verified) policy.check(token, JwkSet.of(List.of(key.verificationKey())), now);

        assertThat(verified.accessToken().claims().toMap()).isEqualTo(claims);
        assertThat(verified.accessToken().scopes()).containsExactly("openid", "profile", "reademail");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ML_DSA_44", "ML_DSA_87"})
    void the_ml_dsa_examples_verify_and_their_seed_makes_their_public_key(String name) throws Exception {
        Map<String, Object> example = Vectors.read("mldsa/" + name + ".jose.json");
        Map<String, Object> jwk = object(example, "jwk");
        PrivateJwk key = PrivateJwk.parse(jwk);

        assertThat(key.algorithm()).isEqualTo(Algorithm.valueOf(name));
        assertThat(key.publicJwk().orElseThrow().thumbprint()).isEqualTo(jwk.get("kid"));
        assertThat(Jws.parse(text(example, "jws")).orElseThrow().verify(key.verificationKey()))
                .isPresent();
    }

    private static VerificationKey verificationKey(Map<String, Object> key) throws InvalidJwkException {
        return key.get("kty").equals("oct") ? PrivateJwk.parse(key).verificationKey() : Jwk.parse(key);
    }
}
