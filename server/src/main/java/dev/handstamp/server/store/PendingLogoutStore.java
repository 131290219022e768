package dev.handstamp.server.store;

import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.PendingLogout;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which clients have yet to be told that a session is over. What is here was committed with the end of the session,
/// and stays until its client has answered.
public final class PendingLogoutStore {

    // A client knows a session by the `sid` of its ID tokens, which is that of the browser: what it does while the user
    // is away has a session of its own, and no ID token names it.
    private static final String ADD = """
        INSERT INTO pending_logout (session_id, client_id, subject, made_at, failures, next_try_at)
        SELECT DISTINCT told.session_id, told.client_id, told.subject, ?, 0, ?
          FROM (SELECT code.session_id, granted.client_id, granted.subject
                  FROM authorization_code AS code JOIN user_grant AS granted ON granted.grant_id = code.grant_id
                 WHERE code.session_id = ?
                UNION
                SELECT granted.session_id, granted.client_id, granted.subject
                  FROM user_grant AS granted
                 WHERE granted.session_id = ? AND NOT EXISTS
                       (SELECT 1 FROM authorization_code AS code WHERE code.grant_id = granted.grant_id)) AS told
          JOIN client ON client.client_id = told.client_id
         WHERE client.metadata LIKE '%"backchannel_logout_uri"%'
            ON CONFLICT DO NOTHING""";

    // The same for every live session.
    private static final String ADD_EVERYBODYS = """
        INSERT INTO pending_logout (session_id, client_id, subject, made_at, failures, next_try_at)
        SELECT DISTINCT told.session_id, told.client_id, told.subject, ?, 0, ?
          FROM (SELECT COALESCE(code.session_id, granted.session_id) AS session_id, granted.client_id, granted.subject
                  FROM user_grant AS granted
                  LEFT JOIN authorization_code AS code ON code.grant_id = granted.grant_id) AS told
          JOIN session ON session.session_id = told.session_id
          JOIN client ON client.client_id = told.client_id
         WHERE client.metadata LIKE '%"backchannel_logout_uri"%' AND session.ended_at IS NULL AND session.expires_at > ?
            ON CONFLICT DO NOTHING""";

    private static final String NEXT_CLIENT = """
        SELECT client_id FROM pending_logout WHERE client_id > ? ORDER BY client_id LIMIT 1""";

    private static final String DUE = """
        SELECT session_id, client_id, subject, made_at, failures
          FROM pending_logout WHERE client_id = ? AND next_try_at <= ? ORDER BY next_try_at LIMIT ?""";

    private static final String NEXT_TRY = """
        SELECT next_try_at FROM pending_logout WHERE next_try_at >= ? ORDER BY next_try_at LIMIT 1""";

    private static final String BEGIN = """
        UPDATE pending_logout SET next_try_at = ? WHERE session_id = ? AND client_id = ? AND next_try_at <= ?""";

    private static final String FAILED = """
        UPDATE pending_logout SET failures = failures + 1, next_try_at = ? WHERE session_id = ? AND client_id = ?""";

    private static final String PAUSE = """
        UPDATE pending_logout SET next_try_at = ? WHERE client_id = ? AND next_try_at < ?""";

    private static final String DONE = """
        DELETE FROM pending_logout WHERE session_id = ? AND client_id = ?""";

    /// Notes whom to tell that a session ends now.
    void add(Transaction tx, SessionId session, Instant now) {
        tx.execute(ADD, now, now, session.value(), session.value());
    }

    /// Notes whom to tell that every session that is live ends now; to be called before they end.
    void addEverybodys(Transaction tx, Instant now) {
        tx.execute(ADD_EVERYBODYS, now, now, now);
    }

    /// The clients that it is time to tell something. One with many rows costs no more than one with a single row.
    public List<ClientId> dueClients(Transaction tx, Instant now) {
        List<ClientId> due = new ArrayList<>();
        Optional<ClientId> next = nextClient(tx, "");
        while (next.isPresent()) {
            ClientId client = next.get();
            if (!due(tx, client, now, 1).isEmpty()) due.add(client);
            next = nextClient(tx, client.value());
        }
        return due;
    }

    private static Optional<ClientId> nextClient(Transaction tx, String after) {
        return tx.find(NEXT_CLIENT, row -> new ClientId(row.text("client_id")), after);
    }

    /// What it is time to tell a client.
    public List<PendingLogout> due(Transaction tx, ClientId client, Instant now, int limit) {
        return tx.list(DUE, PendingLogoutStore::from, client.value(), now, limit);
    }

    /// When it is time for the next one.
    public Optional<Instant> nextTry(Transaction tx) {
        return tx.find(NEXT_TRY, row -> row.instant("next_try_at"), Instant.EPOCH);
    }

    /// Takes the right to tell it until then.
    ///
    /// @return false if another node has it, or has told it
    public boolean begin(Transaction tx, PendingLogout logout, Instant until, Instant now) {
        return tx.execute(
                        BEGIN, until, logout.session().value(), logout.client().value(), now)
                > 0;
    }

    /// The client could not be told, and will be again.
    public void failed(Transaction tx, PendingLogout logout, Instant nextTry) {
        tx.execute(FAILED, nextTry, logout.session().value(), logout.client().value());
    }

    /// The client cannot be told anything before then.
    public void pause(Transaction tx, ClientId client, Instant until) {
        tx.execute(PAUSE, until, client.value(), until);
    }

    /// The client knows, or will never want to.
    ///
    /// @return false if that was noted before
    public boolean done(Transaction tx, PendingLogout logout) {
        return tx.execute(DONE, logout.session().value(), logout.client().value()) > 0;
    }

    private static PendingLogout from(Row row) {
        return new PendingLogout(
                new SessionId(row.text("session_id")),
                new ClientId(row.text("client_id")),
                new Subject(row.text("subject")),
                row.instant("made_at"),
                (int) row.number("failures"));
    }
}
