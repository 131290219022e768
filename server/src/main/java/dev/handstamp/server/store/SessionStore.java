package dev.handstamp.server.store;

import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The sessions of users. An ended one is kept until it would have expired. However it ends, the clients that want to
/// be told are noted with it ([PendingLogoutStore]).
public final class SessionStore {

    private static final String INSERT = """
        INSERT INTO session (session_id, subject, address, user_agent, created_at, expires_at, ended_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)""";

    private static final String FIND = """
        SELECT session_id, subject, address, user_agent, created_at, expires_at, ended_at
          FROM session WHERE session_id = ?""";

    private static final String LIST_LIVE = """
        SELECT session_id, subject, address, user_agent, created_at, expires_at, ended_at
          FROM session WHERE expires_at > ? AND ended_at IS NULL
         ORDER BY expires_at DESC LIMIT ?""";

    private static final String LIST_LIVE_OF_SUBJECT = """
        SELECT session_id, subject, address, user_agent, created_at, expires_at, ended_at
          FROM session WHERE subject = ? AND expires_at > ? AND ended_at IS NULL
         ORDER BY expires_at DESC LIMIT ?""";

    private static final String EXTEND = """
        UPDATE session SET expires_at = ?
         WHERE session_id = ? AND ended_at IS NULL AND expires_at > ?""";

    private static final String END = """
        UPDATE session SET ended_at = ?
         WHERE session_id = ? AND ended_at IS NULL AND expires_at > ?""";

    private static final String END_ALL = """
        UPDATE session SET ended_at = ?
         WHERE subject = ? AND ended_at IS NULL AND expires_at > ?
        RETURNING session_id""";

    private static final String END_EVERYBODYS = """
        UPDATE session SET ended_at = ? WHERE ended_at IS NULL AND expires_at > ?""";

    private static final String HAS_SIGNED_IN_FROM = """
        SELECT 1 FROM session WHERE subject = ? AND address = ? LIMIT 1""";

    private static final String FORGET = """
        DELETE FROM session WHERE session_id IN
            (SELECT session_id FROM session WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    private final PendingLogoutStore logouts = new PendingLogoutStore();
    private final KnownDeviceStore devices = new KnownDeviceStore();

    public void insert(Transaction tx, Session session) {
        tx.execute(
                INSERT,
                session.id().value(),
                session.subject().value(),
                session.address(),
                session.userAgent(),
                session.createdAt(),
                session.expiresAt(),
                session.endedAt());
    }

    public Optional<Session> find(Transaction tx, SessionId id) {
        return tx.find(FIND, SessionStore::from, id.value());
    }

    /// The session, which nobody ends before the commit. For a transaction that somebody may ask for who is signed in:
    /// whoever signs them out waits, or was first.
    public Optional<Session> hold(Transaction tx, SessionId id) {
        return tx.find(tx.dialect().shared(FIND), SessionStore::from, id.value());
    }

    /// Those of everybody, the last to expire first.
    public List<Session> listLive(Transaction tx, Instant now, int limit) {
        return tx.list(LIST_LIVE, SessionStore::from, now, limit);
    }

    /// Those of one user, the last to expire first.
    public List<Session> listLive(Transaction tx, Subject subject, Instant now, int limit) {
        return tx.list(LIST_LIVE_OF_SUBJECT, SessionStore::from, subject.value(), now, limit);
    }

    /// Lets a live session last longer: its user has signed in again.
    ///
    /// @return false if it was not live
    public boolean extend(Transaction tx, SessionId id, Instant until, Instant now) {
        return tx.execute(EXTEND, until, id.value(), now) > 0;
    }

    /// Ends a live session.
    ///
    /// @return false if it was not live
    public boolean end(Transaction tx, SessionId id, Instant now) {
        if (tx.execute(END, now, id.value(), now) == 0) return false;
        logouts.add(tx, id, now);
        return true;
    }

    /// Ends every live session of a user, and that any browser of the user needs no second factor.
    ///
    /// @return those that it ended
    public List<SessionId> endAll(Transaction tx, Subject subject, Instant now) {
        List<SessionId> ended =
                tx.list(END_ALL, row -> new SessionId(row.text("session_id")), now, subject.value(), now);
        for (SessionId session : ended) logouts.add(tx, session, now);
        devices.distrust(tx, subject);
        return ended;
    }

    /// Ends every live session of everybody, and that any browser needs no second factor.
    ///
    /// @return how many
    public int endAll(Transaction tx, Instant now) {
        logouts.addEverybodys(tx, now);
        devices.distrustAll(tx);
        return tx.execute(END_EVERYBODYS, now, now);
    }

    /// Whether the user has had a session from there, as far as is remembered.
    public boolean hasSignedInFrom(Transaction tx, Subject subject, String address) {
        return tx.find(HAS_SIGNED_IN_FROM, _ -> true, subject.value(), address).isPresent();
    }

    /// Drops expired sessions with their grants, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static Session from(Row row) {
        return new Session(
                new SessionId(row.text("session_id")),
                new Subject(row.text("subject")),
                row.text("address"),
                row.text("user_agent"),
                row.instant("created_at"),
                row.instant("expires_at"),
                row.optionalInstant("ended_at"));
    }
}
