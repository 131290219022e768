package dev.handstamp.jwt;

import static dev.handstamp.jwt.Door.refusal;
import static dev.handstamp.jwt.Door.withClaim;
import static dev.handstamp.jwt.Door.withPayload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonNull;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimThreatsTest {

    private static final long NOW = Door.NOW.getEpochSecond();
    private static final String CLAIMS = Json.text(Door.claims());

    @ParameterizedTest
    @DisplayName("T-28: duplicate claims are refused at any depth, escaped or not")
    @ValueSource(
            strings = {
                "\"sub\":\"vera\"",
                "\"sub\":\"admin\"",
                "\"exp\":99999999999",
                "\"aud\":\"https://api.example\"",
                "\"\\u0073ub\":\"admin\"",
                "\"a\":1,\"a\":1",
                "\"a\":{\"b\":1,\"b\":2}",
                "\"a\":[{\"b\":null,\"b\":null}]"
            })
    void duplicate_claims_are_refused(String extra) {
        assertThat(refusal(withPayload(plus(extra)))).isEqualTo(Reason.MALFORMED_CLAIMS);
    }

    @Test
    @DisplayName("T-29: deep nesting is refused in claims, header and key set, without a stack overflow")
    void deep_nesting_is_refused() {
        assertThat(refusal(withPayload(plus("\"x\":" + "[".repeat(31) + "]".repeat(31)))))
                .isNull();
        for (int depth : new int[] {32, 500, 1_000}) {
            assertThat(refusal(withPayload(plus("\"x\":" + "[".repeat(depth) + "]".repeat(depth)))))
                    .isEqualTo(Reason.MALFORMED_CLAIMS);
            assertThat(refusal(withPayload("{\"a\":".repeat(depth + 1) + "1" + "}".repeat(depth + 1))))
                    .isEqualTo(Reason.MALFORMED_CLAIMS);
        }
        TokenPolicy patient = TokenPolicy.builder()
                .issuer(Door.ISSUER)
                .audience(Door.API)
                .maximumLength(1 << 20)
                .build();
        String deep = withPayload(plus("\"x\":" + "[".repeat(100_000)));
        String deepHeader = Door.sign(Door.EC, bytes("{\"x\":" + "[".repeat(100_000)), bytes(CLAIMS));
        assertThat(((Rejected) patient.check(deep, Door.KEYS, Door.NOW)).reason())
                .isEqualTo(Reason.MALFORMED_CLAIMS);
        assertThat(((Rejected) patient.check(deepHeader, Door.KEYS, Door.NOW)).reason())
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    @DisplayName("T-30: huge numbers are refused wherever they stand, and never expanded")
    void huge_numbers_are_refused() {
        List<String> numbers = List.of(
                "1e400",
                "1e999999999",
                "1e99999999999999999999",
                "-1e400",
                "1e-400",
                "9223372036854775808",
                "-9223372036854775809",
                "18446744073709551616",
                "9".repeat(10_000),
                "0." + "1".repeat(10_000));
        for (String number : numbers) {
            assertThat(refusal(withPayload(replaced("exp", number)))).isEqualTo(Reason.MALFORMED_CLAIMS);
            assertThat(refusal(withPayload(plus("\"x\":" + number)))).isEqualTo(Reason.MALFORMED_CLAIMS);
        }
    }

    @Test
    @DisplayName("T-31: a date is a number from 1970 to 9999; a fraction is cut off")
    void dates_of_another_type_are_refused() {
        for (String name : List.of("exp", "iat", "nbf")) {
            for (Object value : List.of(
                    "1999999999",
                    JsonNull.NULL,
                    true,
                    List.of(),
                    Map.of(),
                    List.of(NOW),
                    "",
                    -1,
                    253_402_300_800L,
                    (1L << 53) + 1,
                    Long.MAX_VALUE,
                    new BigDecimal("1.5e18"),
                    new BigDecimal("-0.5"))) {
                assertThat(refusal(withClaim(name, value)))
                        .as(name + " " + value)
                        .isEqualTo(Reason.MALFORMED_CLAIMS);
            }
            for (String notJson :
                    List.of("NaN", "Infinity", "-Infinity", "0x7fffffff", "1_767_225_900", "+1", "01", ".5")) {
                assertThat(refusal(withPayload(replaced(name, notJson)))).isEqualTo(Reason.MALFORMED_CLAIMS);
            }
        }
        var verified = (Verified) Door.check(withClaim("exp", new BigDecimal(NOW + 300 + ".999")));
        assertThat(verified.accessToken().expiresAt().getEpochSecond()).isEqualTo(NOW + 300);
        assertThat(refusal(withPayload(replaced("exp", "1.7672259E9")))).isNull();
    }

    @ParameterizedTest
    @DisplayName("T-32: every claim that RFC 9068 §2.2 requires is required, as text that is not empty")
    @ValueSource(strings = {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"})
    void required_claims_are_required(String name) {
        assertThat(refusal(Door.withoutClaim(name))).isEqualTo(Reason.MISSING_CLAIM);
        assertThat(refusal(withClaim(name, JsonNull.NULL))).isEqualTo(Reason.MALFORMED_CLAIMS);
        assertThat(refusal(withClaim(name, ""))).isEqualTo(Reason.MALFORMED_CLAIMS);
        assertThat(refusal(withClaim(name, Map.of()))).isEqualTo(Reason.MALFORMED_CLAIMS);
        assertThat(refusal(withClaim(name, true))).isEqualTo(Reason.MALFORMED_CLAIMS);
    }

    @Test
    @DisplayName("T-33: expired, not yet valid, issued in the future, living too long; the skew is 60 s and no more")
    void times_are_judged_to_the_second() {
        assertThat(lived(NOW - 400, NOW - 61)).isEqualTo(Reason.EXPIRED);
        assertThat(lived(NOW - 400, NOW - 60)).isEqualTo(Reason.EXPIRED);
        assertThat(lived(NOW - 400, NOW - 59)).isNull();
        assertThat(lived(NOW + 60, NOW + 300)).isNull();
        assertThat(lived(NOW + 61, NOW + 300)).isEqualTo(Reason.ISSUED_IN_THE_FUTURE);
        assertThat(lived(NOW + 86_400, NOW + 86_700)).isEqualTo(Reason.ISSUED_IN_THE_FUTURE);
        assertThat(lived(NOW, NOW + 86_400)).isNull();
        assertThat(lived(NOW, NOW + 86_401)).isEqualTo(Reason.LIFETIME_TOO_LONG);
        assertThat(lived(NOW, NOW + 100L * 365 * 86_400)).isEqualTo(Reason.LIFETIME_TOO_LONG);
        assertThat(lived(NOW, NOW)).isEqualTo(Reason.MALFORMED_CLAIMS);
        assertThat(refusal(withClaim("nbf", NOW + 60))).isNull();
        assertThat(refusal(withClaim("nbf", NOW + 61))).isEqualTo(Reason.NOT_YET_VALID);
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400, -3600, -61, -60, -1, 0, 1, 299, 300, 301, 359, 360, 3600, 86_400})
    @DisplayName("S-11: wherever the clock jumps, a token counts from 60 s before its birth to 60 s after its end")
    void a_clock_that_jumps_lets_no_token_live_longer(long age) {
        Reason refusal = lived(NOW - age, NOW - age + 300);
        if (age < -60) assertThat(refusal).isEqualTo(Reason.ISSUED_IN_THE_FUTURE);
        else if (age >= 360) assertThat(refusal).isEqualTo(Reason.EXPIRED);
        else assertThat(refusal).isNull();
    }

    @Test
    @DisplayName("T-34: invalid UTF-8 is refused in names and values of header and claims")
    void invalid_utf_8_is_refused() {
        byte[][] wrong = {
            {(byte) 0xC0, (byte) 0xAF},
            {(byte) 0xE0, (byte) 0x80, (byte) 0xAF},
            {(byte) 0xF0, (byte) 0x80, (byte) 0x80, (byte) 0xAF},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xFF},
            {(byte) 0xFE},
            {(byte) 0x80},
            {(byte) 0xC3},
            {(byte) 0xE2, (byte) 0x82},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0xF8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80}
        };
        String header = Json.text(Door.header(Door.EC));
        for (byte[] bytes : wrong) {
            for (String place : List.of("\"x\":\"@\"", "\"@\":1")) {
                byte[] claims = spliced(plus(place), bytes);
                assertThat(refusal(withPayload(claims))).isEqualTo(Reason.MALFORMED_CLAIMS);
                byte[] members = spliced(header.substring(0, header.length() - 1) + "," + place + "}", bytes);
                assertThat(refusal(Door.sign(Door.EC, members, bytes(CLAIMS)))).isEqualTo(Reason.MALFORMED);
            }
        }
        assertThat(refusal(withPayload(plus("\"x\":\"\u00fc\u20ac\ud83d\ude00\""))))
                .isNull();
    }

    @ParameterizedTest
    @DisplayName("T-35: what is not exactly one JSON object is refused")
    @ValueSource(
            strings = {
                "/* c */ @",
                "@ // c",
                "# c\n@",
                "@ x",
                "@@",
                "@,",
                "@ {}",
                "@\u0000",
                "\u0000@",
                "\ufeff@",
                "[@]",
                "[]",
                "\"text\"",
                "1",
                "null",
                "true",
                "{}",
                "{",
                "",
                " ",
                "{\"a\":1,}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":+1}",
                "{\"a\":}",
                "{\"a\" 1}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\x41\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"\\udc00\":1}",
                "{\"a\":tru}",
                "{\"a\":undefined}"
            })
    void lenient_json_is_refused(String payload) {
        assertThat(refusal(withPayload(payload.replace("@", CLAIMS))))
                .isIn(Reason.MALFORMED_CLAIMS, Reason.MISSING_CLAIM);
    }

    @Test
    @DisplayName("T-38: one member of aud must equal the API's name, character by character")
    void a_wrong_audience_is_refused() {
        for (Object aud : List.of(
                "https://other.example",
                "https://api.example/",
                "https://api.exampl",
                "https://api.example.evil",
                "HTTPS://API.EXAMPLE",
                "https://api.example x",
                "shop",
                List.of("https://other.example"))) {
            assertThat(refusal(withClaim("aud", aud))).isEqualTo(Reason.WRONG_AUDIENCE);
        }
        for (Object aud : List.of(
                "",
                List.of(),
                List.of(""),
                List.of(Door.API, ""),
                List.of(Door.API, 1),
                List.of(List.of(Door.API)),
                Map.of(Door.API, 1),
                1)) {
            assertThat(refusal(withClaim("aud", aud))).isEqualTo(Reason.MALFORMED_CLAIMS);
        }
        assertThat(refusal(withClaim("aud", List.of("https://other.example", Door.API))))
                .isNull();
    }

    @Test
    @DisplayName("T-39: iss must equal the issuer, character by character")
    void a_wrong_issuer_is_refused() {
        for (String iss : List.of(
                "https://evil.example",
                "https://id.exampl",
                "https://id.example/",
                "HTTPS://ID.EXAMPLE",
                "http://id.example",
                "https://id.example:443",
                "https://id.example.evil.example",
                " https://id.example",
                "https://id.example\u0000",
                "https://id.example#")) {
            assertThat(refusal(withClaim("iss", iss))).isEqualTo(Reason.WRONG_ISSUER);
        }
        assertThat(refusal(withClaim("iss", List.of(Door.ISSUER)))).isEqualTo(Reason.MALFORMED_CLAIMS);
    }

    @Test
    @DisplayName("T-40: a token that a client got for itself is told from one that a user stands behind")
    void a_clients_own_token_is_not_a_users() {
        var users = (Verified) Door.check(Door.good());
        var clients = (Verified) Door.check(withClaim("sub", "shop"));
        assertThat(users.accessToken().isForUser()).isTrue();
        assertThat(clients.accessToken().isForUser()).isFalse();
    }

    @Test
    void scope_and_sid_are_text_and_odd_roles_grant_nothing() {
        assertThat(refusal(withClaim("scope", List.of("read")))).isEqualTo(Reason.MALFORMED_CLAIMS);
        assertThat(refusal(withClaim("sid", 1))).isEqualTo(Reason.MALFORMED_CLAIMS);
        assertThat(refusal(withClaim("scope", ""))).isNull();
        var odd = (Verified) Door.check(withClaim("roles", List.of("vip", 1)));
        assertThat(odd.accessToken().roles()).isEmpty();
        var groups = (Verified) Door.check(withClaim("groups", List.of("staff")));
        assertThat(groups.accessToken().roles()).containsExactly("staff");
    }

    private static Reason lived(long issuedAt, long expiresAt) {
        var claims = Door.claims();
        claims.put("iat", issuedAt);
        claims.put("exp", expiresAt);
        return refusal(withPayload(Json.text(claims)));
    }

    private static String plus(String members) {
        return CLAIMS.substring(0, CLAIMS.length() - 1) + "," + members + "}";
    }

    private static String replaced(String name, String value) {
        var claims = Door.claims();
        claims.remove(name);
        String rest = Json.text(claims);
        return rest.substring(0, rest.length() - 1) + ",\"" + name + "\":" + value + "}";
    }

    private static byte[] spliced(String text, byte[] bytes) {
        String latin = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.replace("@", latin).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
