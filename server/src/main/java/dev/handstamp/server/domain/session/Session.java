package dev.handstamp.server.domain.session;

import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Optional;

/// One signed-in browser or application of one user.
///
/// @param address   where it was signed in from
/// @param userAgent what it called itself, cut to 256 characters
/// @param expiresAt when it ends by itself
/// @param endedAt   when it was ended before that, if it was
public record Session(
        SessionId id,
        Subject subject,
        String address,
        String userAgent,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> endedAt) {

    public boolean isLiveAt(Instant now) {
        return endedAt.isEmpty() && now.isBefore(expiresAt);
    }
}
