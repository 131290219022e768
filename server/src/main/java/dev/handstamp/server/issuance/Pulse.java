package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.PasswordHasher;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// What this node did in each minute of the last hour: the counts of [Tally], looked at every few seconds.
public final class Pulse {

    public static final int MINUTES = 60;

    /// How long to wait between two looks.
    public static final Duration PAUSE = Duration.ofSeconds(5);

    /// One minute.
    ///
    /// @param hashQueue      the most passwords that were seen waiting for a hashing thread
    /// @param tokens         access tokens issued
    /// @param loginsFailed   wrong passwords and codes, throttled or not
    /// @param loginsThrottled those that were not looked at
    public record Minute(
            Instant begin,
            long logins,
            long loginsFailed,
            long loginsThrottled,
            long tokens,
            long refreshes,
            long refreshesRefused,
            long introspections,
            long hashQueue) {

        private static Minute empty(Instant begin) {
            return new Minute(begin, 0, 0, 0, 0, 0, 0, 0, 0);
        }

        private Minute with(long[] more, long queue) {
            return new Minute(
                    begin,
                    logins + more[0],
                    loginsFailed + more[1],
                    loginsThrottled + more[2],
                    tokens + more[3],
                    refreshes + more[4],
                    refreshesRefused + more[5],
                    introspections + more[6],
                    Math.max(hashQueue, queue));
        }
    }

    private final LongAdder[] counters;
    private final PasswordHasher hasher;

    // Guarded by this.
    private final Minute[] ring = new Minute[MINUTES];
    private final long[] before;

    public Pulse(Tally tally, PasswordHasher hasher) {
        this.counters = new LongAdder[] {
            tally.loginsSucceeded,
            tally.loginsFailed,
            tally.loginsThrottled,
            tally.tokensIssued,
            tally.refreshes,
            tally.refreshesRefused,
            tally.introspections
        };
        this.hasher = hasher;
        this.before = new long[counters.length];
    }

    /// Counts what happened since the last look to the minute that it is now.
    public synchronized void look(Instant now) {
        long[] more = new long[counters.length];
        for (int i = 0; i < more.length; i++) {
            long sum = counters[i].sum();
            more[i] = sum - before[i];
            before[i] = sum;
        }
        Instant begin = now.truncatedTo(ChronoUnit.MINUTES);
        int place = place(begin);
        Minute there = ring[place];
        Minute current = there != null && there.begin.equals(begin) ? there : Minute.empty(begin);
        ring[place] = current.with(more, hasher.waiting());
    }

    /// The last hour, the oldest minute first; the last one is not over yet.
    public synchronized List<Minute> lastHour(Instant now) {
        look(now);
        Instant last = now.truncatedTo(ChronoUnit.MINUTES);
        List<Minute> hour = new ArrayList<>(MINUTES);
        for (int back = MINUTES - 1; back >= 0; back--) {
            Instant begin = last.minus(back, ChronoUnit.MINUTES);
            Minute there = ring[place(begin)];
            hour.add(there != null && there.begin.equals(begin) ? there : Minute.empty(begin));
        }
        return hour;
    }

    private static int place(Instant begin) {
        return Math.floorMod(begin.getEpochSecond() / 60, MINUTES);
    }
}
