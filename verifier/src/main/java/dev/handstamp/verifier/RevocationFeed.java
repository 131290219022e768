package dev.handstamp.verifier;

import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Hears from the issuer what was taken back, and refuses it: within a second, and without a question per request.
///
/// ```java
/// TokenVerifier verifier = TokenVerifier.builder()
///         .issuer("https://login.example")
///         .audience("https://api.example/orders")
///         .revocationFeed(secret, Silence.failClosed(Duration.ofSeconds(10)))
///         .build();
/// ```
///
/// One daemon thread reads `GET /revocations`: a snapshot, then each revocation as it happens, and a heartbeat every
/// second. Every event is signed by the issuer, says where the log stood before and after it, and when it was sent;
/// so the age of what is known here is itself known, and neither a relay nor a dead connection can hide anything:
/// what is changed, left out, repeated or held back ends the connection, and three silent seconds do. Then another
/// server is tried, or the same one again after a moment that grows to 8 seconds.
///
/// Knowledge that is older than the [Silence] chosen is treated as that says; there is no default. Before anything
/// is known, a token waits for it, at most 5 seconds after start and no longer than the policy's own time; after
/// that the policy decides at once, however short the silence: nothing known is older than any limit.
public final class RevocationFeed implements RevocationCheck {

    private static final System.Logger LOG = System.getLogger(RevocationFeed.class.getName());

    private static final Duration LONGEST_WAIT_AT_START = Duration.ofSeconds(5);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    private static final Duration REMARKABLE_SKEW = Duration.ofSeconds(30);
    private static final Duration NOTE_EVERY = Duration.ofSeconds(10);
    private static final Duration FORGET_EVERY = Duration.ofSeconds(30);

    /// An event older than this by our clock is a recording, or our clock is too wrong to check any token by.
    private static final Duration OLDEST_EVENT = Duration.ofMinutes(5);

    private final String issuer;
    private final Silence whenSilent;
    private final long limitNanos;
    private final Duration cutAfter;
    private final @Nullable Introspection introspection;
    private final JwkSetSource keys;
    private final boolean ownsKeys;
    private final InstantSource clock;
    private final Servers servers;
    private final FeedConnection connection;
    private final SecurityEventReader reader;
    private final @Nullable FeedCache cache;
    private final Follower follower = new Follower();
    private final CountDownLatch anythingKnown = new CountDownLatch(1);
    private final CountDownLatch everConnected = new CountDownLatch(1);
    private final AtomicBoolean silenceNoticed = new AtomicBoolean();
    private final AtomicLong reconnects = new AtomicLong();
    private final Deadline patienceAtStart;
    private final SecureRandom random = new SecureRandom();
    private final Thread thread;

    private volatile boolean closed;
    private volatile @Nullable Knowledge knowledge;
    private volatile @Nullable URI connectedTo;
    private volatile String problem = "not connected yet";
    private volatile Duration clockSkew = Duration.ZERO;

    // Only the background thread's.
    private int failures;
    private boolean snapshotWanted;
    private boolean cacheUnread;
    private boolean skewReported;
    private Deadline nextNote = Deadline.in(Duration.ZERO);
    private Deadline nextForgetting = Deadline.in(FORGET_EVERY);

    private RevocationFeed(Builder builder, Silence whenSilent) {
        Issuer trusted = Issuer.of(builder.issuer, Set.of());
        this.issuer = builder.issuer;
        this.whenSilent = whenSilent;
        this.limitNanos = whenSilent.after().toNanos();
        this.cutAfter = builder.cutAfter;
        this.introspection = whenSilent instanceof Silence.Introspect
                ? Introspection.of(builder.issuer, builder.audience, builder.secret)
                : null;
        this.ownsKeys = builder.keys == null;
        this.keys = builder.keys != null
                ? builder.keys
                : RemoteJwkSet.builder(builder.issuer).build();
        this.clock = builder.clock;
        this.servers = new Servers(trusted, builder.servers);
        this.connection = new FeedConnection(Introspection.basic(builder.audience, builder.secret));
        this.reader = new SecurityEventReader(builder.issuer, builder.audience, keys);
        this.cache = builder.cacheFile == null ? null : new FeedCache(builder.cacheFile);
        this.cacheUnread = cache != null;
        this.patienceAtStart = Deadline.in(shorter(whenSilent.after(), LONGEST_WAIT_AT_START));
        this.thread = new Thread(this::run, "handstamp-feed");
        thread.setDaemon(true);
    }

