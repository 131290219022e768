package dev.handstamp.jwt;

import static dev.handstamp.jwt.Vectors.object;
import static dev.handstamp.jwt.Vectors.objects;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Vectors.Case;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WycheproofJoseTest {

    /// Valid in the set, refused by us: 346 and 350 sign with PS384 under a key for PS256, and a key has one
    /// algorithm; 347 and 351 have a key for "ES521", which does not exist; 372 has a question mark inside its
    /// base64url.
    private static final Set<Long> REFUSED = Set.of(346L, 347L, 350L, 351L, 372L);

    @ParameterizedTest(name = "{0}")
    @MethodSource("signatures")
    void a_signature_is_judged_as_the_vector_says(Case vector) {
        String jws = message(vector);
        Optional<Jws> parsed = Jws.parse(jws);
        boolean verified = verificationKeys(vector.group()).stream()
                .anyMatch(key -> parsed.isPresent()
                        && key.keyId().equals(parsed.get().unverifiedHeader().get("kid"))
                        && parsed.get().verify(key).isPresent());

        assertThat(verified).isEqualTo(vector.isValid() && !REFUSED.contains(vector.id()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "json_web_signature_test.json",
                "json_web_key_test.json",
                "json_web_crypto_test.json",
                "json_web_encryption_test.json"
            })
    void none_of_them_is_an_access_token(String file) {
        TokenPolicy policy = TokenPolicy.builder()
                .issuer("https://id.example")
                .anyAudience()
                .algorithms(Algorithm.values())
                .build();
        Vectors.wycheproof(file).forEach(vector -> {
            JwkSet keys = keySet(vector.group());
            String token = message(vector);
            assertThat(policy.check(token, keys, Instant.EPOCH))
                    .as(vector.toString())
                    .isInstanceOf(Rejected.class);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("encryptions")
    void an_encrypted_message_is_no_signature(Case vector) {
        Optional<Jws> parsed = Jws.parse(message(vector));
        assertThat(parsed).isEmpty();
    }

    static Stream<Case> signatures() {
        return Stream.of("json_web_signature_test.json", "json_web_key_test.json", "json_web_crypto_test.json")
                .flatMap(Vectors::wycheproof);
    }

    static Stream<Case> encryptions() {
        return Vectors.wycheproof("json_web_encryption_test.json")
                .filter(vector -> vector.test().containsKey("jwe"));
    }

    /// The message; some are in JSON serialization.
    private static String message(Case vector) {
        Object message = vector.test().getOrDefault("jws", vector.test().get("jwe"));
        return message instanceof String text ? text : Json.text(object(message));
    }

    private static JwkSet keySet(Map<String, Object> group) {
        return JwkSet.of(verificationKeys(group));
    }

    /// The keys that we would use; a key that cannot be read is none.
    private static List<VerificationKey> verificationKeys(Map<String, Object> group) {
        Map<String, Object> source = object(group, group.containsKey("public") ? "public" : "private");
        List<Map<String, Object>> entries = source.containsKey("keys") ? objects(source, "keys") : List.of(source);
        boolean mixed =
                entries.stream().map(entry -> entry.get("kty")).distinct().count() > 1;
        var keys = new ArrayList<VerificationKey>();
        for (Map<String, Object> entry : entries) {
            boolean secret = "oct".equals(entry.get("kty")) && !mixed;
            verificationKey(entry, secret).ifPresent(keys::add);
        }
        return keys;
    }

    private static Optional<VerificationKey> verificationKey(Map<String, Object> entry, boolean secret) {
        try {
            return Optional.of(secret ? PrivateJwk.parse(entry).verificationKey() : Jwk.parse(entry));
        } catch (InvalidJwkException e) {
            return Optional.empty();
        }
    }
}
