package dev.handstamp.server.protocol.revocation;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.issuance.Tally;
import dev.handstamp.server.live.ConnectedVerifier;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.log.Log;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Tells every connected API what was taken back, as soon as this node knows.
///
/// One platform thread does it all: it signs each event once for an API and hands the bytes to that API's connections,
/// which take them without a thread of their own. Whatever happens elsewhere comes to it as a task in one queue.
public final class RevocationFeed implements Live.Follower, AutoCloseable {

    /// How often an API is told that nothing has happened.
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /// Nothing is vouched for when the log could not be read for so long.
    private static final Duration SILENT = Duration.ofSeconds(1);

    /// How many feeds may be open.
    ///
    /// @param total  connections of all APIs
    /// @param perApi connections of one API
    public record Limits(int total, int perApi) {}

    private final Live live;
    private final FeedEvents events;
    private final InstantSource clock;
    private final Tally tally;
    private final FeedPlaces places;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean closed;

    // Met by the feed's thread only.
    private final Map<Audience, FeedChannel> channels = new HashMap<>();
    private final FeedLog log;
    private Snapshot known;
    private long nextBeat = System.nanoTime() + HEARTBEAT.toNanos();

    /// Tells from now on.
    public RevocationFeed(Live live, String issuer, Secrets secrets, Limits limits, InstantSource clock, Tally tally) {
        this.live = live;
        this.events = new FeedEvents(issuer, secrets, clock);
        this.clock = clock;
        this.tally = tally;
        this.places = new FeedPlaces(limits);
        live.follow(this);
        this.log = new FeedLog(live.position());
        this.known = live.latest();
        this.thread = Thread.ofPlatform().name("revocation-feed").daemon().start(this::run);
    }

    @Override
    public void learned(Snapshot newlyKnown, long position, List<Revocation> revocations, boolean afresh) {
        tell(() -> learn(newlyKnown, position, revocations, afresh));
    }

    /// Ends every feed; no new one begins.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A reader to be, if there is room for one more.
    ///
    /// @param address where it connects from
    Optional<FeedReader> admit(Api api, OptionalLong position, Optional<String> nonce, String address) {
        if (closed || !places.take(api.audience())) return Optional.empty();
        tally.feeds.increment();
        return Optional.of(new FeedReader(this, api, position, nonce, address, clock.instant(), System::nanoTime));
    }

    /// Who is connected to this node, and how old each one's knowledge is: the oldest first. Waits for the feed's
    /// thread.
    public List<ConnectedVerifier> verifiers() {
        if (closed) return List.of();
        CompletableFuture<List<ConnectedVerifier>> answer = new CompletableFuture<>();
        tell(() -> answer.complete(channels.values().stream()
                .flatMap(channel -> channel.seen().stream())
                .toList()));
        List<ConnectedVerifier> seen =
                answer.completeOnTimeout(List.of(), 2, TimeUnit.SECONDS).join();
        return seen.stream()
                .sorted(Comparator.comparing(ConnectedVerifier::age).reversed())
                .toList();
    }

    void tell(Runnable task) {
        tasks.add(task);
        if (woken.compareAndSet(false, true)) LockSupport.unpark(thread);
    }

    void join(FeedReader reader) {
        if (reader.isOver()) return;
        Audience api = reader.api().audience();
        channels.computeIfAbsent(api, _ -> new FeedChannel(api, events, log, tally, known, System::nanoTime))
                .join(reader);
    }

    void goOn(FeedReader reader) {
        FeedChannel channel = channels.get(reader.api().audience());
        if (channel != null && !reader.isOver()) channel.goOn(reader);
    }

    void leave(FeedReader reader, boolean cut) {
        if (reader.isOver()) return;
        reader.over();
        Audience api = reader.api().audience();
        FeedChannel channel = channels.get(api);
        if (channel != null) channel.leave(reader);
        if (channel != null && channel.isEmpty()) channels.remove(api);
        places.leave(api);
        tally.feeds.decrement();
        if (cut) tally.feedsCut.increment();
    }

    private void run() {
        while (!closed) {
            if (!woken.get()) LockSupport.parkNanos(this, Math.max(1, nextDue() - System.nanoTime()));
            woken.set(false);
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) attempt(task);
            for (FeedChannel channel : channels.values()) attempt(() -> channel.tellNewsDue(System.nanoTime()));
            if (System.nanoTime() - nextBeat >= 0) attempt(this::beat);
        }
        for (FeedChannel channel : channels.values()) channel.endAll();
    }

    /// When the thread has to go on although nobody wakes it.
    private long nextDue() {
        long due = nextBeat;
        for (FeedChannel channel : channels.values()) {
            if (channel.hasNews() && channel.newsDueAt() - due < 0) due = channel.newsDueAt();
        }
        return due;
    }

    private void learn(Snapshot newlyKnown, long position, List<Revocation> revocations, boolean afresh) {
        boolean sameDirectory =
                known.directory().position() == newlyKnown.directory().position();
        known = newlyKnown;
        if (afresh) log.startAfresh(position);
        else if (position >= log.position()) log.append(revocations, position);
        for (FeedChannel channel : List.copyOf(channels.values())) {
            channel.learned(newlyKnown, afresh ? List.of() : revocations);
            if (afresh) channel.startAfresh();
            if (!sameDirectory) channel.admitOnly(newlyKnown);
        }
    }

    private void beat() {
        long now = System.nanoTime();
        nextBeat = now + HEARTBEAT.toNanos();
        boolean sure = live.age().compareTo(SILENT) <= 0;
        for (FeedChannel channel : List.copyOf(channels.values())) {
            if (sure) channel.beat(now, HEARTBEAT.toNanos() * 9 / 10);
            else channel.sign();
        }
    }

    /// The one thread outlives everything.
    private static void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            Log.error("a feed of revocations could not be served", e);
        }
    }
}