    /// Begins with what has to be said: [Builder#credentials] and [Builder#whenSilent].
    ///
    /// @param issuer the issuer identifier, exactly as it stands in `iss`; https, or http on loopback
    /// @return a builder
    public static Builder builder(String issuer) {
        return new Builder(issuer);
    }

    /// For a [TokenVerifier], which knows the rest.
    static Builder unbound(String secret, Silence whenSilent) {
        return new Builder("").credentials("", secret).whenSilent(whenSilent);
    }

    @Override
    public Verification check(String token, Verified verified, Instant now) {
        // Before the look-up: what was found is then at least as new as what its age is judged by.
        Knowledge held = knowledge != null ? knowledge : firstKnowledge();
        Rule.Kind kind = follower.known().refuses(verified.accessToken());
        if (kind != null) return new Rejected(Reason.REVOKED, kind.words());

        boolean fresh = held != null && !held.isOlderThan(limitNanos, System.nanoTime(), now.toEpochMilli());
        return fresh ? verified : inSilence(token, verified, now);
    }

    /// The same for a token that was seen before.
    Verification check(String token, Marks marks, Verified verified, Instant now) {
        Knowledge held = knowledge;
        if (held == null || follower.known().mayRefuse(marks)) return check(token, verified, now);
        boolean fresh = !held.isOlderThan(limitNanos, System.nanoTime(), now.toEpochMilli());
        return fresh ? verified : inSilence(token, verified, now);
    }

    /// Waits until the feed is read for the first time.
    ///
    /// @param patience how long at most
    /// @return whether it was, within that time
    /// @throws InterruptedException if this thread is interrupted while it waits
    public boolean awaitConnected(Duration patience) throws InterruptedException {
        return everConnected.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// {@return how well it is heard at this moment}
    public FeedStatus status() {
        Optional<Duration> age = age(clock.instant());
        URI server = connectedTo;
        RevokedSet known = follower.known();
        return new FeedStatus(
                age.isEmpty() || age.get().toNanos() > limitNanos,
                age.orElse(null),
                follower.position(),
                known.size(),
                known.bytes(),
                reconnects.get(),
                clockSkew,
                server,
                problem,
                age.isPresent() && everConnected.getCount() > 0);
    }

    @Override
    public String knowledge() {
        FeedStatus status = status();
        String age = status.age().map(known -> known.toMillis() + " ms old").orElse("unknown");
        String problem = status.problem()
                .map(why -> "; the feed is not connected: " + why)
                .orElse("");
        String stale = status.stale() ? "; too old, so " + whenSilent : "";
        return "revocations of " + issuer + " are " + age + ", at position " + status.position() + problem + stale;
    }

    /// Ends the background thread. What is known grows old from here on, and the policy follows.
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        connection.close();
        if (introspection != null) introspection.close();
        if (ownsKeys) keys.close();
    }

    @Override
    public String toString() {
        return "RevocationFeed[" + issuer + "]";
    }

    private Optional<Duration> age(Instant now) {
        Knowledge held = knowledge;
        return held == null ? Optional.empty() : Optional.of(held.age(System.nanoTime(), now.toEpochMilli()));
    }

