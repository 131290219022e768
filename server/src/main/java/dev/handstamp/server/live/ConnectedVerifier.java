package dev.handstamp.server.live;

import dev.handstamp.server.domain.client.Audience;
import java.time.Duration;
import java.time.Instant;

/// A verifier of an API that is connected to this node's feed of revocations, and how old its knowledge is.
///
/// @param address        where it connects from
/// @param since          when it connected
/// @param position       of the log, up to which everything that concerns the API was taken by the connection; -1 while
///                       it has not been told everything once
/// @param age            how long ago that was known to be all: what was taken back since may still be unknown to it
/// @param hasTakenAll    whether nothing that was sent waits for it
/// @param isBroughtUp    whether it is told what all others are told; it is brought there first
public record ConnectedVerifier(
        Audience api,
        String address,
        Instant since,
        long position,
        Duration age,
        boolean hasTakenAll,
        boolean isBroughtUp) {}
