package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.handstamp.json.Json;
import java.text.ParseException;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Our verdicts beside those of nimbus-jose-jwt on tokens that are a little off under a right signature, or changed
/// after it: whatever we accept it accepts and reads alike; what it accepts and we refuse is refused by a named rule.
///
/// `-Dhandstamp.differences=…` sets how many.
class StricterTest {

    private static final int TOKENS = Integer.getInteger("handstamp.differences", 60_000);
    private static final long SEED = 20_261_124;

    /// Why we refuse what another library takes. The list stands in docs/strictness.md with its reasons.
    enum Rule {
        ONE_SPELLING,
        STRICT_JSON,
        NO_DUPLICATE_NAMES,
        STRICT_TEXT,
        BOUNDED_NUMBERS,
        BOUNDED_DEPTH,
        TYPED_CLAIMS,
        REQUIRED_CLAIMS,
        BOUNDED_TIMES,
        NO_TRANSFORMATIONS,
        TYPED_HEADER,
        BOUNDED_LENGTH;

        static Optional<Rule> of(Rejected rejected) {
            String detail = rejected.detail();
            return switch (rejected.reason()) {
                case TOO_LONG -> Optional.of(BOUNDED_LENGTH);
                case UNSUPPORTED_HEADER -> Optional.of(NO_TRANSFORMATIONS);
                case MISSING_CLAIM -> Optional.of(REQUIRED_CLAIMS);
                case ISSUED_IN_THE_FUTURE, LIFETIME_TOO_LONG, NOT_YET_VALID, EXPIRED -> Optional.of(BOUNDED_TIMES);
                case MALFORMED, MALFORMED_CLAIMS -> ofForm(detail);
                default -> Optional.empty();
            };
        }

        private static Optional<Rule> ofForm(String detail) {
            if (detail.contains("base64url") || detail.contains("three parts")) return Optional.of(ONE_SPELLING);
            if (detail.contains("duplicate name")) return Optional.of(NO_DUPLICATE_NAMES);
            if (detail.contains("UTF-8") || detail.contains("surrogate") || detail.contains("control character")) {
                return Optional.of(STRICT_TEXT);
            }
            if (detail.contains("number out of bounds") || detail.contains("beyond 64 bits")) {
                return Optional.of(BOUNDED_NUMBERS);
            }
            if (detail.contains("levels")) return Optional.of(BOUNDED_DEPTH);
            if (detail.contains("JSON") || detail.contains("object")) return Optional.of(STRICT_JSON);
            if (detail.contains("kid") || detail.contains("typ") || detail.contains("alg")) {
                return Optional.of(TYPED_HEADER);
            }
            if (detail.contains("exp is not after iat")) return Optional.of(BOUNDED_TIMES);
            return detail.contains(" is not ") ? Optional.of(TYPED_CLAIMS) : Optional.empty();
        }
    }

    /// Cheap to sign with and to check, so that most of the time goes into what is compared.
    static final PrivateJwk KEY = PrivateJwk.generate(Algorithm.HS256);

    private static final JwkSet KEYS = JwkSet.of(List.of(KEY.verificationKey()));
    private static final DefaultJWTProcessor<SecurityContext> NIMBUS = nimbus();

    @Test
    void whatever_we_accept_nimbus_accepts_and_what_only_nimbus_accepts_has_a_rule() throws Exception {
        var mutator = new Mutator(SEED);
        var random = new Random(SEED);
        byte[] header = Json.write(Door.header(KEY));
        byte[] claims = Json.write(Door.claims());
        List<String> good = List.of(signed(header, claims), signed(header, claims));
        var rules = new EnumMap<Rule, Integer>(Rule.class);
        int alike = 0;
        for (int i = 0; i < TOKENS; i++) {
            String token = switch (random.nextInt(4)) {
                case 0 -> signed(mutator.json(header), claims);
                case 1 -> mutator.mutate(good.get(0), good);
                default -> signed(header, mutator.json(claims));
            };
            Optional<Rule> rule = compare(token);
            if (rule.isPresent()) rules.merge(rule.get(), 1, Integer::sum);
            else if (ours(token) instanceof Verified) alike++;
        }
        System.out.println("accepted by both: " + alike + "; by nimbus-jose-jwt alone, refused here by rule: " + rules);
        assertThat(alike).isGreaterThan(TOKENS / 100);
        assertThat(rules).containsKeys(Rule.STRICT_TEXT, Rule.TYPED_CLAIMS, Rule.BOUNDED_TIMES);
    }

    /// Judges a token twice. The rule, if nimbus-jose-jwt alone accepts it; fails when we alone do, or none explains.
    static Optional<Rule> compare(String token) throws ParseException {
        Verification ours = ours(token);
        Optional<JWTClaimsSet> theirs = nimbus(token);
        if (ours instanceof Verified verified) {
            assertThat(theirs).as(token).isPresent();
            assertReadAlike(verified.accessToken(), theirs.get(), token);
            return Optional.empty();
        }
        if (theirs.isEmpty()) return Optional.empty();
        Optional<Rule> rule = Rule.of((Rejected) ours);
        assertThat(rule).as(token + " " + ours).isPresent();
        return rule;
    }

    private static Verification ours(String token) {
        return Door.POLICY.check(token, KEYS, Door.NOW);
    }

    static String signed(byte[] header, byte[] claims) {
        return Door.sign(KEY, header, claims);
    }

    private static void assertReadAlike(AccessToken ours, JWTClaimsSet theirs, String token) throws ParseException {
        assertThat(theirs.getIssuer()).as(token).isEqualTo(ours.issuer());
        assertThat(theirs.getSubject()).as(token).isEqualTo(ours.subject());
        assertThat(theirs.getAudience()).as(token).isEqualTo(ours.audience());
        assertThat(theirs.getJWTID()).as(token).isEqualTo(ours.jwtId());
        assertThat(theirs.getStringClaim("client_id")).as(token).isEqualTo(ours.clientId());
        assertThat(theirs.getExpirationTime()).as(token).isEqualTo(Date.from(ours.expiresAt()));
        assertThat(theirs.getIssueTime()).as(token).isEqualTo(Date.from(ours.issuedAt()));
    }

    private static Optional<JWTClaimsSet> nimbus(String token) {
        try {
            return Optional.of(NIMBUS.process(token, null));
        } catch (ParseException | BadJOSEException | JOSEException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static DefaultJWTProcessor<SecurityContext> nimbus() {
        var secret = new OctetSequenceKey.Builder(
                        Base64Url.decode((String) KEY.toJson().get("k")))
                .keyID(KEY.keyId())
                .build();
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt")));
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(JWSAlgorithm.HS256, new ImmutableJWKSet<>(new JWKSet(secret))));
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
    }
}