    private @Nullable Knowledge firstKnowledge() {
        try {
            if (!patienceAtStart.isOver()) {
                anythingKnown.await(patienceAtStart.remaining().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return knowledge;
    }

    private Verification inSilence(String token, Verified verified, Instant now) {
        if (silenceNoticed.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "revocations of {0} have not been heard for {1}: {2}; {3}",
                    issuer,
                    age(now).map(Duration::toString).orElse("ever"),
                    whenSilent,
                    problem);
        }
        if (introspection != null) return introspection.check(token, verified, now);
        if (whenSilent instanceof Silence.Accept) return verified;
        return new Rejected(
                Reason.REVOCATIONS_UNKNOWN,
                "last heard " + age(now).map(age -> age.toMillis() + " ms ago").orElse("never"));
    }

    private void run() {
        try (connection;
                servers) {
            while (!closed) {
                try {
                    loadCache();
                    followOne();
                } catch (UnusableAnswerException e) {
                    lost(String.valueOf(e.getMessage()));
                } catch (RuntimeException | Error e) { // Whatever broke, this thread must go on.
                    lost(e.toString());
                    LOG.log(System.Logger.Level.ERROR, "the revocation feed of " + issuer + " broke", e);
                }
                if (!closed) pause();
            }
        } finally {
            closeCache();
        }
    }

    private void followOne() throws UnusableAnswerException {
        URI server = servers.current(Deadline.in(IssuerConnection.TIME_LIMIT));
        long from = snapshotWanted ? -1 : follower.position();
        String nonce = nonce();
        long begunAt = System.nanoTime();
        try (EventStream stream = connection.open(server, from, nonce)) {
            follower.restart();
            SecurityEvent hello = reader.read(stream.next(Deadline.in(cutAfter)));
            requireAnswer(hello, nonce);
            var arrivals = new Arrivals(cutAfter, hello.sentAt(), begunAt);
            String first = stream.next(Deadline.in(cutAfter));
            snapshotWanted = from >= 0; // Until we know that this server continues where we stand.
            hear(first, server, arrivals);
            snapshotWanted = false;
            while (!closed) {
                hear(stream.next(Deadline.in(cutAfter)), server, arrivals);
                renewCache();
            }
        }
    }

    /// A recording of another connection repeats another nonce, or none.
    private static void requireAnswer(SecurityEvent first, String nonce) throws UnusableAnswerException {
        boolean isOurs = first.content() instanceof SecurityEvent.Hello hello
                && hello.nonce().equals(nonce);
        if (!isOurs) {
            throw new UnusableAnswerException(
                    "a feed whose first event is not for this connection: a recording, or a server that is too old");
        }
    }

    private String nonce() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private void hear(String text, URI server, Arrivals arrivals) throws UnusableAnswerException {
        SecurityEvent event = reader.read(text);
        long millis = clock.millis();
        long nanoTime = System.nanoTime();
        if (millis - event.sentAt() > OLDEST_EVENT.toMillis()) {
            throw new UnusableAnswerException("an event that is " + Duration.ofMillis(millis - event.sentAt())
                    + " old by our clock: a recording, or the clock is wrong");
        }
        follower.take(event);
        keep(event, text);
        if (event.content() instanceof SecurityEvent.Snapshot) {
            arrivals.excuse(); // It may be long, and older than the connection: what follows it tells the time.
            return;
        }
        if (event.content() instanceof SecurityEvent.Keys announced) {
            keys.announced(announced.keys());
            return;
        }
        long sentAt = arrivals.sentAt(event.sentAt(), nanoTime);
        if (event.content() instanceof SecurityEvent.Heartbeat) measureSkew(Duration.ofMillis(event.sentAt() - millis));
        know(new Knowledge(sentAt, millis - (nanoTime - sentAt) / 1_000_000), server);
        forgetFromTimeToTime(event);
    }

    private void know(Knowledge newest, URI server) {
        knowledge = newest;
        if (connectedTo == null) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "revocations of {0} are heard from {1}, from position {2} on",
                    issuer,
                    server,
                    Long.toString(follower.position()));
        }
        failures = 0;
        connectedTo = server;
        if (silenceNoticed.get()) silenceNoticed.set(false);
        anythingKnown.countDown();
        everConnected.countDown();
    }

    private void lost(String why) {
        boolean wasConnected = connectedTo != null;
        connectedTo = null;
        problem = why;
        if (closed) return;
        if (wasConnected || failures == 0) {
            LOG.log(System.Logger.Level.WARNING, "revocations of {0} are not heard: {1}", issuer, why);
        }
        failures++;
        reconnects.incrementAndGet();
        servers.next();
    }

