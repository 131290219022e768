package dev.handstamp.server.protocol.signals;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.domain.signal.EventType;
import dev.handstamp.server.domain.signal.PendingEvent;
import dev.handstamp.server.domain.signal.Signal;
import dev.handstamp.server.domain.signal.Signal.About;
import dev.handstamp.server.domain.signal.StreamStatus;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.EventStreamStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.PairwiseSubjectStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.StoreUnavailable;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Makes events of what is appended to the revocation log, for each stream that it concerns.
///
/// A stream has a position in the log. Its events and its next position are written in one transaction, by whichever
/// node comes first: so nothing is lost when a process dies, and nothing comes twice from two nodes. Events wait in the
/// store until their receiver has taken them; at most [#MOST_PENDING] of a stream and for [#LIFE], else the stream is
/// disabled, and says so.
///
/// @see <a href="https://openid.net/specs/openid-sharedsignals-framework-1_0-final.html">Shared Signals Framework
///     1.0</a>
public final class Transmitter implements Live.Follower, AutoCloseable {

    /// More events of one stream do not wait.
    static final int MOST_PENDING = 10_000;

    /// How long an event waits for its receiver.
    static final Duration LIFE = Duration.ofDays(7);

    private static final int PORTION = 500;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LOOK_FOR_OLD = Duration.ofMinutes(1);

    private final Database database;
    private final Live live;
    private final String issuer;
    private final InstantSource clock;
    private final SignalTokens tokens;
    private final StreamBell bell = new StreamBell();
    private final Pushes pushes;
    private final PairwiseSubjectStore pairwise = new PairwiseSubjectStore();
    private final EventStreamStore streams = new EventStreamStore();
    private final RevocationStore revocations = new RevocationStore();
    private final RevisionStore revisions = new RevisionStore();
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();
    private final UserStore users = new UserStore();
    private final AuditStore audit = new AuditStore();
    private final AtomicBoolean woken = new AtomicBoolean(true);
    private final Thread thread;
    private volatile boolean closed;

    // The thread's own.
    private long nextLookForOld = System.nanoTime();
    private boolean failing;

    /// Works from now on.
    public Transmitter(
            Database database, Live live, Pushes.Door door, String issuer, Secrets secrets, InstantSource clock) {
        this.database = database;
        this.live = live;
        this.issuer = issuer;
        this.clock = clock;
        this.tokens = new SignalTokens(issuer, secrets);
        this.pushes = new Pushes(database, live, door, tokens, clock, this::wake);
        live.follow(this);
        this.thread = Thread.ofPlatform().name("signals").daemon().start(this::run);
    }

    @Override
    public void learned(Snapshot known, long position, List<Revocation> entries, boolean afresh) {
        wake();
    }

    /// Lets those go who wait for events: the server stops.
    public void release() {
        bell.close();
    }

    @Override
    public void close() {
        closed = true;
        release();
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pushes.close();
    }

    StreamBell bell() {
        return bell;
    }

    SignalTokens tokens() {
        return tokens;
    }

