package dev.handstamp.verifier;

import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.VerificationKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The keys that an issuer publishes, fetched and kept fresh in the background.
///
/// - The address comes from the issuer's metadata (RFC 8414, or OpenID Connect Discovery), whose `issuer` must be
///   identical to the one asked for. Everything is fetched over https (http only from loopback), from the
///   issuer's own origin, without redirects, within 5 seconds and 512 KiB.
/// - One daemon thread fetches, so there is never more than one fetch. It begins with the first token, or at
///   start, and ends with [#close()].
/// - Whoever asks for a known key never waits. An unknown one is looked for once; callers wait for that at most 2
///   seconds (5 while there are no keys at all). If it was not brought, nobody's unknown key causes a fetch for
///   30 seconds.
/// - The set is renewed every 5 minutes, give or take a tenth; and as soon as a published key is first seen to
///   sign, because then the issuer has changed keys and announced another.
/// - While the issuer is down or answers nonsense, the last good set stays in use for 24 hours after it was
///   fetched.
/// - With [Builder#cacheFile] the last good set also outlives this process.
/// - Another key under a known `kid` is an alarm in the log (RFC 7517 §4.5 wants them distinct): that set is
///   refused.
public final class RemoteJwkSet implements JwkSetSource {

    private static final System.Logger LOG = System.getLogger(RemoteJwkSet.class.getName());
    private static final JwkSet NONE = JwkSet.of(List.of());

    private static final Duration PATIENCE_FOR_ONE_KEY = Duration.ofSeconds(2);
    private static final Duration RETRY_WITH_KEYS = Duration.ofSeconds(30);

    private final KeyPublication publication;
    private final Duration refreshInterval;
    private final Duration maximumAge;
    private final Duration coolDown;
    private final LongSupplier ticks;
    private final @Nullable KeyCache cache;

    private volatile JwkSet current = NONE;
    private volatile String problem = "not fetched yet";

    /// Keys that valid tokens were signed with, so that a new one stands out.
    private final Set<String> signing = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Only the background thread's.
    private List<String> lastIgnored = List.of();

    // Guarded by the lock.
    private @Nullable Flight flight;
    private @Nullable Thread thread;
    private JwkSet lastGood = NONE;
    private boolean closed;
    private boolean anySigned;
    private boolean refreshAfterFlight;
    private boolean isOvertaken;
    private boolean isFromCache;
    private int failures;
    private long fetchedAt;
    private long nextRefresh;
    private long coolUntil;

    private RemoteJwkSet(Builder builder) {
        Issuer issuer = Issuer.of(builder.issuer, builder.trustedOrigins);
        this.publication = new KeyPublication(issuer, builder.jwksUri);
        this.refreshInterval = builder.refreshInterval;
        this.maximumAge = builder.maximumAge;
        this.coolDown = builder.coolDown;
        this.ticks = builder.ticks;
        this.coolUntil = ticks.getAsLong();
        this.cache = builder.cacheFile == null
                ? null
                : new KeyCache(builder.cacheFile, issuer.identifier(), InstantSource.system());
        if (cache != null) begin(cache);
    }

    /// Begins with the defaults that stand above.
    ///
    /// @param issuer the issuer identifier, exactly as it stands in `iss`; https, or http on loopback
    /// @return a builder
    public static Builder builder(String issuer) {
        return new Builder(issuer);
    }

    @Override
    public JwkSet current() {
        return current;
    }

    @Override
    public JwkSet lookFor(String keyId) {
        Duration patience = current == NONE ? IssuerConnection.TIME_LIMIT : PATIENCE_FOR_ONE_KEY;
        Deadline deadline = Deadline.in(patience);
        // Twice, because the first flight may have left before the key was published.
        for (int attempt = 0; attempt < 2; attempt++) {
            Flight boarded = board(keyId);
            if (boarded == null || !boarded.landsBefore(deadline)) break;
            if (boarded.isFor(keyId)) break;
        }
        return current;
    }

    @Override
    public void used(String keyId) {
        if (!signing.contains(keyId)) noteFirstUse(keyId);
    }