    private void pause() {
        try {
            Thread.sleep(pauseMillis(failures, servers.count(), ThreadLocalRandom.current()));
        } catch (InterruptedException closing) {
            // Only close() interrupts this thread, and says so before.
        }
    }

    /// Short at first, so that one lost connection does not show; with jitter, so that not all come back at once.
    static long pauseMillis(int failures, int servers, Random random) {
        int rounds = Math.max(0, failures - servers);
        long longest = Math.min(LONGEST_PAUSE.toMillis(), SHORTEST_PAUSE.toMillis() << Math.min(rounds, 10));
        return longest / 4 + random.nextInt((int) longest);
    }

    private void measureSkew(Duration skew) {
        clockSkew = skew;
        boolean remarkable = skew.abs().compareTo(REMARKABLE_SKEW) > 0;
        if (remarkable && !skewReported) {
            LOG.log(System.Logger.Level.WARNING, "the clock of {0} is ahead of ours by {1}", issuer, skew);
        }
        skewReported = remarkable;
    }

    private void forgetFromTimeToTime(SecurityEvent event) {
        if (!nextForgetting.isOver()) return;
        nextForgetting = Deadline.in(FORGET_EVERY);
        follower.forget(event.sentAt() / 1000);
    }

    private void loadCache() {
        if (cache == null || !cacheUnread) return;
        // Its events are checked as if they came just now, so that must wait for the keys.
        boolean anyKeys =
                !keys.current().keys().isEmpty() || !keys.lookFor("").keys().isEmpty();
        if (!anyKeys) return;
        cacheUnread = false;
        try {
            cache.load(this::recall);
        } catch (IOException | UnusableAnswerException e) {
            LOG.log(System.Logger.Level.WARNING, "the cached revocations of {0}: {1}", issuer, e.getMessage());
        }
        follower.restart();
        if (knowledge == null) return;
        anythingKnown.countDown();
        LOG.log(
                System.Logger.Level.INFO,
                "revocations of {0} are known from the cache, as they stood {1} ago",
                issuer,
                age(clock.instant()).orElseThrow());
    }

    private void recall(String text) throws UnusableAnswerException {
        SecurityEvent event = reader.read(text);
        if (!follower.take(event)) return;
        long millis = clock.millis();
        long age = Math.max(0, millis - event.sentAt());
        knowledge = new Knowledge(System.nanoTime() - age * 1_000_000, millis - age);
    }

    private void keep(SecurityEvent event, String text) {
        if (cache == null) return;
        try {
            if (event.content() instanceof SecurityEvent.Snapshot snapshot) {
                if (snapshot.part() == 1) cache.beginSnapshot();
                cache.append(text);
                if (snapshot.part() == snapshot.parts()) cache.endSnapshot();
            } else if (event.position() > event.previous()) {
                cache.append(text);
            } else if (event.content() instanceof SecurityEvent.Heartbeat && nextNote.isOver()) {
                nextNote = Deadline.in(NOTE_EVERY);
                cache.note(text);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "revocations of {0} are not cached: {1}", issuer, e.toString());
            closeCache();
        }
    }

    private void renewCache() throws UnusableAnswerException {
        if (cache == null || !cache.isWorthRenewing(follower.known().size())) return;
        snapshotWanted = true;
        throw new UnusableAnswerException("connecting anew for a snapshot that shortens the cache");
    }