    /// There is something new for a stream.
    void ring(String stream) {
        bell.ring(stream);
        wake();
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            if (!woken.get()) LockSupport.parkNanos(this, LOOK.toNanos());
            woken.set(false);
            try {
                turn();
                failing = false;
            } catch (StoreUnavailable e) {
                if (!failing) Log.warn("signals wait for the database", "reason", e.getMessage());
                failing = true;
                LockSupport.parkNanos(this, LOOK.toNanos());
            } catch (RuntimeException | Error e) {
                Log.error("signals could not be made", e);
                LockSupport.parkNanos(this, LOOK.toNanos());
            }
        }
    }

    private void turn() {
        for (EventStream stream : database.read(streams::list)) {
            boolean more = true;
            while (more && !closed) more = advance(stream);
            pushes.begin(stream);
        }
        if (System.nanoTime() - nextLookForOld < 0) return;
        nextLookForOld = System.nanoTime() + LOOK_FOR_OLD.toNanos();
        stopOverdue();
    }

    /// @return whether there is more to do for this stream
    private boolean advance(EventStream seen) {
        Snapshot known = live.latest();
        Optional<EventStream> now = database.read(tx -> streams.find(tx, seen.id(), seen.client()));
        if (now.isEmpty()) return false;
        EventStream stream = now.get();
        long end = database.read(tx -> revisions.position(tx).position());
        if (end < stream.position()) { // The database was put back from a backup: the log is another one.
            return database.inTransaction(tx -> streams.advance(tx, stream, end));
        }
        List<Revocation> entries = database.read(tx -> revocations.after(tx, stream.position(), PORTION));
        if (entries.isEmpty()) return false;
        Optional<Client> client = known.directory().client(stream.client());
        int made = database.inTransaction(tx -> make(tx, stream, client, entries, known));
        if (made > 0) bell.ring(stream.id());
        return entries.size() == PORTION;
    }

    private int make(
            Transaction tx, EventStream seen, Optional<Client> client, List<Revocation> entries, Snapshot known) {
        if (!streams.advance(tx, seen, entries.getLast().position())) return 0;
        Optional<EventStream> stream = streams.find(tx, seen.id(), seen.client());
        if (stream.isEmpty() || client.isEmpty() || stream.get().status() == StreamStatus.DISABLED) return 0;
        Instant now = clock.instant();
        List<String> wanted = stream.get().configuration().delivered();
        int made = 0;
        for (Revocation entry : entries) {
            for (Signal signal : signals(tx, stream.get(), client.get(), entry, known)) {
                if (!wanted.contains(signal.type().uri())) continue;
                streams.add(tx, seen.id(), tokens.of(signal, seen.client(), entry.position(), now));
                made++;
            }
        }
        if (made > 0 && streams.count(tx, seen.id()) > MOST_PENDING) {
            stop(tx, stream.get(), "more than " + MOST_PENDING + " events waited", now);
        }
        return made;
    }

    /// What a receiver is told of an entry: nothing, unless it concerns an API of its or a user who knows it.
    private List<Signal> signals(Transaction tx, EventStream stream, Client client, Revocation entry, Snapshot known) {
        About about = about(tx, client, entry, known);
        Optional<Subject> user = about.user();
        boolean isTold = concerns(tx, client, entry, about)
                && user.filter(subject -> isLeftOut(tx, stream, subject)).isEmpty();
        return isTold ? Signal.of(entry, about, issuer) : List.of();
    }

    private boolean isLeftOut(Transaction tx, EventStream stream, Subject user) {
        if (streams.isLeftOut(tx, stream.id(), EventStream.nameOf(user))) return true;
        Optional<String> email = users.find(tx, user).map(User::email).filter(address -> !address.isEmpty());
        return email.isPresent() && streams.isLeftOut(tx, stream.id(), EventStream.nameOf(email.get()));
    }

    private boolean concerns(Transaction tx, Client client, Revocation entry, About about) {
        boolean isOfItsApis = entry.audiences().stream().anyMatch(client.apis()::contains);
        return switch (entry.kind()) {
            case TOKEN -> isOfItsApis;
            case GRANT -> isOfItsApis || about.client().equals(Optional.of(client.id()));
            case SESSION -> isOfItsApis || streams.knows(tx, client.id(), new SessionId(entry.id()));
            // A name that one sector alone knows says what the user's own name has said before.
            case SUBJECT ->
                pairwise.find(tx, new Subject(entry.id())).isEmpty()
                        && (isOfItsApis || streams.knows(tx, client.id(), new Subject(entry.id())) || isGone(entry));
            case CLIENT -> isOfItsApis;
            case ISSUER -> true;
            case API -> false;
        };
    }

    /// Of a deleted user with too many places to name, nobody can tell any more who knew it.
    private static boolean isGone(Revocation entry) {
        return entry.audiences().isEmpty() && entry.cause().equals(AuditEvent.Type.USER_DELETED.wireName());
    }

    private About about(Transaction tx, Client client, Revocation entry, Snapshot known) {
        return switch (entry.kind()) {
            case SESSION -> {
                SessionId id = new SessionId(entry.id());
                yield new About(
                        sessions.find(tx, id).map(Session::subject), Optional.of(id), Optional.empty(), Map.of());
            }
            case GRANT ->
                grants.find(tx, new GrantId(entry.id()))
                        .map(Transmitter::ofGrant)
                        .orElse(About.NOTHING);
            case SUBJECT -> {
                Subject subject = new Subject(entry.id());
                Map<String, Object> claims = users.find(tx, subject)
                        .map(user -> claims(user, client, known))
                        .orElse(Map.of());
                yield new About(Optional.of(subject), Optional.empty(), Optional.empty(), claims);
            }
            case TOKEN, CLIENT, API, ISSUER -> About.NOTHING;
        };
    }

    private static About ofGrant(Grant grant) {
        return new About(
                Optional.of(grant.subject()), Optional.of(grant.session()), Optional.of(grant.client()), Map.of());
    }

    /// What tokens at the receiver's APIs say of the user, and no more.
    private static Map<String, Object> claims(User user, Client client, Snapshot known) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("roles", user.roles().stream().map(Object::toString).toList());
        for (Audience audience : client.apis()) {
            for (String claim : known.directory().api(audience).map(Api::claims).orElse(List.of())) {
                user.attribute(claim).ifPresent(value -> claims.put(claim, value));
            }
        }
        return claims;
    }

    private void stopOverdue() {
        Instant now = clock.instant();
        for (EventStream stream : database.read(streams::list)) {
            Optional<Instant> oldest = database.read(tx -> streams.oldest(tx, stream.id()));
            if (oldest.isEmpty() || !oldest.get().isBefore(now.minus(LIFE))) continue;
            String reason = "events were not taken for " + LIFE.toDays() + " days";
            database.inTransaction(tx -> {
                stop(tx, stream, reason, now);
                return true;
            });
        }
        database.inTransaction(tx -> streams.forget(tx, now.minus(LIFE)));
    }

    /// The one thing that is still told of a stopped stream is that it is.
    private void stop(Transaction tx, EventStream stream, String reason, Instant now) {
        streams.dropAll(tx, stream.id());
        streams.setStatus(tx, stream.id(), StreamStatus.DISABLED, reason);
        Map<String, String> event = Map.of("status", StreamStatus.DISABLED.wireName(), "reason", reason);
        PendingEvent told = tokens.of(EventType.STREAM_UPDATED, stream, event, now);
        streams.add(tx, stream.id(), told);
        audit.append(
                tx,
                new AuditEvent(
                        now,
                        AuditEvent.Type.STREAM_DISABLED,
                        Author.SERVER,
                        stream.id(),
                        stream.client().value(),
                        "",
                        "",
                        Map.of("reason", reason)));
        Log.warn("a stream of signals was disabled", "stream", stream.id(), "reason", reason);
    }
}
