package dev.handstamp.server.protocol.revocation;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.RevocationRules;
import dev.handstamp.server.issuance.Tally;
import dev.handstamp.server.live.ConnectedVerifier;
import dev.handstamp.server.live.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What one API is told: the readers of it, and the position that they have all been told of.
///
/// An event is signed once for all readers. A reader that joins is first brought to the common position on its own: by
/// a snapshot, or by what it has missed. Touched by the feed's one thread only.
final class FeedChannel {

    /// A snapshot that is older is not given to new readers.
    private static final long SNAPSHOT_AGE = TimeUnit.SECONDS.toNanos(60);

    /// News that comes sooner after other news waits for this time to pass, and shares one event: when much is taken
    /// back, the readers have at most twenty events a second to verify, and what comes alone is told at once.
    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(50);

    private final Audience api;
    private final FeedEvents events;
    private final FeedLog log;
    private final Tally tally;
    private final LongSupplier nanoTime;
    private final Set<FeedReader> live = new LinkedHashSet<>();
    private final Set<FeedReader> joining = new LinkedHashSet<>();

    private final List<Revocation> waiting = new ArrayList<>();

    private Snapshot known;
    private long told;
    private long lastSent;
    private long lastNews;
    private @Nullable FeedSnapshot snapshot;
    private byte @Nullable [] keys;
    private long keysPosition = -1;

    FeedChannel(Audience api, FeedEvents events, FeedLog log, Tally tally, Snapshot known, LongSupplier nanoTime) {
        this.api = api;
        this.events = events;
        this.log = log;
        this.tally = tally;
        this.known = known;
        this.told = log.position();
        this.nanoTime = nanoTime;
        this.lastSent = nanoTime.getAsLong();
        this.lastNews = lastSent - PACE;
    }

    boolean isEmpty() {
        return live.isEmpty() && joining.isEmpty();
    }

    void join(FeedReader reader) {
        tellNews();
        joining.add(reader);
        reader.nonce().ifPresent(nonce -> reader.send(hello(reader.asked().orElse(0), nonce)));
        OptionalLong asked = reader.asked();
        if (asked.isEmpty() || asked.getAsLong() > log.position()) {
            reader.begin(snapshot());
        } else {
            // It was told of more by another node: then nothing in between concerns this API.
            if (asked.getAsLong() > told) beat();
            List<Revocation> missed = missed(asked.getAsLong());
            if (missed.size() > FeedEvents.MOST_RULES) reader.begin(snapshot());
            else if (asked.getAsLong() < told) reader.send(revoked(asked.getAsLong(), told, missed), told);
        }
        proceed(reader);
    }

    /// Sends the next part of a snapshot; after the last one, whatever was taken back meanwhile, in parts as well. One
    /// part at a time: more than its bound unsent would get the reader cut off, who is not slow.
    void goOn(FeedReader reader) {
        if (!joining.contains(reader) || !reader.hasTakenAll()) return;
        tellNews();
        proceed(reader);
    }

    private void proceed(FeedReader reader) {
        FeedSnapshot from = reader.snapshot();
        if (from != null && !catchesUp(reader, from)) return; // The rest when the reader has taken this.
        reader.forgetSnapshot();
        reader.send(keys());
        reader.send(heartbeat(told, told), told);
        joining.remove(reader);
        live.add(reader);
        reader.goLive();
    }

    void leave(FeedReader reader) {
        live.remove(reader);
        joining.remove(reader);
    }

    /// What was just appended to the log, this API's or not.
    void learned(Snapshot newlyKnown, List<Revocation> appended) {
        boolean sameKeys = known.keys() == newlyKnown.keys();
        known = newlyKnown;
        for (Revocation entry : appended) {
            if (entry.concerns(api)) waiting.add(entry);
        }
        tellNewsDue(nanoTime.getAsLong());
        if (!sameKeys) {
            keys = null;
            broadcast(keys(), told);
        }
    }

    boolean hasNews() {
        return !waiting.isEmpty();
    }

    /// The time, as of `nanoTime`, from which on news need not wait.
    long newsDueAt() {
        return lastNews + PACE;
    }

    void tellNewsDue(long now) {
        if (now - newsDueAt() >= 0) tellNews();
    }

    private void tellNews() {
        for (int start = 0; start < waiting.size(); start += FeedEvents.MOST_RULES) {
            int end = Math.min(waiting.size(), start + FeedEvents.MOST_RULES);
            long position = end == waiting.size()
                    ? log.position()
                    : waiting.get(end - 1).position();
            broadcast(revoked(told, position, waiting.subList(start, end)), position);
            told = position;
            lastNews = lastSent;
        }
        waiting.clear();
    }