    private void closeCache() {
        try {
            if (cache != null) cache.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the cache of revocations could not be closed: {0}", e.toString());
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /// Where to read the feed, one after the other. Only the background thread uses it.
    private static final class Servers implements AutoCloseable {

        private final Issuer issuer;
        private final List<URI> given;
        private final IssuerConnection connection = new IssuerConnection();
        private @Nullable URI found;
        private int turn;

        /// In an order of our own, so that not every verifier asks the same server first.
        Servers(Issuer issuer, List<URI> given) {
            this.issuer = issuer;
            this.given = new ArrayList<>(given);
            Collections.shuffle(this.given);
        }

        URI current(Deadline deadline) throws UnusableAnswerException {
            if (!given.isEmpty()) return given.get(turn % given.size());
            if (found == null) {
                found = issuer.endpoint(issuer.metadata(connection, deadline), "revocation_feed_endpoint");
            }
            return found;
        }

        void next() {
            turn = (turn + 1) % Math.max(1, given.size());
            found = null; // Looked up anew: it may have moved.
        }

        int count() {
            return Math.max(1, given.size());
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    /// What to hear, from where, and what to do in silence.
    public static final class Builder {

        private String issuer;
        private String audience = "";
        private String secret = "";
        private @Nullable Silence whenSilent;
        private List<URI> servers = List.of();
        private @Nullable Path cacheFile;
        private @Nullable JwkSetSource keys;
        private InstantSource clock = InstantSource.system();
        private Duration cutAfter = Duration.ofSeconds(3);

        private Builder(String issuer) {
            this.issuer = issuer;
        }

        /// By what the issuer knows this API: the same as for introspection. Required.
        ///
        /// @param audience the name of the API, as it stands in `aud`
        /// @param secret what the issuer knows it by
        /// @return this builder
        public Builder credentials(String audience, String secret) {
            this.audience = audience;
            this.secret = secret;
            return this;
        }

        /// What becomes of tokens when nothing is heard. Required: there is no default.
        ///
        /// @param policy one of the three
        /// @return this builder
        public Builder whenSilent(Silence policy) {
            this.whenSilent = policy;
            return this;
        }

        /// The addresses of the feed itself, in place of the one that the issuer's metadata names. When one
        /// is lost, the next is read.
        ///
        /// @param addresses such as `https://node1.login.example/revocations`; none for that of the
        ///     metadata
        /// @return this builder
        /// @throws IllegalArgumentException if one is not https (or http on loopback)
        public Builder servers(URI... addresses) {
            for (URI address : addresses) requireConfidential(address);
            this.servers = List.of(addresses);
            return this;
        }

        /// Keeps the signed events in this file, for the next start. No file by default.
        ///
        /// @param file for one process alone; it need not be there yet, its folder must
        /// @return this builder
        public Builder cacheFile(Path file) {
            this.cacheFile = file;
            return this;
        }

        /// The keys that events are checked with; what the issuer publishes by default.
        ///
        /// @param source to be closed by the caller
        /// @return this builder
        public Builder keys(JwkSetSource source) {
            this.keys = source;
            return this;
        }

        /// What time it is; the system's clock by default.
        ///
        /// @param clock that of the [TokenVerifier] which asks the feed
        /// @return this builder
        public Builder clock(InstantSource clock) {
            this.clock = clock;
            return this;
        }

        /// How long a connection may be silent before it is cut; 3 seconds by default. Heartbeats come
        /// every second.
        ///
        /// @param silence 2 to 60 seconds
        /// @return this builder
        /// @throws IllegalArgumentException if it is out of bounds
        public Builder cutAfter(Duration silence) {
            if (silence.compareTo(Duration.ofSeconds(2)) < 0 || silence.compareTo(Duration.ofSeconds(60)) > 0) {
                throw new IllegalArgumentException("cutAfter must be 2 to 60 seconds");
            }
            this.cutAfter = silence;
            return this;
        }

        /// Begins to read, in the background.
        ///
        /// @return the feed, to be closed when the API ends
        /// @throws IllegalArgumentException naming what is missing or wrong
        public RevocationFeed start() {
            if (audience.isEmpty() || secret.isEmpty()) {
                throw new IllegalArgumentException("the feed needs the API's name and secret: credentials");
            }
            if (whenSilent == null) {
                throw new IllegalArgumentException("say what happens when the feed is silent, with whenSilent:"
                        + " failClosed, introspect or accept");
            }
            var feed = new RevocationFeed(this, whenSilent);
            feed.thread.start();
            return feed;
        }

        Builder issuer(String identifier) {
            this.issuer = identifier;
            return this;
        }

        Builder audience(String name) {
            this.audience = name;
            return this;
        }

        private static void requireConfidential(URI address) {
            if (Origin.of(address).filter(Origin::isConfidential).isEmpty()) {
                throw new IllegalArgumentException("must be https, or http on loopback: " + address);
            }
        }
    }
}
