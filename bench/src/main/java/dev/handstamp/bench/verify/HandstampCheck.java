package dev.handstamp.bench.verify;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.verifier.FixedJwkSet;
import dev.handstamp.verifier.TokenVerifier;
import java.nio.charset.StandardCharsets;

/// The verifier without its memory of good tokens, so that each look is a first one.
final class HandstampCheck implements Check {

    private final TokenVerifier verifier;

    HandstampCheck(Tokens tokens) throws Exception {
        this.verifier = builder(tokens).seenTokens(0, 0).build();
    }

    static TokenVerifier.Builder builder(Tokens tokens) throws Exception {
        TokenVerifier.Builder builder =
                TokenVerifier.builder().issuer(Tokens.ISSUER).audience(Tokens.AUDIENCE);
        if (tokens.isSymmetric()) return builder.sharedSecret(tokens.secret());
        JwkSet keys = JwkSet.parse(tokens.keySet().getBytes(StandardCharsets.UTF_8));
        return builder.keys(new FixedJwkSet(keys)).algorithms(tokens.algorithm());
    }

    @Override
    public AccessToken check(String token) {
        return accepted(verifier.verify(token));
    }

    static AccessToken accepted(Verification verification) {
        if (verification instanceof Verified verified) return verified.accessToken();
        throw new IllegalArgumentException(((Rejected) verification).reason().code());
    }

    @Override
    public void close() {
        verifier.close();
    }
}
