package dev.handstamp.verifier;

import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.lang.ref.WeakReference;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Remembers tokens that were found good, so that the next request with the same one costs a look-up and what
/// changes with time, not the signature.
///
/// A token stays at most as long as it would be accepted, and only under the very key set that it was checked with:
/// when its issuer publishes another, all tokens of the former set are forgotten. A token that was refused is never
/// in here, and one that is refused later leaves. Nobody is asked to wait, and nothing is locked.
///
/// Places are found by a hash of the first characters of the signature, which nobody but the issuer can choose.
/// The hash is multilinear with random multipliers: whatever texts an attacker sends, two of them meet with a
/// probability of 2^-32, and there is nothing to learn of the multipliers. Then the whole text is compared. Time
/// that depends on it tells nothing, because who gets as far has the token's signature already.
final class SeenTokens {

    static final int DEFAULT_ENTRIES = 4096;
    static final int DEFAULT_BYTES = 16 << 20;

    /// Longer tokens are checked in full each time.
    private static final int LONGEST = 8192;

    /// A place may be any of so many, side by side.
    private static final int WAYS = 4;

    private static final int HASHED_CHARACTERS = 32;
    private static final Executor LATER = CompletableFuture.delayedExecutor(10, TimeUnit.SECONDS);

    private final AtomicReferenceArray<@Nullable Seen> places;
    private final long maximumBytes;
    private final InstantSource clock;
    private final long[] multipliers = multipliers();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger hand = new AtomicInteger();
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private volatile boolean closed;

    /// @param maximumEntries rounded down to a power of two
    /// @param maximumBytes of heap, by the estimate of [Seen#bytes()]
    SeenTokens(int maximumEntries, long maximumBytes, InstantSource clock) {
        this.places = new AtomicReferenceArray<>(Math.max(WAYS, Integer.highestOneBit(maximumEntries)));
        this.maximumBytes = maximumBytes;
        this.clock = clock;
    }

    /// A token that was found good, by whom, and with which keys.
    static final class Seen {
        private final String token;
        private final int hash;
        private final Verified verified;
        private final TokenPolicy policy;
        private final JwkSetSource source;
        private final JwkSet keys;
        private final Marks marks;

        private Seen(String token, int hash, Verified verified, TokenPolicy policy, JwkSetSource source, JwkSet keys) {
            this.token = token;
            this.hash = hash;
            this.verified = verified;
            this.policy = policy;
            this.source = source;
            this.keys = keys;
            this.marks = Marks.of(verified.accessToken());
        }

        Marks marks() {
            return marks;
        }

        Verified verified() {
            return verified;
        }

        /// Tells whether the keys are still those that the token was checked with.
        boolean isOfCurrentKeys() {
            return source.current() == keys;
        }

        /// What the full check would answer now; the keys being the same, only time can have changed it.
        Verification checkAgain(Instant now) {
            return policy.checkAgain(verified, now);
        }

        JwkSetSource source() {
            return source;
        }

        /// A generous estimate: the text, and its claims as Java objects.
        private long bytes() {
            return 1024 + 4L * token.length();
        }

        private boolean isOver(Instant now) {
            return !isOfCurrentKeys() || !(checkAgain(now) instanceof Verified);
        }
    }

    /// What was found before about exactly this text; null when nothing was, or the keys have changed since.
    @Nullable
    Seen find(String token) {
        if (token.length() > LONGEST) return null;
        int hash = hash(token);
        int first = first(hash);
        for (int i = first; i < first + WAYS; i++) {
            Seen seen = places.get(i);
            if (seen != null && seen.hash == hash && seen.token.equals(token)) {
                if (seen.isOfCurrentKeys()) return seen;
                forgetAll(seen.keys);
                return null;
            }
        }
        return null;
    }

    /// Remembers a token that the full check has just found good, with these keys.
    void remember(String token, Verified verified, TokenPolicy policy, JwkSetSource source, JwkSet keys) {
        if (token.length() > LONGEST || closed) return;
        var seen = new Seen(token, hash(token), verified, policy, source, keys);
        if (!makeRoom(seen.bytes())) return;

        Seen replaced = places.getAndSet(placeFor(seen), seen);
        if (replaced != null) bytes.addAndGet(-replaced.bytes());
        if (closed) clear(); // Closed meanwhile: nothing may stay behind.
        sweepSoon();
    }

