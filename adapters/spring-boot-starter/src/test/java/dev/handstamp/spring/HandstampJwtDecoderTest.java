package dev.handstamp.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Reason;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import dev.handstamp.verifier.TokenVerifier;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

class HandstampJwtDecoderTest {

    private static TestIssuer issuer;
    private static TokenVerifier verifier;
    private static HandstampJwtDecoder decoder;
    private static JwtDecoder springs;

    @BeforeAll
    static void start() {
        issuer = TestIssuer.start();
        issuer.key(Algorithm.RS256);
        verifier = TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience("https://api.example")
                .foreignTypes("JWT")
                .build();
        decoder = HandstampJwtDecoder.of(verifier);
        springs = NimbusJwtDecoder.withIssuerLocation(issuer.issuer()).build();
    }

    @AfterAll
    static void stop() {
        verifier.close();
        issuer.close();
    }

    @Test
    void what_it_makes_of_a_token_is_what_spring_makes_of_it() {
        TokenBuilder full = token().scope("a", "b")
                .role("vip")
                .sessionId("s1")
                .notBefore(Instant.now().minusSeconds(5))
                .claim("age", 34L)
                .claim("ratio", new BigDecimal("0.25"))
                .claim("verified", true)
                .claim(
                        "address",
                        Map.of("city", "Bern", "lines", List.of("a", 1L, Map.of("deep", new BigDecimal("0.5")))))
                .claim("updated_at", 1_700_000_000L);
        for (TokenBuilder token : List.of(
                full, token().without("iat").without("jti"), token().audience("https://api.example", "account"))) {
            String text = token.sign();

            Jwt ours = decoder.decode(text);
            Jwt theirs = springs.decode(text);

            assertThat(ours.getClaims()).isEqualTo(theirs.getClaims());
            assertThat(ours.getHeaders()).isEqualTo(theirs.getHeaders());
            assertThat(ours.getIssuedAt()).isEqualTo(theirs.getIssuedAt());
            assertThat(ours.getExpiresAt()).isEqualTo(theirs.getExpiresAt());
            assertThat(ours.getTokenValue()).isEqualTo(text);
            assertThat(ours.getIssuer()).isEqualTo(theirs.getIssuer());
            assertThat(ours.getAudience()).isEqualTo(theirs.getAudience());
        }
    }

    @Test
    void a_refused_token_is_a_bad_jwt_with_a_reason_for_the_log() {
        var refused = catchThrowableOfType(
                TokenRefusedException.class,
                () -> decoder.decode(token().expiresAt(Instant.now().minusSeconds(90))
                        .issuedAt(Instant.now().minusSeconds(190))
                        .sign()));

        assertThat(refused).isInstanceOf(BadJwtException.class).hasMessageNotContaining("xpired at");
        assertThat(refused.reason()).isEqualTo(Reason.EXPIRED);
        assertThat(refused.getErrors()).singleElement().satisfies(error -> {
            assertThat(error.getErrorCode()).isEqualTo("invalid_token");
            assertThat(error.getDescription()).isEqualTo("expired: Get a new token.");
        });
    }

    @Test
    void a_token_that_cannot_be_judged_is_not_a_bad_one() {
        try (TestIssuer away = TestIssuer.start();
                TokenVerifier keyless = TokenVerifier.builder()
                        .issuer(away.issuer())
                        .audience("https://api.example")
                        .build()) {
            String good = away.token().sign();
            away.goDown();

            assertThatThrownBy(() -> HandstampJwtDecoder.of(keyless).decode(good))
                    .isInstanceOf(VerificationUnavailableException.class)
                    .isInstanceOf(JwtException.class)
                    .isNotInstanceOf(BadJwtException.class)
                    .hasMessageContaining("keys_unavailable");
        }
    }

    @Test
    void a_token_bound_to_a_client_certificate_is_refused_without_it() {
        String bound = token().claim("cnf", Map.of("x5t#S256", "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"))
                .sign();

        assertThatThrownBy(() -> decoder.decode(bound)).isInstanceOf(JwtValidationException.class);
        assertThatThrownBy(() -> springs.decode(bound)).isInstanceOf(JwtValidationException.class);
    }

    @Test
    void a_token_bound_to_a_key_is_left_to_spring_s_dpop_and_an_unknown_binding_to_nobody() {
        String toKey = token().claim("cnf", Map.of("jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"))
                .sign();

        assertThat(decoder.decode(toKey).getClaims())
                .isEqualTo(springs.decode(toKey).getClaims());
        for (Object unknown : List.of(Map.of("kid", "x"), Map.of("jkt", 7L), Map.of(), "x")) {
            var refused = catchThrowableOfType(
                    TokenRefusedException.class,
                    () -> decoder.decode(token().claim("cnf", unknown).sign()));
            assertThat(refused.reason()).isEqualTo(Reason.BINDING_UNKNOWN);
        }
    }

    private static TokenBuilder token() {
        return issuer.token().algorithm(Algorithm.RS256).header("typ", "JWT");
    }
}
