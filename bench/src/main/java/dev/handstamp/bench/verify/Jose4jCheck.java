package dev.handstamp.bench.verify;

import java.security.GeneralSecurityException;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/// As its examples say: one consumer with every expectation.
final class Jose4jCheck implements Check {

    private final JwtConsumer consumer;

    Jose4jCheck(Tokens tokens) throws GeneralSecurityException {
        this.consumer = new JwtConsumerBuilder()
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setRequireJwtId()
                .setRequireSubject()
                .setExpectedType(true, Tokens.TYPE)
                .setExpectedIssuer(Tokens.ISSUER)
                .setExpectedAudience(Tokens.AUDIENCE)
                .setVerificationKey(tokens.isSymmetric() ? tokens.secretKey() : tokens.publicKey())
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT,
                        tokens.algorithm().joseName())
                .build();
    }

    @Override
    public JwtClaims check(String token) throws InvalidJwtException {
        return consumer.processToClaims(token);
    }
}
