package dev.handstamp.server.issuance;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// So much of something in so much time, for each network by itself, and for each IPv6 site altogether. Kept in memory,
/// bounded.
public final class Pace {

    private static final int MOST_COUNTS = 10_000;

    private static final class Count {
        private long since;
        private int number;
    }

    private final int most;
    private final long period;
    private final LongSupplier nanoTime;
    private final Map<String, Count> counts = new LinkedHashMap<>(64, 0.75f, true);

    /// @param nanoTime a clock that is never set, such as `System::nanoTime`
    public Pace(int most, Duration period, LongSupplier nanoTime) {
        this.most = most;
        this.period = period.toNanos();
        this.nanoTime = nanoTime;
    }

    /// Counts one more from somewhere.
    ///
    /// @return when to come again, for one too many
    public synchronized Optional<Duration> exceeded(Caller caller) {
        Optional<Duration> later = exceeded(caller.network(), most);
        if (later.isPresent() || caller.site().isEmpty()) return later;
        return exceeded(caller.site().get(), (long) most * Caller.NETWORKS_OF_A_SITE);
    }

    /// Counts one more of somebody who is known by more than where they are.
    ///
    /// @return when to come again, for one too many
    synchronized Optional<Duration> exceeded(String who) {
        return exceeded(who, most);
    }

    private Optional<Duration> exceeded(String who, long limit) {
        long now = nanoTime.getAsLong();
        Count count = counts.computeIfAbsent(who, _ -> new Count());
        if (counts.size() > MOST_COUNTS)
            counts.remove(counts.keySet().iterator().next());
        if (count.number == 0 || now - count.since >= period) {
            count.since = now;
            count.number = 0;
        }
        if (count.number >= limit) return Optional.of(Duration.ofNanos(count.since + period - now));
        count.number++;
        return Optional.empty();
    }
}
