package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.user.Subject;
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
/// A user who is called by several names, the user name and the address, has one count more, over all of them: guesses
/// are no cheaper by turns. Who guesses is not told of it: else a pause under one name would tell whose address it is.
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
    ///
    /// @param account  counts of the name, and of the user whom it means
    /// @param place    counts of where it comes from
    /// @param isLooked whether the password is looked at; if not, it is wrong, right or not
    record Admitted(List<Count> account, List<Count> place, boolean isLooked) implements Admission {

        private List<Count> all() {
            List<Count> all = new ArrayList<>(account);
            all.addAll(place);
            return all;
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
    /// @param name  what was typed as one, in its normal form
    /// @param user  whom it means; empty for nobody
    /// @param known whether that user has signed in from there before
    Admission admit(String name, Optional<Subject> user, Caller caller, boolean known) {
        return admit(name, user, caller.network(), caller.site(), known);
    }

    /// The same for an attempt in a browser that this user has signed in with before: it counts for itself.
    Admission admit(String name, Subject user, SecretHash device) {
        return admit(name, Optional.of(user), "device " + device.value(), Optional.empty(), true);
    }

    private synchronized Admission admit(
            String name, Optional<Subject> user, String network, Optional<String> site, boolean known) {
        long start = nanoTime.getAsLong();
        String where = known ? "known " + network + " " : "";
        while (true) {
            long now = nanoTime.getAsLong();
            // Looked up anew after each wait: one of before may be forgotten by now.
            Count typed = count(where + "name " + name, limits.accountFailures, now);
            Optional<Count> whole = user.map(each -> count(where + "user " + each, limits.accountFailures, now));
            List<Count> place = new ArrayList<>();
            place.add(count("network " + network, limits.addressFailures, now));
            site.ifPresent(
                    each -> place.add(count("site " + each, limits.addressFailures * Caller.NETWORKS_OF_A_SITE, now)));
            List<Count> all = new ArrayList<>(place);
            all.addFirst(typed);
            Count pausing = Collections.max(all, Comparator.comparingLong(count -> count.pauseLeft(now)));
            if (pausing.pauseLeft(now) > 0) return delayed(pausing, now);
            if (all.stream().allMatch(Count::hasRoom)) {
                boolean isLooked = whole.filter(count -> !count.isFree(now)).isEmpty();
                List<Count> account = whole.filter(_ -> isLooked)
                        .map(count -> List.of(typed, count))
                        .orElse(List.of(typed));
                Admitted admitted = new Admitted(account, List.copyOf(place), isLooked);
                admitted.all().forEach(this::begin);
                return admitted;
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
        for (Count count : admitted.all()) {
            fail(count, now);
            keep(count);
        }
    }

    /// The password was right. The network's count stays: else a guesser's own account would clear it.
    synchronized void succeeded(Admitted admitted) {
        long now = nanoTime.getAsLong();
        for (Count count : admitted.account) count.clear(now);
        settle(admitted);
    }

    /// Nobody looked at the password.
    synchronized void undecided(Admitted admitted) {
        settle(admitted);
    }

    synchronized int size() {
        return counts.size();
    }

    private void settle(Admitted admitted) {
        for (Count count : admitted.all()) {
            count.underWay--;
            if (count.isBlank()) counts.remove(count.key, count);
        }
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

    /// The count of that name. A new one is kept from the first guess on that is looked at: whoever is
    /// refused without a look costs nothing, and could drive all others out.
    private Count count(String key, int free, long now) {
        Count count = counts.get(key);
        if (count == null) return new Count(key, free, now);
        if (now - count.lastFailure > memory() && count.underWay == 0) count.failures = 0;
        return count;
    }

    private void begin(Count count) {
        count.underWay++;
        keep(count);
    }

    private void keep(Count count) {
        counts.putIfAbsent(count.key, count);
        if (counts.size() > MOST_COUNTS)
            counts.remove(counts.keySet().iterator().next());
    }

    private long memory() {
        return Math.max(SHORTEST_MEMORY, 2 * limits.longestDelay.toNanos());
    }

    /// What is known of one name or network. Guarded by the throttle that made it.
    static final class Count {
        private final String key;
        private final int free;
        private int failures;
        private int underWay;
        private long lastFailure;
        private long pauseEnd;
        private boolean announced;

        private Count(String key, int free, long now) {
            this.key = key;
            this.free = free;
            this.lastFailure = now;
            this.pauseEnd = now;
        }

        private long pauseLeft(long now) {
            return Math.max(0, pauseEnd - now);
        }

        private boolean isFree(long now) {
            return pauseLeft(now) == 0 && hasRoom();
        }

        private boolean isBlank() {
            return failures == 0 && underWay == 0;
        }

        private void clear(long now) {
            failures = 0;
            pauseEnd = now;
        }

        /// While failures are free, so many at once; after that one at a time.
        private boolean hasRoom() {
            return underWay == 0 || failures + underWay < free;
        }
    }
}
