package dev.handstamp.bench.verify;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.JwtParserBuilder;
import io.jsonwebtoken.Jwts;
import java.security.GeneralSecurityException;

/// As its README says; the type is compared by hand, for the parser has no setting for it.
final class JjwtCheck implements Check {

    private final JwtParser parser;

    JjwtCheck(Tokens tokens) throws GeneralSecurityException {
        JwtParserBuilder builder = Jwts.parser().requireIssuer(Tokens.ISSUER).requireAudience(Tokens.AUDIENCE);
        this.parser = (tokens.isSymmetric()
                        ? builder.verifyWith(tokens.secretKey())
                        : builder.verifyWith(tokens.publicKey()))
                .build();
    }

    @Override
    public Claims check(String token) {
        Jws<Claims> jws = parser.parseSignedClaims(token);
        if (!Tokens.TYPE.equals(jws.getHeader().getType())) throw new JwtException("wrong type");
        return jws.getPayload();
    }
}
