package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which session a browser's cookie belongs to. A row goes with its session.
public final class BrowserSessionStore {

    /// Which session a cookie belongs to.
    ///
    /// @param proofs what the user has proved in this browser
    public record BrowserSession(SessionId session, Proofs proofs) {}

    private static final String INSERT = """
        INSERT INTO browser_session
            (cookie_hash, session_id, authenticated_at, without_password, second_factor_at, device_passkey_at,
             synced_passkey_at, mail_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String FIND = """
        SELECT session_id, authenticated_at, without_password, second_factor_at, device_passkey_at, synced_passkey_at,
               mail_at
          FROM browser_session WHERE cookie_hash = ?""";

    private static final String SESSIONS = """
        SELECT DISTINCT browser.session_id
          FROM session JOIN browser_session AS browser ON browser.session_id = session.session_id
         WHERE session.subject = ?""";

    private static final String DELETE = """
        DELETE FROM browser_session WHERE cookie_hash = ?""";

    public void insert(Transaction tx, SecretHash cookie, BrowserSession browser) {
        Map<AuthenticationMethod, Instant> proved = browser.proofs().at();
        Optional<Instant> password = Optional.ofNullable(proved.get(AuthenticationMethod.PASSWORD));
        tx.execute(
                INSERT,
                cookie.value(),
                browser.session().value(),
                password.orElse(browser.proofs().authenticatedAt()),
                password.isEmpty(),
                Optional.ofNullable(proved.get(AuthenticationMethod.ONE_TIME_PASSWORD)),
                Optional.ofNullable(proved.get(AuthenticationMethod.DEVICE_PASSKEY)),
                Optional.ofNullable(proved.get(AuthenticationMethod.SYNCED_PASSKEY)),
                Optional.ofNullable(proved.get(AuthenticationMethod.MAIL)));
    }

    public Optional<BrowserSession> find(Transaction tx, SecretHash cookie) {
        return tx.find(FIND, BrowserSessionStore::from, cookie.value());
    }

    /// The same, and the cookie stays what it is until the commit.
    public Optional<BrowserSession> hold(Transaction tx, SecretHash cookie) {
        return tx.find(tx.dialect().shared(FIND), BrowserSessionStore::from, cookie.value());
    }

    private static BrowserSession from(Row row) {
        return new BrowserSession(new SessionId(row.text("session_id")), proofs(row));
    }

    private static Proofs proofs(Row row) {
        Map<AuthenticationMethod, Instant> proved = new EnumMap<>(AuthenticationMethod.class);
        if (!row.flag("without_password")) {
            proved.put(AuthenticationMethod.PASSWORD, row.instant("authenticated_at"));
        }
        row.optionalInstant("second_factor_at").ifPresent(at -> proved.put(AuthenticationMethod.ONE_TIME_PASSWORD, at));
        row.optionalInstant("device_passkey_at").ifPresent(at -> proved.put(AuthenticationMethod.DEVICE_PASSKEY, at));
        row.optionalInstant("synced_passkey_at").ifPresent(at -> proved.put(AuthenticationMethod.SYNCED_PASSKEY, at));
        row.optionalInstant("mail_at").ifPresent(at -> proved.put(AuthenticationMethod.MAIL, at));
        return new Proofs(proved);
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
