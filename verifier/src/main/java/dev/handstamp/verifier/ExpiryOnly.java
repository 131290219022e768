package dev.handstamp.verifier;

import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.time.Instant;

/// A token is good until it expires: nothing else is asked.
public final class ExpiryOnly implements RevocationCheck {

    /// A check that takes nothing back.
    public ExpiryOnly() {}

    @Override
    public Verification check(String token, Verified verified, Instant now) {
        return verified;
    }

    @Override
    public String knowledge() {
        return "nothing is asked: a revoked token stays good until it expires";
    }
}
