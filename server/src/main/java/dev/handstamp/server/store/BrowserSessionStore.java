package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import java.util.Optional;
import java.util.Set;

/// Which session a browser's cookie belongs to. A row goes with its session.
public final class BrowserSessionStore {

    /// Which session a cookie belongs to.
    ///
    /// @param proofs what the user has proved in this browser
    public record BrowserSession(SessionId session, Proofs proofs) {}

    private static final String INSERT = """
        INSERT INTO browser_session (cookie_hash, session_id, authenticated_at, second_factor_at)
        VALUES (?, ?, ?, ?)""";

    private static final String FIND = """
        SELECT session_id, authenticated_at, second_factor_at FROM browser_session WHERE cookie_hash = ?""";

    private static final String SESSIONS = """
        SELECT DISTINCT browser.session_id
          FROM session JOIN browser_session AS browser ON browser.session_id = session.session_id
         WHERE session.subject = ?""";

    private static final String DELETE = """
        DELETE FROM browser_session WHERE cookie_hash = ?""";

    public void insert(Transaction tx, SecretHash cookie, BrowserSession browser) {
        var proved = browser.proofs().at();
        tx.execute(
                INSERT,
                cookie.value(),
                browser.session().value(),
                proved.getOrDefault(
                        AuthenticationMethod.PASSWORD, browser.proofs().authenticatedAt()),
                Optional.ofNullable(proved.get(AuthenticationMethod.ONE_TIME_PASSWORD)));
    }

    public Optional<BrowserSession> find(Transaction tx, SecretHash cookie) {
        return tx.find(
                FIND, row -> new BrowserSession(new SessionId(row.text("session_id")), proofs(row)), cookie.value());
    }

    private static Proofs proofs(Row row) {
        Proofs password = Proofs.of(AuthenticationMethod.PASSWORD, row.instant("authenticated_at"));
        return row.optionalInstant("second_factor_at")
                .map(at -> password.and(AuthenticationMethod.ONE_TIME_PASSWORD, at))
                .orElse(password);
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
