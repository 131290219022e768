package dev.handstamp.server.domain.session;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Optional;

/// A browser that a user has signed in with before, known by a cookie that outlives its sessions.
///
/// @param id        names it, and opens nothing
/// @param hash      of what the browser holds
/// @param address   where it signed in from last
/// @param userAgent what it called itself then
/// @param trust     if the user wants no second factor asked there for a while
public record KnownDevice(
        String id,
        SecretHash hash,
        Subject subject,
        String address,
        String userAgent,
        Instant createdAt,
        Instant usedAt,
        Optional<Trust> trust) {

    /// That no second factor is asked for.
    ///
    /// @param passwordDigest of the stored hash of the password that counted then: another one ends it
    public record Trust(Instant until, SecretHash passwordDigest) {}

    /// Whether the password alone lets its user in here.
    public boolean isTrustedAt(Instant now, SecretHash passwordDigest) {
        return trust.filter(given -> now.isBefore(given.until) && given.passwordDigest.equals(passwordDigest))
                .isPresent();
    }
}
