package dev.handstamp.jwt;

import static dev.handstamp.jwt.Vectors.objects;
import static dev.handstamp.jwt.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CraftedKeysTest {

    /// Where either answer is right, Handstamp refuses: a modulus with a leading zero has two thumbprints; two
    /// keys with one kid leave open which was meant; and a set holds at most 100 keys.
    private static final Set<String> OUR_POLICY =
            Set.of("rsa-weak-key/n-leading-zero", "dup-kid/other-type", "jwks-poison/many");

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void a_crafted_key_gets_the_answer_that_the_vector_asks_for(String id, Map<String, Object> vector)
            throws Exception {
        if ("accept".equals(vector.get("expect"))) {
            read(vector);
            return;
        }
        assertThat("reject".equals(vector.get("expect")) || OUR_POLICY.contains(id))
                .isTrue();
        assertThatThrownBy((ThrowingCallable) () -> read(vector)).isInstanceOf(InvalidJwkException.class);
    }

    static Stream<Object[]> cases() {
        return objects(Vectors.read("crafted/keys.json"), "cases").stream()
                .map(vector -> new Object[] {text(vector, "id"), vector});
    }

    private static void read(Map<String, Object> vector) throws InvalidJwkException {
        if (vector.containsKey("jwks")) {
            assertThat(JwkSet.parse(Json.write(Vectors.object(vector, "jwks"))).keys())
                    .isNotEmpty();
        } else {
            assertThat(Jwk.parse(Vectors.object(vector, "jwk")).keyId())
                    .isEqualTo(Vectors.object(vector, "jwk").get("kid"));
        }
    }
}
