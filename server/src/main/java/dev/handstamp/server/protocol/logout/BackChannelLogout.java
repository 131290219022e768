package dev.handstamp.server.protocol.logout;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.session.PendingLogout;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.issuance.AnswerSigners;
import dev.handstamp.server.issuance.Subjects;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.outbound.Answer;
import dev.handstamp.server.outbound.NoAnswer;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.outbound.Outcome;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.PendingLogoutStore;
import dev.handstamp.server.store.StoreUnavailable;
import dev.handstamp.server.store.Transaction;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Tells clients that a session of their user is over: posts a logout token to the `backchannel_logout_uri` of each.
///
/// What there is to tell was written with the end of the session, so it outlives this process; whoever comes first, of
/// all nodes, takes it for [#LEASE]. A client that cannot be told is tried again after a pause that grows from a second
/// to fifteen minutes, for [#LIFE], and holds up nobody else: each client has a thread of its own.
///
/// @see <a href="https://openid.net/specs/openid-connect-backchannel-1_0.html">OpenID Connect Back-Channel Logout 1.0
///     §2.5 to §2.8</a>
public final class BackChannelLogout implements Live.Follower, AutoCloseable {

    /// How long a client is tried.
    static final Duration LIFE = Duration.ofDays(3);

    private static final OutboundHttp.Limits LIMITS = new OutboundHttp.Limits(Duration.ofSeconds(10), 16_384);

    /// No other node tells it meanwhile.
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);
    private static final Duration SHORTEST_LOOK = Duration.ofMillis(250);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);
    private static final int PORTION = 50;
    private static final Map<String, String> HEADERS =
            Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json");

    private final Database database;
    private final Live live;
    private final OutboundHttp http;
    private final Subjects subjects;
    private final LogoutTokens tokens;
    private final InstantSource clock;
    private final PendingLogoutStore logouts = new PendingLogoutStore();
    private final AuditStore audit = new AuditStore();
    private final Set<ClientId> busy = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean woken = new AtomicBoolean(true);
    private final Thread thread;
    private volatile boolean closed;
    private boolean failing;

    /// Works from now on.
    public BackChannelLogout(
            Database database,
            Live live,
            OutboundHttp http,
            Subjects subjects,
            AnswerSigners signers,
            String issuer,
            InstantSource clock) {
        this.database = database;
        this.live = live;
        this.http = http;
        this.subjects = subjects;
        this.tokens = new LogoutTokens(issuer, signers);
        this.clock = clock;
        live.follow(this);
        this.thread = Thread.ofPlatform().name("logouts").daemon().start(this::run);
    }

    /// Every end of a session is an entry of the revocation log.
    @Override
    public void learned(Snapshot known, long position, List<Revocation> entries, boolean afresh) {
        wake();
    }

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

    private void wake() {
        if (woken.compareAndSet(false, true)) LockSupport.unpark(thread);
    }

    private void run() {
        Duration pause = Duration.ZERO;
        while (!closed) {
            if (!woken.get()) LockSupport.parkNanos(this, pause.toNanos());
            woken.set(false);
            try {
                pause = turn();
                failing = false;
            } catch (StoreUnavailable e) {
                if (!failing) Log.warn("logouts wait for the database", "reason", e.getMessage());
                failing = true;
                pause = LONGEST_LOOK;
            } catch (RuntimeException | Error e) {
                Log.error("logouts could not be told", e);
                pause = LONGEST_LOOK;
            }
        }
    }

    /// @return when to look again, unless something happens before
    private Duration turn() {
        Instant now = clock.instant();
        for (ClientId client : database.read(tx -> logouts.dueClients(tx, now))) begin(client);
        Optional<Instant> next = database.read(logouts::nextTry);
        Duration wait = next.map(time -> Duration.between(now, time)).orElse(LONGEST_LOOK);
        if (wait.compareTo(SHORTEST_LOOK) < 0) return SHORTEST_LOOK;
        return wait.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : wait;
    }

    private void begin(ClientId client) {
        if (!busy.add(client)) return;
        Thread.ofVirtual().name("logout-" + client).start(() -> {
            try {
                tell(client);
            } catch (StoreUnavailable e) {
                Log.warn("logouts wait for the database", "client", client, "reason", e.getMessage());
            } catch (RuntimeException | Error e) {
                Log.error("logouts could not be told", e, "client", client);
            } finally {
                busy.remove(client);
            }
        });
    }

    private void tell(ClientId id) {
        while (!closed) {
            Instant now = clock.instant();
            List<PendingLogout> due = database.read(tx -> logouts.due(tx, id, now, PORTION));
            if (due.isEmpty()) return;
            for (PendingLogout logout : due) {
                if (closed || !tell(logout)) return;
            }
        }
    }

    /// @return false if the client cannot be told anything now
    private boolean tell(PendingLogout logout) {
        Instant now = clock.instant();
        if (!database.inTransaction(tx -> logouts.begin(tx, logout, now.plus(LEASE), now))) return true;
        Snapshot known = live.latest();
        Optional<URI> address = known.directory()
                .client(logout.client())
                .map(Client::metadata)
                .flatMap(metadata -> metadata.text(ClientMember.BACKCHANNEL_LOGOUT_URI))
                .map(URI::create);
        if (address.isEmpty()) return done(logout); // It does not want to know any more.
        Subject subject = subjects.of(logout.subject(), logout.client(), known.directory());
        byte[] body =
                ("logout_token=" + tokens.signed(logout, subject, known, now)).getBytes(StandardCharsets.US_ASCII);
        Outcome outcome = http.post(address.get(), HEADERS, body, LIMITS);
        return switch (outcome) {
            case Answer answer when answer.isSuccess() -> done(logout);
            // It says that this one is wrong (§2.8). Perhaps it has not seen our newest key yet, or not that user.
            case Answer answer
            when answer.status() / 100 == 4 && answer.status() != 429 ->
                later(logout, "answered " + answer.status(), false);
            case Answer answer -> later(logout, "answered " + answer.status(), true);
            case NoAnswer(var reason) -> later(logout, reason, true);
        };
    }

    private boolean done(PendingLogout logout) {
        database.inTransaction(tx -> logouts.done(tx, logout));
        return true;
    }

    /// @param forAll whether nothing else can be told the client either
    /// @return whether anything else can
    private boolean later(PendingLogout logout, String problem, boolean forAll) {
        Instant now = clock.instant();
        boolean over = logout.madeAt().plus(LIFE).isBefore(now);
        Instant next = now.plus(pause(logout.failures() + 1));
        database.inTransaction(tx -> {
            if (over) giveUp(tx, logout, problem, now);
            else logouts.failed(tx, logout, next);
            if (forAll) logouts.pause(tx, logout.client(), next);
            return true;
        });
        Log.warn(
                over ? "a client was never told that a session is over" : "a client could not be told of a logout",
                "client",
                logout.client(),
                "session",
                logout.session(),
                "reason",
                problem);
        return !forAll;
    }

    private void giveUp(Transaction tx, PendingLogout logout, String problem, Instant now) {
        if (!logouts.done(tx, logout)) return;
        audit.append(
                tx,
                new AuditEvent(
                        now,
                        AuditEvent.Type.LOGOUT_UNDELIVERED,
                        Author.SERVER,
                        logout.session().value(),
                        logout.client().value(),
                        "",
                        "",
                        Map.of("subject", logout.subject().value(), "reason", problem)));
    }

    /// With jitter, so that not all nodes come at once.
    private static Duration pause(int failures) {
        long longest = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures - 1, 16));
        return Duration.ofMillis(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
    }
}
