package dev.handstamp.jwt;

import static dev.handstamp.jwt.Vectors.objects;
import static dev.handstamp.jwt.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CraftedTokensTest {

    private static final Map<String, Object> FILE = Vectors.read("crafted/tokens.json");

    private static final JwkSet KEYS = keys();

    /// Where either answer is right, Handstamp refuses. Each for its own reason:
    private static final Map<String, Reason> OUR_POLICY = Map.of(
            "b64-false/RS256-true", Reason.UNSUPPORTED_HEADER, // b64 in any form: RFC 7797 has no place in tokens.
            "b64-false/EdDSA-true", Reason.UNSUPPORTED_HEADER,
            "dup-keys-claims/RS256-nested", Reason.MALFORMED_CLAIMS, // Duplicates are refused at any depth.
            "dup-keys-claims/EdDSA-nested", Reason.MALFORMED_CLAIMS,
            "deep-nesting/RS256-array-500", Reason.MALFORMED_CLAIMS, // More than 32 levels.
            "deep-nesting/ES256-object-500", Reason.MALFORMED_CLAIMS,
            "huge-numbers/RS256-ignored-claim", Reason.MALFORMED_CLAIMS, // Numbers are bounded wherever they stand.
            "exp-past/RS256-exp-before-iat", Reason.MALFORMED_CLAIMS, // A token that never lived.
            "exp-past/EdDSA-exp-before-iat", Reason.MALFORMED_CLAIMS,
            "json-lenient/EdDSA-lone-surrogate", Reason.MALFORMED_CLAIMS); // Not text that UTF-8 could carry.

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void a_crafted_token_gets_the_answer_that_the_vector_asks_for(String id, Map<String, Object> vector) {
        Verification verification = policy().check(text(vector, "token"), KEYS, now());

        switch (text(vector, "expect")) {
            case "accept" -> assertThat(verification).isInstanceOf(Verified.class);
            case "reject" -> assertThat(verification).isInstanceOf(Rejected.class);
            default -> assertThat(((Rejected) verification).reason()).isEqualTo(OUR_POLICY.get(id));
        }
    }

    @Test
    void the_answers_stay_the_same_once_the_headers_are_known() {
        JwkSet keys = keys();
        for (int round = 0; round < 2; round++) {
            for (Map<String, Object> vector : objects(FILE, "cases")) {
                Verification verification = policy().check(text(vector, "token"), keys, now());
                boolean accepted = "accept".equals(vector.get("expect"));
                assertThat(verification instanceof Verified)
                        .as(text(vector, "id"))
                        .isEqualTo(accepted);
            }
        }
    }

    static Stream<Object[]> cases() {
        return objects(FILE, "cases").stream().map(vector -> new Object[] {vector.get("id"), vector});
    }

    private static TokenPolicy policy() {
        return TokenPolicy.builder()
                .issuer(text(FILE, "issuer"))
                .audience(text(FILE, "audience"))
                .algorithms(Algorithm.RS256, Algorithm.ES256, Algorithm.EDDSA)
                .build();
    }

    private static JwkSet keys() {
        try {
            return JwkSet.parse(Json.write(Vectors.object(FILE, "jwks")));
        } catch (InvalidJwkException e) {
            throw new AssertionError(e);
        }
    }

    private static Instant now() {
        return Instant.ofEpochSecond((Long) FILE.get("now"));
    }
}
