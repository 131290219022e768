package dev.handstamp.verifier;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a [RevocationFeed] knows and how old that is: for health checks and metrics.
public final class FeedStatus {

    private final boolean stale;
    private final @Nullable Duration age;
    private final long position;
    private final int size;
    private final long bytes;
    private final long reconnects;
    private final Duration clockSkew;
    private final @Nullable URI connectedTo;
    private final String problem;
    private final boolean fromCache;

    /// @param age null while nothing is known
    /// @param connectedTo null: from nobody, because of the problem
    FeedStatus(
            boolean stale,
            @Nullable Duration age,
            long position,
            int size,
            long bytes,
            long reconnects,
            Duration clockSkew,
            @Nullable URI connectedTo,
            String problem,
            boolean fromCache) {
        this.stale = stale;
        this.age = age;
        this.position = position;
        this.size = size;
        this.bytes = bytes;
        this.reconnects = reconnects;
        this.clockSkew = clockSkew;
        this.connectedTo = connectedTo;
        this.problem = problem;
        this.fromCache = fromCache;
    }

    /// {@return whether the policy for silence is in force}
    public boolean stale() {
        return stale;
    }

    /// {@return the age of the knowledge; empty while nothing is known}
    public Optional<Duration> age() {
        return Optional.ofNullable(age);
    }

    /// {@return the position of the issuer's log up to which everything is known; negative while nothing is}
    public long position() {
        return position;
    }

    /// {@return how many entries are remembered}
    public int size() {
        return size;
    }

    /// {@return what the entries take in memory, estimated, in bytes}
    public long bytes() {
        return bytes;
    }

    /// {@return how often a connection was lost or could not be made, since the feed was begun}
    public long reconnects() {
        return reconnects;
    }

    /// {@return how far the issuer's clock is ahead of ours, as last measured; negative when it is behind}
    public Duration clockSkew() {
        return clockSkew;
    }

    /// {@return the server that the feed is read from now; empty when from none}
    public Optional<URI> connectedTo() {
        return Optional.ofNullable(connectedTo);
    }

    /// {@return why it is read from none, in words for a log; empty when it is}
    public Optional<String> problem() {
        return connectedTo == null ? Optional.of(problem) : Optional.empty();
    }

    /// {@return whether what is known comes from the cache file alone}
    public boolean fromCache() {
        return fromCache;
    }

    /// {@return all of it in one line, for a log}
    @Override
    public String toString() {
        String read = connectedTo == null ? "not connected: " + problem : "connected to " + connectedTo;
        return "FeedStatus[position " + position + (age == null ? ", nothing known" : ", " + age.toMillis() + " ms old")
                + (stale ? ", stale" : "") + (fromCache ? ", from the cache" : "") + ", " + size + " entries, " + bytes
                + " bytes, " + reconnects + " reconnects, clock skew " + clockSkew + ", " + read + "]";
    }
}
