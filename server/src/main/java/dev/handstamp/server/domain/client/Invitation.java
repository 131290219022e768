package dev.handstamp.server.domain.client;

import dev.handstamp.server.domain.grant.Scopes;
import java.time.Instant;
import java.util.Set;

/// An initial access token (RFC 7591 §1.2): who has it may register clients here.
///
/// @param id       what administrators name it by; it opens nothing
/// @param apis     what its clients may ask for beside the open APIs, in their own name too; may be empty
/// @param scopes   the most that they may ask for there
/// @param usesLeft how many clients may still be registered with it
/// @param inviter  who has invited: a subject, a client, or `cli`
public record Invitation(
        String id,
        Set<Audience> apis,
        Scopes scopes,
        int usesLeft,
        String inviter,
        Instant createdAt,
        Instant expiresAt) {

    public Invitation {
        apis = Set.copyOf(apis);
    }

    public boolean isGoodAt(Instant now) {
        return usesLeft > 0 && now.isBefore(expiresAt);
    }
}
