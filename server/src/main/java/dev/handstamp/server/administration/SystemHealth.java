package dev.handstamp.server.administration;

import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.issuance.Pulse;
import dev.handstamp.server.issuance.Pulse.Minute;
import dev.handstamp.server.live.ConnectedVerifier;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.store.Database;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/// How this node does, and who listens to it. What other nodes do is theirs to say.
public final class SystemHealth {

    /// The node now.
    ///
    /// @param position       where the log of changes stands
    /// @param logAge         how long ago it was last read: how old this node's own knowledge is
    /// @param waitingWrites  writes that wait for the database
    /// @param hashQueue      passwords that wait for a hashing thread
    /// @param revocations    that are still remembered
    /// @param heapUsed       in bytes
    /// @param lastHour       the oldest minute first
    public record Health(
            Instant at,
            Duration uptime,
            String database,
            long position,
            Duration logAge,
            int waitingWrites,
            long hashQueue,
            long revocations,
            long heapUsed,
            long heapMost,
            int verifiers,
            List<Minute> lastHour) {}

    /// The connected verifiers, the one with the oldest knowledge first.
    ///
    /// @param position where the log stands
    /// @param logAge   how old this node's own knowledge is, which theirs comes from
    public record Feed(Instant at, long position, Duration logAge, List<ConnectedVerifier> verifiers) {}

    private final Database database;
    private final Live live;
    private final PasswordHasher hasher;
    private final Pulse pulse;
    private final Supplier<List<ConnectedVerifier>> verifiers;
    private final InstantSource clock;

    /// @param verifiers asks the feed of this node
    public SystemHealth(
            Database database,
            Live live,
            PasswordHasher hasher,
            Pulse pulse,
            Supplier<List<ConnectedVerifier>> verifiers,
            InstantSource clock) {
        this.database = database;
        this.live = live;
        this.hasher = hasher;
        this.pulse = pulse;
        this.verifiers = verifiers;
        this.clock = clock;
    }

    public Health health() {
        Instant now = clock.instant();
        var memory = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return new Health(
                now,
                Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime()),
                database.dialect().title(),
                live.position(),
                live.age(),
                database.waitingWrites(),
                hasher.waiting(),
                live.latest().revocations().size(),
                memory.getUsed(),
                memory.getMax(),
                verifiers.get().size(),
                pulse.lastHour(now));
    }

    public Feed feed() {
        return new Feed(clock.instant(), live.position(), live.age(), verifiers.get());
    }
}
