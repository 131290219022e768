package dev.handstamp.server.issuance;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// So much of something in so much time, for each network by itself. Kept in memory, bounded.
final class Pace {

    private static final int MOST_NETWORKS = 10_000;

    private static final class Count {
        private long since;
        private int number;
    }

    private final int most;
    private final long period;
    private final LongSupplier nanoTime;
    private final Map<String, Count> counts = new LinkedHashMap<>(64, 0.75f, true);

    Pace(int most, Duration period, LongSupplier nanoTime) {
        this.most = most;
        this.period = period.toNanos();
        this.nanoTime = nanoTime;
    }

    /// Counts one more.
    ///
    /// @return when to come again, for one too many
    synchronized Optional<Duration> exceeded(String network) {
        long now = nanoTime.getAsLong();
        Count count = counts.computeIfAbsent(network, _ -> new Count());
        if (counts.size() > MOST_NETWORKS)
            counts.remove(counts.keySet().iterator().next());
        if (count.number == 0 || now - count.since >= period) {
            count.since = now;
            count.number = 0;
        }
        if (count.number >= most) return Optional.of(Duration.ofNanos(count.since + period - now));
        count.number++;
        return Optional.empty();
    }
}
