package dev.handstamp.bench.verify;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/// As its README says; the type is compared by hand, for the verification has no setting for it.
final class Auth0Check implements Check {

    private final JWTVerifier verifier;

    Auth0Check(Tokens tokens) throws GeneralSecurityException {
        this.verifier = JWT.require(algorithm(tokens))
                .withIssuer(Tokens.ISSUER)
                .withAudience(Tokens.AUDIENCE)
                .withClaimPresence("sub")
                .withClaimPresence("client_id")
                .withClaimPresence("jti")
                .build();
    }

    @Override
    public DecodedJWT check(String token) {
        DecodedJWT jwt = verifier.verify(token);
        if (!Tokens.TYPE.equals(jwt.getType())) throw new JWTVerificationException("wrong type");
        return jwt;
    }

    private static Algorithm algorithm(Tokens tokens) throws GeneralSecurityException {
        return switch (tokens.algorithm()) {
            case RS256 -> Algorithm.RSA256((RSAPublicKey) tokens.publicKey(), null);
            case PS256 -> Algorithm.RSA256PSS((RSAPublicKey) tokens.publicKey(), null);
            case ES256 -> Algorithm.ECDSA256((ECPublicKey) tokens.publicKey(), null);
            case HS256 -> Algorithm.HMAC256(tokens.secret());
            default -> throw new IllegalArgumentException(tokens.algorithm().joseName());
        };
    }
}
