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
        assertThatThrownBy(() -> policy().maximumLifetime(Duration.ZERO).build())
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
