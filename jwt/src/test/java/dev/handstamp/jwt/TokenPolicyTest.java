package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenPolicyTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String ISSUER = "https://id.example";
    private static final String API = "https://api.example";

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void a_token_of_every_algorithm_is_verified_by_its_own_key(Algorithm algorithm) {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        String token = new JwsSigner(key, "at+jwt").sign(Json.write(claims()));
        TokenPolicy policy = policy().algorithms(algorithm).build();
        JwkSet keys = JwkSet.of(List.of(key.verificationKey()));

        for (int i = 0; i < 3; i++) { // The second time the header is known.
            assertThat(policy.check(token, keys, NOW)).isInstanceOf(Verified.class);
        }
        assertThat(policy.check(tampered(token), keys, NOW)).isEqualTo(new Rejected(Reason.BAD_SIGNATURE));
    }

    @Test
    void an_access_token_tells_what_its_claims_say() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        String token = new JwsSigner(key, "at+jwt").sign(Json.write(claims()));
        var verified = (Verified) policy().build().check(token, JwkSet.of(List.of(key.verificationKey())), NOW);
        AccessToken accessToken = verified.accessToken();

        assertThat(accessToken.issuer()).isEqualTo(ISSUER);
        assertThat(accessToken.subject()).isEqualTo("vera");
        assertThat(accessToken.audience()).containsExactly(API);
        assertThat(accessToken.clientId()).isEqualTo("shop");
        assertThat(accessToken.issuedAt()).isEqualTo(NOW);
        assertThat(accessToken.expiresAt()).isEqualTo(NOW.plusSeconds(300));
        assertThat(accessToken.jwtId()).isEqualTo("j1");
        assertThat(accessToken.sessionId()).contains("s1");
        assertThat(accessToken.scopes()).containsExactly("read", "write");
        assertThat(accessToken.roles()).containsExactly("vip");
        assertThat(accessToken.claims().integer("age")).contains(34L);
        assertThat(accessToken.keyId()).isEqualTo(key.keyId());
        assertThat(accessToken.algorithm()).isEqualTo(Algorithm.ES256);
        assertThat(accessToken.isForUser()).isTrue();
    }

    @Test
    void claims_are_compared_as_texts_however_their_characters_are_written() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        JwkSet keys = JwkSet.of(List.of(key.verificationKey()));
        String plain = Json.text(claims());
        String escaped = plain.replace("//", "\\/\\/").replace("vera", "\\u0076era");
        String listed = plain.replace("\"aud\":\"" + API + "\"", "\"aud\":[\"x\",\"" + API + "\"]");
        for (String json : List.of(plain, escaped, listed)) {
            String token = new JwsSigner(key, "at+jwt").sign(json.getBytes(StandardCharsets.UTF_8));
            var verified = (Verified) policy().build().check(token, keys, NOW);
            assertThat(verified.accessToken().issuer()).isEqualTo(ISSUER);
            assertThat(verified.accessToken().subject()).isEqualTo("vera");
            assertThat(verified.accessToken().audience()).contains(API);
        }
        assertThat(escaped).contains("\"https:\\/\\/id.example\"");
    }

    @Test
    void a_header_that_one_policy_remembered_is_still_judged_by_another() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        String token = new JwsSigner(key, "at+jwt").sign(Json.write(claims()));
        JwkSet keys = JwkSet.of(List.of(key.verificationKey()));
        assertThat(policy().build().check(token, keys, NOW)).isInstanceOf(Verified.class);

        Verification otherAlgorithm =
                policy().algorithms(Algorithm.RS256).build().check(token, keys, NOW);
        Verification otherType = policy().type("logout+jwt").build().check(token, keys, NOW);

        assertThat(((Rejected) otherAlgorithm).reason()).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
        assertThat(((Rejected) otherType).reason()).isEqualTo(Reason.WRONG_TYPE);
    }

    @Test
    void a_policy_is_not_built_without_issuer_or_audience_or_with_a_wide_clock_skew() {
        assertThatThrownBy(() -> TokenPolicy.builder().audience(API).build()).hasMessageContaining("issuer");
        assertThatThrownBy(() -> TokenPolicy.builder().issuer(ISSUER).build()).hasMessageContaining("audience");
        assertThatThrownBy(() -> policy().clockSkew(Duration.ofSeconds(61)).build())
                .hasMessageContaining("clockSkew");
        assertThatThrownBy(() -> policy().algorithms().build()).hasMessageContaining("algorithms");
        assertThatThrownBy(
                        () -> policy().maximumLifetime(Duration.ofMillis(999)).build())
                .hasMessageContaining("maximumLifetime");
        assertThatThrownBy(() -> policy().maximumLength(0).build()).hasMessageContaining("maximumLength");
    }

    @Test
    void a_token_without_kid_is_checked_by_the_only_key_of_its_algorithm() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.HS256);
        String header = Base64Url.encode("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}".getBytes(StandardCharsets.UTF_8));
        byte[] input = (header + "." + Base64Url.encode(Json.write(claims()))).getBytes(StandardCharsets.US_ASCII);
        String token =
                new String(input, StandardCharsets.US_ASCII) + "." + Base64Url.encode(key.sign(input, input.length));
        TokenPolicy policy = policy().algorithms(Algorithm.HS256).build();
        VerificationKey other = PrivateJwk.generate(Algorithm.HS256).verificationKey();

        assertThat(policy.check(token, JwkSet.of(List.of(key.verificationKey())), NOW))
                .isInstanceOf(Verified.class);
        Verification twoKeys = policy.check(token, JwkSet.of(List.of(key.verificationKey(), other)), NOW);
        assertThat(((Rejected) twoKeys).reason()).isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    void a_type_that_is_not_at_jwt_is_taken_only_where_it_was_asked_for() {
        Issuance issuance = new Issuance();
        TokenPolicy strict = policy().build();
        TokenPolicy open = policy().foreignTypes("JWT", "").build();
        TokenPolicy typeless = policy().foreignTypes("").build();

        assertThat(reason(strict, issuance, "{\"typ\":\"JWT\"}", claims())).isEqualTo(Reason.WRONG_TYPE);
        assertThat(reason(strict, issuance, "{}", claims())).isEqualTo(Reason.WRONG_TYPE);
        for (String header : List.of(
                "{\"typ\":\"JWT\"}",
                "{\"typ\":\"jwt\"}",
                "{\"typ\":\"application/jwt\"}",
                "{}",
                "{\"typ\":\"at+jwt\"}")) {
            for (int i = 0; i < 3; i++) { // The second time the header is known.
                assertThat(issuance.check(open, header, claims())).isInstanceOf(Verified.class);
            }
            assertThat(reason(strict, issuance, "{\"typ\":\"JWT\"}", claims())).isEqualTo(Reason.WRONG_TYPE);
        }
        assertThat(reason(typeless, issuance, "{\"typ\":\"JWT\"}", claims())).isEqualTo(Reason.WRONG_TYPE);
        assertThat(reason(open, issuance, "{\"typ\":\"logout+jwt\"}", claims())).isEqualTo(Reason.WRONG_TYPE);
    }

    @Test
    void a_foreign_token_needs_only_issuer_audience_and_expiry() {
        Issuance issuance = new Issuance();
        TokenPolicy open = policy().foreignTypes("JWT").build();
        Map<String, Object> few = new LinkedHashMap<>(Map.of(
                "iss", ISSUER, "aud", List.of(API, "account"), "exp", NOW.getEpochSecond() + 300, "azp", "shop"));

        var verified = (Verified) issuance.check(open, "{\"typ\":\"JWT\"}", few);
        AccessToken token = verified.accessToken();
        assertThat(token.clientId()).isEqualTo("shop");
        assertThat(token.subject()).isEmpty();
        assertThat(token.isForUser()).as("nobody is named").isFalse();
        assertThat(token.jwtId()).isEmpty();
        assertThat(token.issuedAt()).isEqualTo(Instant.EPOCH);
        assertThat(token.audience()).containsExactly(API, "account");
        assertThat(open.checkAgain(verified, NOW)).isEqualTo(verified);
        assertThat(open.checkAgain(verified, NOW.plusSeconds(400))).isInstanceOf(Rejected.class);

        assertThat(reason(open, issuance, "{\"typ\":\"at+jwt\"}", few)).isEqualTo(Reason.MISSING_CLAIM);
        for (String needed : List.of("iss", "aud", "exp")) {
            assertThat(reason(open, issuance, "{\"typ\":\"JWT\"}", without(few, needed)))
                    .isEqualTo(Reason.MISSING_CLAIM);
        }
        assertThat(reason(open, issuance, "{\"typ\":\"JWT\"}", with(few, "aud", "https://other.example")))
                .isEqualTo(Reason.WRONG_AUDIENCE);
        assertThat(reason(open, issuance, "{\"typ\":\"JWT\"}", with(few, "iss", "https://other.example")))
                .isEqualTo(Reason.WRONG_ISSUER);
        assertThat(reason(open, issuance, "{\"typ\":\"JWT\"}", with(few, "exp", NOW.getEpochSecond() - 61)))
                .isEqualTo(Reason.EXPIRED);
        assertThat(reason(open, issuance, "{\"typ\":\"JWT\"}", with(few, "exp", NOW.getEpochSecond() + 90_000)))
                .isEqualTo(Reason.LIFETIME_TOO_LONG);
        assertThat(reason(open, issuance, "{\"typ\":\"JWT\"}", with(few, "sub", 7)))
                .isEqualTo(Reason.MALFORMED_CLAIMS);
    }

    @Test
    void an_id_token_or_a_security_event_is_no_access_token_of_any_type() {
        Issuance issuance = new Issuance();
        TokenPolicy open = policy().foreignTypes("JWT", "").build();

        for (String tell : List.of("at_hash", "c_hash", "events")) {
            assertThat(reason(open, issuance, "{\"typ\":\"JWT\"}", with(claims(), tell, "x")))
                    .isEqualTo(Reason.WRONG_TYPE);
        }
    }

    @Test
    void any_issuer_and_any_audience_ask_for_neither() {
        Issuance issuance = new Issuance();
        TokenPolicy open = TokenPolicy.builder()
                .anyIssuer()
                .anyAudience()
                .foreignTypes("JWT")
                .build();
        Map<String, Object> bare = new LinkedHashMap<>(Map.of("exp", NOW.getEpochSecond() + 300));

        var verified = (Verified) issuance.check(open, "{\"typ\":\"JWT\"}", with(bare, "iss", "anyone"));
        assertThat(verified.accessToken().issuer()).isEqualTo("anyone");
        verified = (Verified) issuance.check(open, "{\"typ\":\"JWT\"}", bare);
        assertThat(verified.accessToken().issuer()).isEmpty();
        assertThat(verified.accessToken().audience()).isEmpty();
        assertThat(reason(open, issuance, "{\"typ\":\"JWT\"}", with(bare, "aud", List.of())))
                .isEqualTo(Reason.MALFORMED_CLAIMS);
        assertThat(reason(open, issuance, "{\"typ\":\"at+jwt\"}", without(claims(), "iss")))
                .isEqualTo(Reason.MISSING_CLAIM);
    }

    private static Reason reason(TokenPolicy policy, Issuance issuance, String header, Map<String, Object> claims) {
        return ((Rejected) issuance.check(policy, header, claims)).reason();
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        var changed = new LinkedHashMap<>(claims);
        changed.put(name, value);
        return changed;
    }

    private static Map<String, Object> without(Map<String, Object> claims, String name) {
        var changed = new LinkedHashMap<>(claims);
        changed.remove(name);
        return changed;
    }

    /// Signs claims under any header.
    private static final class Issuance {

        private final PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        private final JwkSet keys = JwkSet.of(List.of(key.verificationKey()));

        Verification check(TokenPolicy policy, String header, Map<String, Object> claims) {
            String members = header.substring(1, header.length() - 1);
            String whole = "{\"alg\":\"ES256\",\"kid\":\"" + key.keyId() + "\"" + (members.isEmpty() ? "" : ",")
                    + members + "}";
            String signed = Base64Url.encode(whole.getBytes(StandardCharsets.UTF_8)) + "."
                    + Base64Url.encode(Json.write(claims));
            byte[] bytes = signed.getBytes(StandardCharsets.US_ASCII);
            return policy.check(signed + "." + Base64Url.encode(key.sign(bytes)), keys, NOW);
        }
    }

    private static TokenPolicy.Builder policy() {
        return TokenPolicy.builder().issuer(ISSUER).audience(API);
    }

    private static Map<String, Object> claims() {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", ISSUER);
        claims.put("sub", "vera");
        claims.put("aud", API);
        claims.put("client_id", "shop");
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.getEpochSecond() + 300);
        claims.put("jti", "j1");
        claims.put("sid", "s1");
        claims.put("scope", "read write");
        claims.put("roles", List.of("vip"));
        claims.put("age", 34);
        return claims;
    }

    private static String tampered(String token) {
        int middle = token.length() - 10;
        char other = token.charAt(middle) == 'A' ? 'B' : 'A';
        return token.substring(0, middle) + other + token.substring(middle + 1);
    }
}