    @Override
    public void announced(JwkSet keys) {
        for (VerificationKey key : keys.keys()) {
            if (!(key instanceof Jwk)) throw new IllegalArgumentException("an issuer announces public keys only");
        }
        if (keys.keys().isEmpty()) return;
        lock.lock();
        try {
            if (closed) return;
            refuseChangedKeys(keys);
            take(keys);
            // The flight under way may have read the set before the issuer changed it.
            isOvertaken = flight != null;
            refreshAfterFlight = isOvertaken;
            startThread();
            changed.signalAll();
        } catch (UnusableAnswerException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "keys announced by {0} are not used: {1}",
                    publication.issuer().identifier(),
                    e.getMessage());
            return;
        } finally {
            lock.unlock();
        }
        if (cache != null) cache.save(current);
    }

    @Override
    public String knowledge() {
        lock.lock();
        try {
            if (current == NONE) return "no keys of " + publication.issuer().identifier() + ": " + problem;
            Duration age = Duration.ofNanos(ticks.getAsLong() - fetchedAt);
            String known = current.keys().size() + " keys of "
                    + publication.issuer().identifier() + ", " + age.toSeconds() + " s old";
            if (isFromCache) known += ", from the cache file";
            return failures == 0 ? known : known + "; they cannot be renewed: " + problem;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> problem() {
        return current == NONE ? Optional.of(problem) : Optional.empty();
    }

    /// Ends the background thread and forgets the keys.
    @Override
    public void close() {
        Thread running;
        lock.lock();
        try {
            closed = true;
            current = NONE;
            problem = "closed";
            running = thread;
            if (flight != null) flight.land(); // Nobody is left waiting for what will not come.
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (running != null) running.interrupt();
        if (running == null) publication.close();
    }

    /// Begins with the keys of the last run, and renews them at once in the background.
    private void begin(KeyCache kept) {
        lock.lock();
        try {
            Optional<KeyCache.Kept> found = kept.load(maximumAge);
            if (found.isEmpty()) return;
            lastGood = found.get().keys();
            current = lastGood;
            fetchedAt = ticks.getAsLong() - found.get().age().toNanos();
            nextRefresh = ticks.getAsLong();
            isFromCache = true;
            problem = "not renewed yet";
            startThread();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the first set.
    ///
    /// @throws KeysUnavailableException if it cannot be had now
    void load() {
        Flight boarded = board("");
        boolean landed =
                boarded == null || boarded.landsBefore(Deadline.in(IssuerConnection.TIME_LIMIT.plusSeconds(1)));
        if (!landed || current == NONE) {
            throw new KeysUnavailableException(
                    "no keys of " + publication.issuer().identifier() + ": " + problem);
        }
    }

    /// Answers the flight that may bring the key; null when there is nothing to wait for.
    private @Nullable Flight board(String keyId) {
        lock.lock();
        try {
            if (closed || current.find(keyId).isPresent()) return null;
            if (flight != null) return flight;
            if (ticks.getAsLong() - coolUntil < 0) return null;
            return ask(keyId);
        } finally {
            lock.unlock();
        }
    }

    private void noteFirstUse(String keyId) {
        lock.lock();
        try {
            boolean isAnother = signing.add(keyId) && anySigned;
            anySigned = true;
            if (!isAnother || closed) return;
            if (flight == null) {
                ask("");
            } else {
                refreshAfterFlight = true; // The one under way may have read the set before the issuer changed keys.
            }
        } finally {
            lock.unlock();
        }
    }

    private Flight ask(String keyId) {
        var asked = new Flight(keyId);
        flight = asked;
        startThread();
        changed.signalAll();
        return asked;
    }

    private void startThread() {
        if (thread != null) return;
        thread = new Thread(this::run, "handstamp-keys");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            Flight next = next();
            while (next != null) {
                fly(next);
                next = next();
            }
        } finally {
            publication.close();
        }
    }

    /// Waits until somebody asks or the set is due; null when all is over.
    private @Nullable Flight next() {
        lock.lock();
        try {
            while (!closed) {
                dropIfTooOld();
                if (flight == null && nextRefresh - ticks.getAsLong() <= 0) flight = new Flight("");
                if (flight != null) return flight;
                long untilTooOld =
                        current == NONE ? Long.MAX_VALUE : fetchedAt + maximumAge.toNanos() - ticks.getAsLong();
                changed.awaitNanos(Math.min(untilTooOld, nextRefresh - ticks.getAsLong()));
            }
        } catch (InterruptedException closing) {
            // Only close() interrupts this thread.
        } finally {
            lock.unlock();
        }
        return null;
    }

    private void fly(Flight flown) {
        try {
            JwkSet fetched = publication.fetch(Deadline.in(IssuerConnection.TIME_LIMIT));
            land(flown, fetched);
        } catch (UnusableAnswerException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) { // Whatever broke, this thread must go on.
            fail(e.toString());
            LOG.log(
                    System.Logger.Level.ERROR,
                    "fetching the keys of " + publication.issuer().identifier() + " broke",
                    e);
        } finally {
            flown.land();
        }
    }

    private void land(Flight flown, JwkSet fetched) throws UnusableAnswerException {
        boolean isBack;
        lock.lock();
        try {
            if (closed) return;
            refuseChangedKeys(fetched);
            isBack = failures > 0;
            if (!isOvertaken) take(fetched);
            if (refreshAfterFlight) nextRefresh = ticks.getAsLong();
            refreshAfterFlight = false;
            isOvertaken = false;
            if (!flown.isSatisfiedBy(current)) coolUntil = ticks.getAsLong() + coolDown.toNanos();
            flight = null;
        } finally {
            lock.unlock();
        }
        if (isBack)
            LOG.log(
                    System.Logger.Level.INFO,
                    "the keys of {0} are back",
                    publication.issuer().identifier());
        report(fetched.ignored());
        if (cache != null) cache.save(current);
    }

    private void take(JwkSet keys) {
        long now = ticks.getAsLong();
        failures = 0;
        isFromCache = false;
        fetchedAt = now;
        // What is remembered of a set (SeenTokens, known headers) stays good as long as it is the same object.
        JwkSet taken = isSame(lastGood, keys) ? lastGood : keys;
        lastGood = taken;
        current = taken;
        signing.retainAll(keyIds(keys));
        nextRefresh = now + jittered(refreshInterval);
    }

    private void fail(String why) {
        int inUse;
        lock.lock();
        try {
            if (closed) return;
            problem = why;
            inUse = current.keys().size();
            // Without keys every token is refused, so try again soon: after 1, 2, 4 … seconds.
            Duration pause = inUse == 0 ? Duration.ofSeconds(1L << Math.min(failures, 5)) : RETRY_WITH_KEYS;
            pause = min(pause, min(RETRY_WITH_KEYS, refreshInterval));
            long now = ticks.getAsLong();
            failures++;
            nextRefresh = now + jittered(pause);
            coolUntil = now + min(inUse == 0 ? pause : coolDown, coolDown).toNanos();
            refreshAfterFlight = false;
            isOvertaken = false;
            flight = null;
        } finally {
            lock.unlock();
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "the keys of {0} cannot be renewed: {1}; {2} known keys stay in use",
                publication.issuer().identifier(),
                why,
                inUse);
    }

    private void dropIfTooOld() {
        if (current == NONE || ticks.getAsLong() - fetchedAt < maximumAge.toNanos()) return;
        current = NONE;
        String since = problem;
        problem = "the last good set is older than " + maximumAge + "; since then: " + since;
        LOG.log(
                System.Logger.Level.ERROR,
                "the keys of {0} are too old to be used",
                publication.issuer().identifier());
    }

    private void refuseChangedKeys(JwkSet fetched) throws UnusableAnswerException {
        for (VerificationKey key : fetched.keys()) {
            Optional<VerificationKey> known = lastGood.find(key.keyId());
            if (known.isPresent() && !isSame(known.get(), key)) {
                throw new UnusableAnswerException(
                        "ALARM: another key was published under the kid " + Text.plain(key.keyId()));
            }
        }
    }

    private void report(List<String> ignored) {
        if (!ignored.isEmpty() && !ignored.equals(lastIgnored)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "keys of {0} that are not used: {1}",
                    publication.issuer().identifier(),
                    ignored);
        }
        lastIgnored = ignored;
    }

    private static boolean isSame(JwkSet known, JwkSet keys) {
        return known.keys().size() == keys.keys().size()
                && known.keys().stream()
                        .allMatch(key -> keys.find(key.keyId())
                                .filter(other -> isSame(key, other))
                                .isPresent());
    }

    private static boolean isSame(VerificationKey known, VerificationKey key) {
        return known.algorithm() == key.algorithm()
                && known instanceof Jwk one
                && key instanceof Jwk other
                && one.thumbprint().equals(other.thumbprint());
    }

    private static Set<String> keyIds(JwkSet set) {
        Set<String> ids = new HashSet<>();
        for (VerificationKey key : set.keys()) ids.add(key.keyId());
        return ids;
    }

    private static long jittered(Duration pause) {
        long nanos = pause.toNanos();
        return nanos - nanos / 10 + ThreadLocalRandom.current().nextLong(nanos / 5 + 1);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /// How to fetch and how long to keep.
    public static final class Builder {

        private final String issuer;
        private final Set<Origin> trustedOrigins = new HashSet<>();
        private @Nullable URI jwksUri;
        private Duration refreshInterval = Duration.ofMinutes(5);
        private Duration maximumAge = Duration.ofHours(24);
        private Duration coolDown = Duration.ofSeconds(30);
        private @Nullable Path cacheFile;
        private boolean loadAtStart;
        private LongSupplier ticks = System::nanoTime;

        private Builder(String issuer) {
            this.issuer = issuer;
        }

        /// Where the key set stands, in place of what the metadata says. It may be on another origin.
        ///
        /// @param address in full, such as `https://keys.example/jwks`
        /// @return this builder
        /// @throws IllegalArgumentException if it is not https (or http on loopback)
        public Builder jwksUri(URI address) {
            requireConfidential(address);
            this.jwksUri = address;
            return this;
        }

        /// Another origin that the metadata may point to. May be called several times.
        ///
        /// @param origin such as `https://keys.example`
        /// @return this builder
        /// @throws IllegalArgumentException if it is not https (or http on loopback)
        public Builder trustOrigin(URI origin) {
            trustedOrigins.add(requireConfidential(origin));
            return this;
        }

        /// How often the set is renewed; every 5 minutes by default.
        ///
        /// @param interval 1 second to 1 day
        /// @return this builder
        /// @throws IllegalArgumentException if it is out of bounds
        public Builder refreshInterval(Duration interval) {
            this.refreshInterval =
                    requireBetween("refreshInterval", interval, Duration.ofSeconds(1), Duration.ofDays(1));
            return this;
        }

        /// How long a set stays in use when it cannot be renewed; 24 hours by default.
        ///
        /// @param age 1 second to 30 days
        /// @return this builder
        /// @throws IllegalArgumentException if it is out of bounds
        public Builder maximumAge(Duration age) {
            this.maximumAge = requireBetween("maximumAge", age, Duration.ofSeconds(1), Duration.ofDays(30));
            return this;
        }

        /// How long no unknown key causes a fetch after one that was in vain; 30 seconds by default.
        ///
        /// @param pause 1 second to 1 hour
        /// @return this builder
        /// @throws IllegalArgumentException if it is out of bounds
        public Builder coolDown(Duration pause) {
            this.coolDown = requireBetween("coolDown", pause, Duration.ofSeconds(1), Duration.ofHours(1));
            return this;
        }

        /// Keeps the last good set in this file, so that a restart while the issuer is down changes nothing
        /// for known keys. No file by default.
        ///
        /// What is read from it is held to the rules of a fetched set; it must be of this issuer and not
        /// older than [#maximumAge]. Whoever can write the file can choose the keys that are trusted: it is
        /// made for its owner only, and left aside, with a warning, when others have access to it.
        ///
        /// @param file for one process at a time; it need not be there yet
        /// @return this builder
        public Builder cacheFile(Path file) {
            this.cacheFile = file;
            return this;
        }

        /// Fetches within [#build()], which then fails if it cannot.
        ///
        /// @return this builder
        public Builder loadAtStart() {
            this.loadAtStart = true;
            return this;
        }

        /// What ages are measured by, in nanoseconds.
        Builder ticks(LongSupplier ticks) {
            this.ticks = ticks;
            return this;
        }

        /// Makes the source; nothing is fetched unless [#loadAtStart()] was called.
        ///
        /// @return the source, to be closed when nobody needs keys any more
        /// @throws IllegalArgumentException if the issuer is not https (or http on loopback)
        /// @throws KeysUnavailableException if the keys were to be loaded and could not be
        public RemoteJwkSet build() {
            var keys = new RemoteJwkSet(this);
            if (!loadAtStart) return keys;
            try {
                keys.load();
                return keys;
            } catch (KeysUnavailableException e) {
                keys.close();
                throw e;
            }
        }

        private static Origin requireConfidential(URI address) {
            return Origin.of(address)
                    .filter(Origin::isConfidential)
                    .orElseThrow(() -> new IllegalArgumentException("must be https, or http on loopback: " + address));
        }

        private static Duration requireBetween(String name, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(name + " must be " + least + " to " + most);
            }
            return value;
        }
    }
}
