package dev.handstamp.verifier;

import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.time.Instant;

/// Says whether a token that was found good has been taken back since it was issued.
///
/// Called on every request: an implementation must be safe for any number of threads and refuse rather than throw.
public interface RevocationCheck extends AutoCloseable {

    /// Answers `verified` itself, or why the token is not to be trusted any more.
    ///
    /// @param token the token, as it was sent
    /// @param verified what the local check found
    Verification check(String token, Verified verified, Instant now);

    /// What is known about revocations now and how old that knowledge is, in words for an [Explanation].
    default String knowledge() {
        return "asked " + getClass().getSimpleName();
    }

    /// Ends what runs in the background; nothing by default.
    @Override
    default void close() {}
}
