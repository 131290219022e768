package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.handstamp.json.Json;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What we let in, nimbus-jose-jwt lets in too and reads alike; that we refuse more is the point.
class OracleTest {

    private static final int VARIANTS = 8_000;

    private final DefaultJWTProcessor<SecurityContext> nimbus = nimbus();

    @Test
    void what_we_sign_nimbus_verifies_and_reads_alike() throws Exception {
        for (PrivateJwk key : List.of(Door.RSA, Door.EC)) {
            String token = new JwsSigner(key, "at+jwt").sign(Json.write(Door.claims()));
            JWTClaimsSet read = nimbus.process(token, null);
            assertThat(read.getSubject()).isEqualTo("vera");
            assertThat(read.getAudience()).containsExactly(Door.API);
        }
    }

    /// Claims that are a little off, under a right signature: only the reading of them can differ.
    @Test
    void what_we_let_in_nimbus_lets_in_too() throws Exception {
        var mutator = new Mutator(7);
        int accepted = 0;
        for (int i = 0; i < VARIANTS; i++) {
            byte[] payload = mutator.json(Json.write(Door.claims()));
            String token = Door.withPayload(payload);
            if (Door.check(token) instanceof Verified verified) {
                accepted++;
                String text = new String(payload, StandardCharsets.ISO_8859_1);
                JWTClaimsSet read = nimbus.process(token, null);
                AccessToken ours = verified.accessToken();
                assertThat(read.getIssuer()).as(text).isEqualTo(ours.issuer());
                assertThat(read.getSubject()).as(text).isEqualTo(ours.subject());
                assertThat(read.getAudience()).as(text).isEqualTo(ours.audience());
                assertThat(read.getJWTID()).as(text).isEqualTo(ours.jwtId());
                assertThat(read.getExpirationTime()).as(text).isEqualTo(Date.from(ours.expiresAt()));
                assertThat(read.getIssueTime()).as(text).isEqualTo(Date.from(ours.issuedAt()));
            }
        }
        assertThat(accepted).isBetween(100, VARIANTS / 2);
    }

    /// Headers that are a little off, under a right signature.
    @Test
    void a_header_that_we_take_nimbus_takes_too() throws Exception {
        var mutator = new Mutator(11);
        byte[] claims = Json.write(Door.claims());
        int accepted = 0;
        for (int i = 0; i < VARIANTS / 4; i++) {
            byte[] header = mutator.json(Json.write(Door.header(Door.EC)));
            String token = Door.sign(Door.EC, header, claims);
            if (Door.check(token) instanceof Verified) {
                accepted++;
                assertThat(nimbus.process(token, null).getSubject()).isEqualTo("vera");
            }
        }
        assertThat(accepted).isPositive();
    }

    private static DefaultJWTProcessor<SecurityContext> nimbus() {
        try {
            JWKSet keys = JWKSet.parse(new String(Door.KEYS.toJson(), StandardCharsets.UTF_8));
            var processor = new DefaultJWTProcessor<SecurityContext>();
            processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), new ImmutableJWKSet<>(keys)));
            processor.setJWTClaimsSetVerifier(
                    new DefaultJWTClaimsVerifier<>(
                            Set.of(Door.API),
                            new JWTClaimsSet.Builder().issuer(Door.ISSUER).build(),
                            Set.of("sub", "exp", "iat", "jti", "client_id"),
                            Set.of()) {
                        @Override
                        protected Date currentTime() {
                            return Date.from(Door.NOW);
                        }
                    });
            return processor;
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }
}