    /// The log is another one than before: everybody begins again.
    void startAfresh() {
        waiting.clear();
        told = log.position();
        snapshot = null;
        keys = null;
        joining.addAll(live);
        live.clear();
        for (FeedReader reader : List.copyOf(joining)) {
            reader.begin(snapshot());
            proceed(reader);
        }
    }

    /// Tells that nothing else has happened, unless something was sent just now.
    void beat(long now, long pause) {
        if (now - lastSent >= pause) beat();
    }

    /// Keeps the connections open while nothing can be vouched for.
    void sign() {
        for (FeedReader reader : List.copyOf(live)) reader.send(FeedEvents.SIGN_OF_LIFE);
    }

    /// Everybody who is connected, as others see them.
    List<ConnectedVerifier> seen() {
        List<ConnectedVerifier> seen = new ArrayList<>();
        for (FeedReader reader : live) seen.add(reader.seen());
        for (FeedReader reader : joining) seen.add(reader.seen());
        return seen;
    }

    void endAll() {
        tellNews();
        for (FeedReader reader : List.copyOf(live)) reader.end();
        for (FeedReader reader : List.copyOf(joining)) reader.end();
    }

    /// Ends those that could no longer connect.
    void admitOnly(Snapshot now) {
        var registered = now.directory().api(api);
        for (Set<FeedReader> readers : List.of(live, joining)) {
            for (FeedReader reader : List.copyOf(readers)) {
                boolean same = registered.isPresent()
                        && registered.get().secretHash().equals(reader.api().secretHash());
                if (!same) reader.end();
            }
        }
    }

    private void beat() {
        if (hasNews()) tellNews();
        byte[] event = heartbeat(told, log.position());
        told = log.position();
        broadcast(event, told);
    }

    private void broadcast(byte[] event, long position) {
        lastSent = nanoTime.getAsLong();
        for (FeedReader reader : List.copyOf(live)) reader.send(event, position);
        tally.feedEventsSent.add(live.size());
    }

    /// Sends one event more to a reader that began with a snapshot; false if another one has to follow.
    private boolean catchesUp(FeedReader reader, FeedSnapshot from) {
        if (!reader.hasWholeSnapshot()) {
            reader.send(part(from, reader.nextPart()));
            return false;
        }
        List<Revocation> missed = missed(reader.reached());
        boolean isAll = missed.size() <= FeedEvents.MOST_RULES;
        List<Revocation> next = isAll ? missed : missed.subList(0, FeedEvents.MOST_RULES);
        long position = isAll ? told : next.getLast().position();
        if (reader.reached() < position) reader.send(revoked(reader.reached(), position, next));
        reader.reach(position);
        return isAll;
    }

    private List<Revocation> missed(long since) {
        return log.since(since, api, known.revocations());
    }

    private FeedSnapshot snapshot() {
        FeedSnapshot made = snapshot;
        boolean good = made != null
                && nanoTime.getAsLong() - made.madeAt() < SNAPSHOT_AGE
                && missed(made.position()).size() <= FeedEvents.MOST_RULES / 10;
        if (made == null || !good) {
            RevocationRules rules = known.revocations();
            made = new FeedSnapshot(told, rules.since(-1, api));
            snapshot = made;
        }
        tally.feedSnapshots.increment();
        return made;
    }

    private byte[] part(FeedSnapshot from, int index) {
        byte[] ready = from.signed(index);
        if (ready != null) return ready;
        byte[] made = events.snapshot(known.keys(), api, from.position(), index + 1, from.parts(), from.entries(index));
        from.remember(index, made);
        tally.feedEventsSigned.increment();
        return made;
    }

    private byte[] revoked(long before, long after, List<Revocation> entries) {
        tally.feedEventsSigned.increment();
        return events.revoked(known.keys(), api, before, after, entries);
    }

    private byte[] hello(long position, String nonce) {
        tally.feedEventsSigned.increment();
        return events.hello(known.keys(), api, position, nonce);
    }

    private byte[] heartbeat(long before, long after) {
        tally.feedEventsSigned.increment();
        return events.heartbeat(known.keys(), api, before, after);
    }

    private byte[] keys() {
        byte[] ready = keys;
        if (ready == null || keysPosition != told) {
            ready = events.keys(known.keys(), api, told);
            keys = ready;
            keysPosition = told;
            tally.feedEventsSigned.increment();
        }
        return ready;
    }
}
