package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Which session a browser's cookie belongs to. A row goes with its session.
public final class BrowserSessionStore {

    /// Which session a cookie belongs to.
    ///
    /// @param authenticatedAt when the user last proved who it is in this browser
    public record BrowserSession(SessionId session, Instant authenticatedAt) {}

    private static final String INSERT = """
        INSERT INTO browser_session (cookie_hash, session_id, authenticated_at) VALUES (?, ?, ?)""";

    private static final String FIND = """
        SELECT session_id, authenticated_at FROM browser_session WHERE cookie_hash = ?""";

    private static final String SESSIONS = """
        SELECT DISTINCT browser.session_id
          FROM session JOIN browser_session AS browser ON browser.session_id = session.session_id
         WHERE session.subject = ?""";

    private static final String DELETE = """
        DELETE FROM browser_session WHERE cookie_hash = ?""";

    public void insert(Transaction tx, SecretHash cookie, BrowserSession browser) {
        tx.execute(INSERT, cookie.value(), browser.session().value(), browser.authenticatedAt());
    }

    public Optional<BrowserSession> find(Transaction tx, SecretHash cookie) {
        return tx.find(
                FIND,
                row -> new BrowserSession(new SessionId(row.text("session_id")), row.instant("authenticated_at")),
                cookie.value());
    }

    /// The sessions of a user that a browser has a cookie of.
    public Set<SessionId> sessions(Transaction tx, Subject subject) {
        return Set.copyOf(tx.list(SESSIONS, row -> new SessionId(row.text("session_id")), subject.value()));
    }

    /// Makes a cookie worthless.
    public void delete(Transaction tx, SecretHash cookie) {
        tx.execute(DELETE, cookie.value());
    }
}
