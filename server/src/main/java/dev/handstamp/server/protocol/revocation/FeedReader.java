package dev.handstamp.server.protocol.revocation;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.http.Outflow;
import java.util.Optional;
import java.util.OptionalLong;
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

    private @Nullable Outflow outflow;
    private @Nullable FeedSnapshot snapshot;
    private int sentParts;
    private long reached;
    private volatile boolean live;
    private boolean over;

    /// @param asked the position that the reader has reached, if it has any
    /// @param nonce what its first event has to repeat, if it asked for that
    FeedReader(RevocationFeed feed, Api api, OptionalLong asked, Optional<String> nonce) {
        this.nonce = nonce;
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
