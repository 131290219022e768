package dev.handstamp.bench.verify;

import io.fusionauth.jwt.InvalidJWTException;
import io.fusionauth.jwt.JWTDecoder;
import io.fusionauth.jwt.Verifier;
import io.fusionauth.jwt.domain.JWT;
import io.fusionauth.jwt.ec.ECVerifier;
import io.fusionauth.jwt.ed.EdDSAVerifier;
import io.fusionauth.jwt.hmac.HMACVerifier;
import io.fusionauth.jwt.rsa.RSAPSSVerifier;
import io.fusionauth.jwt.rsa.RSAVerifier;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/// As its README says: verifier and decoder once, then issuer, audience and type compared by hand.
/// It knows Ed25519 only by the name of RFC 9864, so it gets tokens with that `alg`.
final class FusionAuthCheck implements Check {

    private final JWTDecoder decoder = new JWTDecoder();
    private final Verifier verifier;

    FusionAuthCheck(Tokens tokens) throws GeneralSecurityException {
        this.verifier = verifier(tokens);
    }

    @Override
    public JWT check(String token) {
        JWT jwt = decoder.decode(token, verifier);
        require(Tokens.ISSUER, jwt.issuer);
        require(Tokens.AUDIENCE, jwt.audience);
        require(Tokens.TYPE, jwt.header.type);
        return jwt;
    }

    private static void require(String expected, @Nullable Object found) {
        if (!expected.equals(found)) throw new InvalidJWTException("not " + expected);
    }

    private static Verifier verifier(Tokens tokens) throws GeneralSecurityException {
        return switch (tokens.algorithm()) {
            case RS256 -> RSAVerifier.newVerifier(tokens.publicKey());
            case PS256 -> RSAPSSVerifier.newVerifier(tokens.publicKey());
            case ES256 -> ECVerifier.newVerifier(tokens.publicKey());
            case EDDSA -> EdDSAVerifier.newVerifier(tokens.publicKey());
            case HS256 -> HMACVerifier.newVerifier(tokens.secret());
            default -> throw new IllegalArgumentException(tokens.algorithm().joseName());
        };
    }
}
