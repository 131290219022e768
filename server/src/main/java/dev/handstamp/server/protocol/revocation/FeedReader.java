package dev.handstamp.server.protocol.revocation;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.http.Outflow;
import dev.handstamp.server.live.ConnectedVerifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One connection of an API, from its request to its end.
///
/// Told by the connection on any thread what becomes of it, it passes that on to the one thread of the feed, which
/// alone touches the rest.
final class FeedReader implements Outflow.Watcher {

    private final RevocationFeed feed;
    private final Api api;
    private final OptionalLong asked;
    private final Optional<String> nonce;
    private final String address;
    private final Instant connectedAt;
    private final LongSupplier nanoTime;

    private @Nullable Outflow outflow;
    private @Nullable FeedSnapshot snapshot;
    private int sentParts;
    private long reached;
    private volatile boolean live;
    private boolean over;
    private Told sent;
    private Told taken;

    /// What a reader knows when it has taken an event: everything up to a position, as of a moment.
    private record Told(long position, long at) {}

    /// @param asked       the position that the reader has reached, if it has any
    /// @param nonce       what its first event has to repeat, if it asked for that
    /// @param address     where it connects from
    /// @param connectedAt when it did
    FeedReader(
            RevocationFeed feed,
            Api api,
            OptionalLong asked,
            Optional<String> nonce,
            String address,
            Instant connectedAt,
            LongSupplier nanoTime) {
        this.nonce = nonce;
        this.address = address;
        this.connectedAt = connectedAt;
        this.nanoTime = nanoTime;
        this.sent = new Told(-1, nanoTime.getAsLong());
        this.taken = sent;
        this.feed = feed;
        this.api = api;
        this.asked = asked;
    }

    @Override
    public void opened(Outflow opened) {
        feed.tell(() -> {
            outflow = opened;
            feed.join(this);
        });
    }

    @Override
    public void drained(Outflow drained) {
        if (!live) feed.tell(() -> feed.goOn(this));
    }

    @Override
    public void closed(Outflow closed, boolean cut) {
        feed.tell(() -> feed.leave(this, cut));
    }

    Api api() {
        return api;
    }

    OptionalLong asked() {
        return asked;
    }

    Optional<String> nonce() {
        return nonce;
    }

    void send(byte[] event) {
        if (outflow != null) outflow.send(event);
    }

    /// Sends an event by which everything is known up to a position, as of now.
    void send(byte[] event, long position) {
        if (hasTakenAll()) taken = sent;
        sent = new Told(position, nanoTime.getAsLong());
        send(event);
    }

    /// The reader as others see it. What the connection has taken is known to whoever reads from it a moment later.
    ConnectedVerifier seen() {
        boolean all = hasTakenAll();
        if (all) taken = sent;
        Duration age = Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - taken.at));
        return new ConnectedVerifier(api.audience(), address, connectedAt, taken.position, age, all, live);
    }

    /// Whether it waits for more. What drained before something else was sent is no news any more.
    boolean hasTakenAll() {
        return outflow == null || outflow.isDrained();
    }

    void end() {
        if (outflow != null) outflow.end();
    }

    /// Begins to send a snapshot, part by part as the reader takes them.
    void begin(FeedSnapshot from) {
        snapshot = from;
        sentParts = 0;
        reached = from.position();
    }

    @Nullable
    FeedSnapshot snapshot() {
        return snapshot;
    }

    int nextPart() {
        return sentParts++;
    }

    boolean hasWholeSnapshot() {
        return snapshot == null || sentParts == snapshot.parts();
    }

    /// The position of the snapshot, or of what was sent after it.
    long reached() {
        return reached;
    }

    void reach(long position) {
        reached = position;
    }

    void forgetSnapshot() {
        snapshot = null;
    }

    /// From here on it is told what all others of its API are told.
    void goLive() {
        live = true;
    }

    boolean isOver() {
        return over;
    }

    void over() {
        over = true;
        outflow = null;
        snapshot = null;
    }
}