    void forget(Seen seen) {
        int first = first(seen.hash);
        for (int i = first; i < first + WAYS; i++) {
            Seen found = places.get(i);
            if (found != null && found.token.equals(seen.token)) take(i, found);
        }
    }

    /// Forgets everything, for good.
    void close() {
        closed = true;
        clear();
    }

    /// Forgets what is over: tokens that would be refused by now, and those of keys that are gone.
    void sweep() {
        Instant now = clock.instant();
        for (int i = 0; i < places.length(); i++) {
            Seen seen = places.get(i);
            if (seen != null && seen.isOver(now)) take(i, seen);
        }
    }

    int size() {
        int size = 0;
        for (int i = 0; i < places.length(); i++) size += places.get(i) == null ? 0 : 1;
        return size;
    }

    long bytes() {
        return bytes.get();
    }

    private void clear() {
        for (int i = 0; i < places.length(); i++) {
            Seen seen = places.get(i);
            if (seen != null) take(i, seen);
        }
    }

    private void forgetAll(JwkSet gone) {
        for (int i = 0; i < places.length(); i++) {
            Seen seen = places.get(i);
            if (seen != null && seen.keys == gone) take(i, seen);
        }
    }

    private void take(int place, Seen expected) {
        if (places.compareAndSet(place, expected, null)) bytes.addAndGet(-expected.bytes());
    }

    /// The place of the same token, else a free one, else that of the token which ends first.
    private int placeFor(Seen seen) {
        int first = first(seen.hash);
        int best = first;
        Instant bestEnd = Instant.MAX;
        for (int i = first; i < first + WAYS; i++) {
            Seen found = places.get(i);
            if (found != null && found.token.equals(seen.token)) return i;
            Instant end =
                    found == null ? Instant.MIN : found.verified.accessToken().expiresAt();
            if (end.isBefore(bestEnd)) {
                best = i;
                bestEnd = end;
            }
        }
        return best;
    }

    /// Reserves the bytes, for which others may have to go: whoever is under the hand that moves on.
    private boolean makeRoom(long needed) {
        long reserved = bytes.addAndGet(needed);
        for (int i = 0; reserved > maximumBytes && i < 2 * places.length(); i++) {
            int place = hand.getAndIncrement() & (places.length() - 1);
            Seen seen = places.get(place);
            if (seen != null) take(place, seen);
            reserved = bytes.get();
        }
        if (reserved > maximumBytes) bytes.addAndGet(-needed);
        return reserved <= maximumBytes;
    }

    /// Sweeps every 10 seconds while there is anything to sweep. A verifier that nobody closed can be collected.
    private void sweepSoon() {
        if (!sweeping.compareAndSet(false, true)) return;
        var reference = new WeakReference<>(this);
        LATER.execute(() -> {
            SeenTokens seen = reference.get();
            if (seen != null) seen.sweepAgain();
        });
    }

    private void sweepAgain() {
        sweep();
        sweeping.set(false);
        if (bytes.get() > 0) sweepSoon();
    }

    private int first(int hash) {
        return (hash & (places.length() / WAYS - 1)) * WAYS;
    }

    /// Lemire and Kaser, "Strongly universal string hashing is fast" (2014), over two characters at a time.
    private int hash(String token) {
        int start = token.indexOf('.', token.indexOf('.') + 1) + 1;
        int end = Math.min(token.length() - 1, start + HASHED_CHARACTERS);
        long sum = multipliers[HASHED_CHARACTERS / 2];
        int word = 0;
        for (int i = start; i < end; i += 2) {
            sum += multipliers[word++] * ((long) token.charAt(i) << 16 | token.charAt(i + 1));
        }
        return (int) (sum >>> 32);
    }

    private static long[] multipliers() {
        return new SecureRandom().longs(HASHED_CHARACTERS / 2 + 1).toArray();
    }
}
