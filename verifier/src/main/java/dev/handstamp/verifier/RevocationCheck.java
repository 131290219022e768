package dev.handstamp.verifier;

import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.time.Instant;

/// Says whether a token that was found good has been taken back since it was issued.
///
/// Called on every request: an implementation must be safe for any number of threads and refuse rather than throw.
public interface RevocationCheck extends AutoCloseable {

    /// Answers whether the token is still to be trusted.
    ///
    /// @param token the token, as it was sent
    /// @param verified what the local check found
    /// @param now the instant to check at
    /// @return `verified` itself, or a [dev.handstamp.jwt.Rejected] that says why the token is not to be trusted
    ///     any more
    Verification check(String token, Verified verified, Instant now);

    /// Says what is known about revocations now and how old that knowledge is.
    ///
    /// @return words for an [Explanation]
    default String knowledge() {
        return "asked " + getClass().getSimpleName();
    }

    /// Ends what runs in the background; nothing by default.
    @Override
    default void close() {}
}
