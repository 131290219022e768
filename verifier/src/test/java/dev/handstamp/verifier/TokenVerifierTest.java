package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestIssuer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TokenVerifierTest {

    private static final String API = "https://api.example";

    private final TestIssuer issuer = TestIssuer.start();
    private final TokenVerifier verifier = builder().build();

    @AfterEach
    void end() {
        verifier.close();
        issuer.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA"})
    void a_token_of_the_issuer_is_verified(Algorithm algorithm) {
        AccessToken token = verified(issuer.token()
                .algorithm(algorithm)
                .subject("vera")
                .scope("orders:read", "orders:write")
                .role("vip")
                .claim("age", 34)
                .sign());

        assertThat(token.subject()).isEqualTo("vera");
        assertThat(token.scopes()).containsExactly("orders:read", "orders:write");
        assertThat(token.roles()).containsExactly("vip");
        assertThat(token.claims().integer("age")).contains(34L);
        assertThat(token.algorithm()).isEqualTo(algorithm);
        assertThat(token.keyId()).isEqualTo(issuer.key(algorithm).keyId());
    }

    @Test
    void a_token_signed_with_a_shared_secret_is_verified_without_a_fetch() {
        try (TokenVerifier symmetric = builder().sharedSecret(secret()).build()) {
            String token = issuer.token().algorithm(Algorithm.HS256).sign();

            assertThat(symmetric.verify(token)).isInstanceOf(Verified.class);
            assertThat(issuer.keyRequests()).isZero();
        }
    }

    @Test
    void with_a_shared_secret_no_other_algorithm_is_taken() {
        try (TokenVerifier symmetric = builder().sharedSecret(secret()).build()) {
            assertThat(reason(symmetric.verify(issuer.token().sign()))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
        }
    }

    @Test
    void without_a_shared_secret_no_hs256_token_is_taken() {
        assertThat(reason(verifier.verify(
                        issuer.token().algorithm(Algorithm.HS256).sign())))
                .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    }

    @Test
    void every_wrong_token_is_refused_with_its_reason() {
        Instant now = Instant.now();
        Map.of(
                        issuer.token().audience("https://other.example").sign(),
                        Reason.WRONG_AUDIENCE,
                        issuer.token().claim("iss", issuer.issuer() + "/").sign(),
                        Reason.WRONG_ISSUER,
                        issuer.token().without("jti").sign(),
                        Reason.MISSING_CLAIM,
                        issuer.token().header("typ", "JWT").sign(),
                        Reason.WRONG_TYPE,
                        issuer.token()
                                .issuedAt(now.minusSeconds(600))
                                .expiresAt(now.minusSeconds(62))
                                .sign(),
                        Reason.EXPIRED,
                        issuer.token().notBefore(now.plusSeconds(120)).sign(),
                        Reason.NOT_YET_VALID,
                        issuer.token().header("crit", List.of("x")).sign(),
                        Reason.UNSUPPORTED_HEADER,
                        issuer.token().sign() + "AA",
                        Reason.BAD_SIGNATURE,
                        issuer.token()
                                .signedBy(PrivateJwk.generate(Algorithm.ES256))
                                .sign(),
                        Reason.UNKNOWN_KEY,
                        "a.b",
                        Reason.MALFORMED)
                .forEach((token, reason) ->
                        assertThat(reason(verifier.verify(token))).as(token).isEqualTo(reason));
    }

    @Test
    void the_clock_of_the_builder_is_the_one_that_counts() {
        InstantSource tomorrow = InstantSource.offset(InstantSource.system(), Duration.ofDays(1));
        try (TokenVerifier later = builder().clock(tomorrow).build()) {
            assertThat(reason(later.verify(issuer.token().sign()))).isEqualTo(Reason.EXPIRED);
        }
    }

    @Test
    void a_verifier_without_audience_is_not_built() {
        assertThatThrownBy(() -> TokenVerifier.builder().issuer(issuer.issuer()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("audience");
    }

    @Test
    void a_foreign_issuer_s_tokens_are_taken_where_that_was_asked_for() {
        String typeless = issuer.token()
                .header("typ", "JWT")
                .without("jti")
                .without("client_id")
                .sign();
        try (TokenVerifier strict = builder().build();
                TokenVerifier open = builder().foreignTypes("JWT").build();
                RemoteJwkSet keys = RemoteJwkSet.builder(issuer.jwksUri())
                        .jwksUri(java.net.URI.create(issuer.jwksUri()))
                        .build();
                TokenVerifier anything = TokenVerifier.builder()
                        .anyIssuer()
                        .anyAudience()
                        .foreignTypes("JWT")
                        .keys(keys)
                        .build()) {
            assertThat(strict.verify(typeless)).isInstanceOf(Rejected.class);
            assertThat(open.verify(typeless)).isInstanceOf(Verified.class);
            assertThat(anything.verify(
                            issuer.token().claim("iss", "x").audience("y").sign()))
                    .isInstanceOf(Verified.class);
        }
        assertThatThrownBy(
                        () -> TokenVerifier.builder().anyIssuer().anyAudience().build())
                .hasMessageContaining("anyIssuer needs keys");
    }

    @Test
    void two_sources_of_trust_contradict_each_other() {
        assertThatThrownBy(() -> builder()
                        .sharedSecret(secret())
                        .introspection("api", "s")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exclude each other");
    }

    @Test
    void a_revocation_check_has_the_last_word() {
        RevocationCheck nobody = (token, found, now) -> new Rejected(Reason.REVOKED);
        try (TokenVerifier strict = builder().revocation(nobody).build()) {
            assertThat(reason(strict.verify(issuer.token().sign()))).isEqualTo(Reason.REVOKED);
        }
    }

    private AccessToken verified(String token) {
        Verification verification = verifier.verify(token);
        assertThat(verification).isInstanceOf(Verified.class);
        return ((Verified) verification).accessToken();
    }

    private byte[] secret() {
        String encoded = (String) issuer.key(Algorithm.HS256).toJson().get("k");
        return Base64.getUrlDecoder().decode(encoded);
    }

    private static Reason reason(Verification verification) {
        assertThat(verification).isInstanceOf(Rejected.class);
        return ((Rejected) verification).reason();
    }

    private TokenVerifier.Builder builder() {
        return TokenVerifier.builder().issuer(issuer.issuer()).audience(API);
    }
}
