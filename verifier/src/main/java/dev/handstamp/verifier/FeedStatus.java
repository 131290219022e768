package dev.handstamp.verifier;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// What a [RevocationFeed] knows and how old that is: for health checks and metrics.
///
/// @param stale whether the policy for silence is in force
/// @param age of the knowledge; empty while nothing is known
/// @param position of the issuer's log up to which everything is known; negative while nothing is
/// @param size how many entries are remembered
/// @param bytes what they take in memory, estimated
/// @param reconnects how often a connection was lost or could not be made, since the feed was begun
/// @param clockSkew how far the issuer's clock is ahead of ours, as last measured; negative when it is behind
/// @param connectedTo the server that the feed is read from now; empty when from none
/// @param problem why it is not, in words for a log; empty when it is
/// @param fromCache whether what is known comes from the cache file alone
public record FeedStatus(
        boolean stale,
        Optional<Duration> age,
        long position,
        int size,
        long bytes,
        long reconnects,
        Duration clockSkew,
        Optional<URI> connectedTo,
        Optional<String> problem,
        boolean fromCache) {}
