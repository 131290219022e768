package dev.handstamp.jwt;

import static dev.handstamp.jwt.Door.part;
import static dev.handstamp.jwt.Door.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormThreatsTest {

    private static final String GOOD = Door.good();

    @Test
    @DisplayName("T-15: five parts are refused, whatever the first part says")
    void an_encrypted_token_is_refused() {
        String header = Base64Url.encode(Json.write(Map.of("alg", "RSA-OAEP", "enc", "A128GCM", "cty", "at+jwt")));
        assertThat(refusal(header + ".AAAA.AAAA.AAAA.AAAA")).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(header + "..AAAA.AAAA.AAAA")).isEqualTo(Reason.MALFORMED);
    }

    @Test
    @DisplayName("T-16: any other number of parts is refused")
    void a_wrong_number_of_parts_is_refused() {
        List<String> tokens = List.of(
                "",
                ".",
                "..",
                "...",
                "a.b",
                "a.b.c.d",
                GOOD + ".",
                GOOD + ".x",
                "." + GOOD,
                "." + part(GOOD, 1) + "." + part(GOOD, 2),
                part(GOOD, 0) + ".." + part(GOOD, 2),
                part(GOOD, 0) + "." + part(GOOD, 1) + ".");
        for (String token : tokens) {
            assertThat(refusal(token)).as(token).isNotNull();
        }
        String dots = ".".repeat(1_000_000);
        assertThat(refusal(dots)).isEqualTo(Reason.TOO_LONG);
        TokenPolicy patient = TokenPolicy.builder()
                .issuer(Door.ISSUER)
                .audience(Door.API)
                .maximumLength(1 << 20)
                .build();
        assertThat(((Rejected) patient.check(dots, Door.KEYS, Door.NOW)).reason())
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    @DisplayName("T-17: JSON serialization is refused, alone or hiding a compact token")
    void json_serialization_is_refused() {
        Map<String, Object> flattened =
                Map.of("protected", part(GOOD, 0), "payload", part(GOOD, 1), "signature", part(GOOD, 2));
        String general = "{\"payload\":\"" + part(GOOD, 1) + "\",\"signatures\":[" + Json.text(flattened) + "]}";

        assertThat(refusal(Json.text(flattened))).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(general)).isEqualTo(Reason.MALFORMED);
        assertThat(refusal("{\"x\":\"" + GOOD + "\"}")).isEqualTo(Reason.MALFORMED);
        assertThat(refusal("%7B%22x%22%3A%22" + GOOD + "%22%7D")).isEqualTo(Reason.MALFORMED);
    }

    @ParameterizedTest
    @DisplayName("T-18: nothing but base64url stands in a part, even under a right signature")
    @ValueSource(
            strings = {"=", "==", "+", "/", " ", "\t", "\r\n", "\n", "\u0000", "%3D", "\u00ad", "\u0141", "?", "\u20ac"
            })
    void padding_white_space_and_foreign_characters_are_refused(String odd) {
        for (int index = 0; index < 3; index++) {
            String[] parts = GOOD.split("\\.");
            String whole = parts[index];
            parts[index] = whole + odd;
            assertThat(refusal(String.join(".", parts))).isNotNull();
            parts[index] = odd + whole;
            assertThat(refusal(String.join(".", parts))).isNotNull();
            parts[index] = whole.substring(0, 8) + odd + whole.substring(8);
            assertThat(refusal(String.join(".", parts))).isNotNull();
        }
        String header = part(GOOD, 0);
        String payload = part(GOOD, 1);
        assertThat(refusal(Door.signText(Door.EC, header + odd + "." + payload)))
                .isNotNull();
        assertThat(refusal(Door.signText(Door.EC, header + "." + payload + odd)))
                .isNotNull();
    }

    @Test
    @DisplayName("T-19: one token has one spelling: unused bits must be zero, also where the signature covers them")
    void non_canonical_trailing_bits_are_refused() {
        for (int padding = 0; padding < 3; padding++) {
            String json = Json.text(Door.claims()) + " ".repeat(padding);
            String token = Door.withPayload(json);
            assertThat(refusal(token)).isNull();
            for (int index = 0; index < 3; index++) {
                String[] parts = token.split("\\.");
                for (String twin : twins(parts[index])) {
                    parts[index] = twin;
                    assertThat(refusal(String.join(".", parts))).isNotNull();
                    if (index == 1) {
                        assertThat(refusal(Door.signText(Door.EC, parts[0] + "." + twin)))
                                .isEqualTo(Reason.MALFORMED);
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("T-41: a token beyond the bound is refused before anything is decoded")
    void a_very_large_token_is_refused() {
        for (int size : new int[] {64_000, 1 << 20, 10 << 20}) {
            assertThat(refusal("a".repeat(size))).isEqualTo(Reason.TOO_LONG);
            assertThat(refusal(Base64Url.encode(new byte[size]) + ".e30.AA")).isEqualTo(Reason.TOO_LONG);
        }
        assertThat(refusal(Door.withClaim("x", "y".repeat(8_000)))).isNull();
        assertThat(refusal(Door.withClaim("x", "y".repeat(16_000)))).isEqualTo(Reason.TOO_LONG);
        assertThat(Jws.parse("a".repeat(2 << 20))).isEmpty();
    }

    @Test
    @DisplayName("A refusal never quotes the token")
    void a_refusal_does_not_hold_the_token() {
        String changed = GOOD.substring(0, GOOD.length() - 4) + "AAAA";
        assertThat(Door.check(changed).toString()).doesNotContain(part(GOOD, 1)).doesNotContain(part(GOOD, 0));
    }

    /// The other spellings of the same bytes that a lenient decoder would take.
    private static List<String> twins(String part) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int unusedBits = part.length() % 4 == 2 ? 4 : part.length() % 4 == 3 ? 2 : 0;
        int last = alphabet.indexOf(part.charAt(part.length() - 1));
        String start = part.substring(0, part.length() - 1);
        return IntStream.range(1, 1 << unusedBits)
                .mapToObj(bits -> start + alphabet.charAt(last | bits))
                .toList();
    }
}
