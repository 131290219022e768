package dev.handstamp.bench.verify;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import java.security.GeneralSecurityException;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/// As its page on the parser says: key, issuer, audience and algorithm in the context. The type is
/// not looked at.
final class SmallRyeCheck implements Check {

    private final JWTParser parser;

    SmallRyeCheck(Tokens tokens) throws GeneralSecurityException {
        JWTAuthContextInfo context = tokens.isSymmetric()
                ? new JWTAuthContextInfo(tokens.secretKey(), Tokens.ISSUER)
                : new JWTAuthContextInfo(tokens.publicKey(), Tokens.ISSUER);
        context.setExpectedAudience(Set.of(Tokens.AUDIENCE));
        context.setSignatureAlgorithm(
                Set.of(SignatureAlgorithm.fromAlgorithm(tokens.algorithm().joseName())));
        this.parser = new DefaultJWTParser(context);
    }

    @Override
    public JsonWebToken check(String token) throws ParseException {
        return parser.parse(token);
    }
}
