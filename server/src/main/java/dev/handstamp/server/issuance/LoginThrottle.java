package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.SecretHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Slows down the guessing of passwords, by name and by network, without locking anybody out for good.
///
/// The first failures are free; from then on each adds a pause that doubles up to a longest one. A guess under way
/// counts as a failure until it is known to be none, so that guesses side by side are no cheaper than one after the
/// other. An attempt that comes during a pause is refused, is not looked at and changes nothing: whoever hammers does
/// not make the pause longer.
///
/// A name has one count for the networks that its user has signed in from, each by itself, and another for all the
/// rest. So a stranger's failures do not slow down the user at home. The networks of an IPv6 site count together as
/// well.
///
/// Kept in memory, bounded, and measured on a clock that is never set.
public final class LoginThrottle {

    /// What is free and what the pauses are.
    ///
    /// @param accountFailures how many failures for one name are free
    /// @param addressFailures how many failures from one network are free
    /// @param firstDelay      the first pause
    /// @param longestDelay    the longest pause
    public record Limits(int accountFailures, int addressFailures, Duration firstDelay, Duration longestDelay) {}

    /// Whether an attempt may be looked at.
    sealed interface Admission {}

    /// To be settled by [#failed], [#succeeded] or [#undecided].
    record Admitted(List<Count> counts) implements Admission {

        private Count account() {
            return counts.getFirst();
        }
    }

    /// @param announce whether this is the first attempt that this pause refuses
    record Delayed(Duration retryAfter, boolean announce) implements Admission {}

    /// Too many attempts of this kind are under way.
    record Crowded() implements Admission {}

    private static final int MOST_COUNTS = 20_000;
    private static final int MOST_WAITING = 256;
    private static final long LOOK_AGAIN = 100; // milliseconds
    private static final long LONGEST_WAIT = Duration.ofSeconds(5).toNanos();
    private static final long SHORTEST_MEMORY = Duration.ofMinutes(15).toNanos();

    private final Limits limits;
    private final LongSupplier nanoTime;
    private final Map<String, Count> counts = new LinkedHashMap<>(64, 0.75f, true);
    private int waiting;

    /// @param nanoTime a clock that is never set, such as `System::nanoTime`
    public LoginThrottle(Limits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /// Waits for guesses under way where they decide, then answers.
    ///
    /// @param name  the user name in its normal form, or what was sent as one
    /// @param known whether the user of this name has signed in from there before
    Admission admit(String name, Caller caller, boolean known) {
        return admit(name, caller.network(), caller.site(), known);
    }

    /// The same for an attempt in a browser that the user of this name has signed in with before: it counts for itself.
    Admission admit(String name, SecretHash device) {
        return admit(name, "device " + device.value(), Optional.empty(), true);
    }

    private synchronized Admission admit(String name, String network, Optional<String> site, boolean known) {
        long start = nanoTime.getAsLong();
        List<Count> all = new ArrayList<>();
        all.add(count(known ? "known " + network + " " + name : "name " + name, limits.accountFailures, start));
        all.add(count("network " + network, limits.addressFailures, start));
        site.ifPresent(
                each -> all.add(count("site " + each, limits.addressFailures * Caller.NETWORKS_OF_A_SITE, start)));
        while (true) {
            long now = nanoTime.getAsLong();
            Count pausing = Collections.max(all, Comparator.comparingLong(count -> count.pauseLeft(now)));
            if (pausing.pauseLeft(now) > 0) return delayed(pausing, now);
            if (all.stream().allMatch(Count::hasRoom)) {
                for (Count count : all) count.underWay++;
                return new Admitted(List.copyOf(all));
            }
            if (now - start >= LONGEST_WAIT || waiting >= MOST_WAITING) return new Crowded();
            waiting++;
            try {
                wait(LOOK_AGAIN);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return new Crowded();
            } finally {
                waiting--;
            }
        }
    }

    /// The guess was wrong.
    synchronized void failed(Admitted admitted) {
        long now = nanoTime.getAsLong();
        settle(admitted);
        for (Count count : admitted.counts) fail(count, now);
    }

    /// The password was right. The network's count stays: else a guesser's own account would clear it.
    synchronized void succeeded(Admitted admitted) {
        settle(admitted);
        admitted.account().failures = 0;
        admitted.account().pauseEnd = nanoTime.getAsLong();
    }

    /// Nobody looked at the password.
    synchronized void undecided(Admitted admitted) {
        settle(admitted);
    }

    synchronized int size() {
        return counts.size();
    }

    private void settle(Admitted admitted) {
        for (Count count : admitted.counts) count.underWay--;
        notifyAll();
    }

    private void fail(Count count, long now) {
        count.failures++;
        count.lastFailure = now;
        count.announced = false;
        int beyond = count.failures - count.free;
        if (beyond >= 0) count.pauseEnd = now + delay(beyond).toNanos();
    }

    private Duration delay(int doublings) {
        if (doublings >= 30) return limits.longestDelay;
        Duration delay = limits.firstDelay.multipliedBy(1L << doublings);
        return delay.compareTo(limits.longestDelay) < 0 ? delay : limits.longestDelay;
    }

    private Delayed delayed(Count count, long now) {
        boolean announce = !count.announced;
        count.announced = true;
        return new Delayed(Duration.ofNanos(count.pauseLeft(now)), announce);
    }

    private Count count(String key, int free, long now) {
        Count count = counts.computeIfAbsent(key, _ -> new Count(free, now));
        if (now - count.lastFailure > memory() && count.underWay == 0) count.failures = 0;
        if (counts.size() > MOST_COUNTS)
            counts.remove(counts.keySet().iterator().next());
        return count;
    }

    private long memory() {
        return Math.max(SHORTEST_MEMORY, 2 * limits.longestDelay.toNanos());
    }

    /// What is known of one name or network. Guarded by the throttle that made it.
    static final class Count {
        private final int free;
        private int failures;
        private int underWay;
        private long lastFailure;
        private long pauseEnd;
        private boolean announced;

        private Count(int free, long now) {
            this.free = free;
            this.lastFailure = now;
            this.pauseEnd = now;
        }

        private long pauseLeft(long now) {
            return Math.max(0, pauseEnd - now);
        }

        /// While failures are free, so many at once; after that one at a time.
        private boolean hasRoom() {
            return underWay == 0 || failures + underWay < free;
        }
    }
}
