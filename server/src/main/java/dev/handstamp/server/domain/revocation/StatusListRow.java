package dev.handstamp.server.domain.revocation;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import java.time.Instant;
import java.util.Optional;

/// A list of statuses as the store knows it.
///
/// @param client  whose tokens in its own name it has; empty for tokens of users
/// @param endsAt  when its last token has expired
/// @param revoked whether everything in it was taken back at once
public record StatusListRow(
        String id, Audience audience, Optional<ClientId> client, Instant openedAt, Instant endsAt, boolean revoked) {

    /// How many indices every list has.
    public static final int SIZE = 1 << 17;
}
