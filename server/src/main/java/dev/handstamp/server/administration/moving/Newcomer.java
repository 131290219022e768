package dev.handstamp.server.administration.moving;

import dev.handstamp.server.domain.user.PasswordHash;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A user as another system described them, not checked yet.
///
/// @param subject      the identifier that applications know them by, which is to stay
/// @param attributes   a String, Long, BigDecimal or Boolean each
/// @param passwordHash empty for a user who has no password
public record Newcomer(
        long number,
        String username,
        String name,
        String email,
        List<String> roles,
        Map<String, Object> attributes,
        Optional<PasswordHash> passwordHash,
        boolean disabled,
        Optional<String> subject,
        Optional<Instant> createdAt,
        Luggage luggage)
        implements UserEntry {

    public Newcomer {
        roles = List.copyOf(roles);
        attributes = Map.copyOf(attributes);
    }

    /// Leaves out everything but the name.
    @Override
    public String toString() {
        return "Newcomer[" + username + "]";
    }
}
