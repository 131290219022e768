package dev.handstamp.bench.verify;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.handstamp.jwt.Algorithm;
import java.text.ParseException;
import java.util.Set;

/// As its page on validating JWT access tokens says: a processor with key selector, type and claims
/// verifier. Ed25519 has a verifier of its own, which the processor does not select.
final class NimbusCheck implements Check {

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private NimbusCheck(Tokens tokens) throws ParseException {
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType(Tokens.TYPE)));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                JWSAlgorithm.parse(tokens.algorithm().joseName()), keys(tokens)));
        processor.setJWTClaimsSetVerifier(claimsVerifier());
    }

    static Check of(Tokens tokens) throws ParseException, JOSEException {
        return tokens.algorithm() == Algorithm.EDDSA ? ed25519(tokens) : new NimbusCheck(tokens);
    }

    static JWKSource<SecurityContext> keys(Tokens tokens) throws ParseException {
        return tokens.isSymmetric()
                ? new ImmutableJWKSet<>(new JWKSet(new OctetSequenceKey.Builder(tokens.secret())
                        .keyID(tokens.key().keyId())
                        .build()))
                : new ImmutableJWKSet<>(JWKSet.parse(tokens.keySet()));
    }

    @Override
    public JWTClaimsSet check(String token) throws Exception {
        return processor.process(token, null);
    }

    private static DefaultJWTClaimsVerifier<SecurityContext> claimsVerifier() {
        return new DefaultJWTClaimsVerifier<>(
                Tokens.AUDIENCE,
                new JWTClaimsSet.Builder().issuer(Tokens.ISSUER).build(),
                Set.of("sub", "exp", "iat", "jti", "client_id"));
    }

    private static Check ed25519(Tokens tokens) throws ParseException, JOSEException {
        JWSVerifier verifier = new Ed25519Verifier(
                JWKSet.parse(tokens.keySet()).getKeys().get(0).toOctetKeyPair());
        DefaultJWTClaimsVerifier<SecurityContext> claimsVerifier = claimsVerifier();
        var type = new JOSEObjectType(Tokens.TYPE);
        return token -> {
            SignedJWT jwt = SignedJWT.parse(token);
            if (!type.equals(jwt.getHeader().getType()) || !jwt.verify(verifier)) throw new JOSEException("refused");
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            claimsVerifier.verify(claims, null);
            return claims;
        };
    }
}
