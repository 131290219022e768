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
        long ofSite = (long) most * Caller.NETWORKS_OF_A_SITE;
        // Looked at before anything is counted: the many networks of a site that is over drive nobody's count out.
        Optional<Duration> later = caller.site().flatMap(site -> later(site, ofSite));
        if (later.isEmpty()) later = later(caller.network(), most);
        if (later.isPresent()) return later;
        count(caller.network());
        caller.site().ifPresent(this::count);
        return Optional.empty();
    }

    /// Counts one more of somebody who is known by more than where they are.
    ///
    /// @return when to come again, for one too many
    synchronized Optional<Duration> exceeded(String who) {
        Optional<Duration> later = later(who, most);
        if (later.isEmpty()) count(who);
        return later;
    }

    private Optional<Duration> later(String who, long limit) {
        long now = nanoTime.getAsLong();
        Count count = counts.get(who);
        if (count == null || now - count.since >= period) {
            return limit > 0 ? Optional.empty() : Optional.of(Duration.ofNanos(period));
        }
        return count.number < limit ? Optional.empty() : Optional.of(Duration.ofNanos(count.since + period - now));
    }

    private void count(String who) {
        long now = nanoTime.getAsLong();
        Count count = counts.computeIfAbsent(who, _ -> new Count());
        if (counts.size() > MOST_COUNTS)
            counts.remove(counts.keySet().iterator().next());
        if (count.number == 0 || now - count.since >= period) {
            count.since = now;
            count.number = 0;
        }
        count.number++;
    }
}
