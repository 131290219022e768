package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.grant.RefreshToken;
import dev.handstamp.server.domain.grant.RefreshToken.Spending;
import dev.handstamp.server.domain.grant.Rotation;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AuthenticationContext;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Grants and the refresh tokens below them.
public final class GrantStore {

    private static final String INSERT = """
        INSERT INTO user_grant
            (grant_id, subject, client_id, session_id, audience, scopes, created_at, expires_at, revoked_at,
             authenticated_at, acr, amr)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String FIND = """
        SELECT grant_id, subject, client_id, session_id, audience, scopes, created_at, expires_at, revoked_at,
               authenticated_at, acr, amr
          FROM user_grant WHERE grant_id = ?""";

    private static final String LIST_LIVE = """
        SELECT grant_id, subject, client_id, session_id, audience, scopes, created_at, expires_at, revoked_at,
               authenticated_at, acr, amr
          FROM user_grant WHERE subject = ? AND revoked_at IS NULL AND expires_at > ?
         ORDER BY created_at DESC LIMIT ?""";

    private static final String LIST_LIVE_OF_CLIENT = """
        SELECT grant_id, subject, client_id, session_id, audience, scopes, created_at, expires_at, revoked_at,
               authenticated_at, acr, amr
          FROM user_grant WHERE client_id = ? AND revoked_at IS NULL AND expires_at > ? LIMIT ?""";

    private static final String SUBJECTS_OF_CLIENT = """
        SELECT DISTINCT subject FROM user_grant
         WHERE client_id = ? AND revoked_at IS NULL AND expires_at > ? LIMIT ?""";

    private static final String NAME_ISSUER = """
        UPDATE user_grant SET assertion_issuer = ? WHERE grant_id = ?""";

    private static final String FIND_STANDING = """
        SELECT grant_id, subject, client_id, session_id, audience, scopes, created_at, expires_at, revoked_at,
               authenticated_at, acr, amr
          FROM user_grant
         WHERE assertion_issuer = ? AND subject = ? AND client_id = ? AND audience = ? AND scopes = ?
           AND revoked_at IS NULL AND expires_at > ?
         ORDER BY created_at LIMIT 1""";

    private static final String REVOKE_STANDING = """
        UPDATE user_grant SET revoked_at = ? WHERE assertion_issuer = ? AND revoked_at IS NULL""";

    private static final String EXTEND = """
        UPDATE user_grant SET expires_at = ? WHERE grant_id = ? AND revoked_at IS NULL""";

    private static final String REVOKE = """
        UPDATE user_grant SET revoked_at = ? WHERE grant_id = ? AND revoked_at IS NULL""";

    private static final String REVOKE_BY_SESSION = """
        UPDATE user_grant SET revoked_at = ? WHERE session_id = ? AND revoked_at IS NULL""";

    private static final String REVOKE_BY_SUBJECT = """
        UPDATE user_grant SET revoked_at = ? WHERE subject = ? AND revoked_at IS NULL""";

    private static final String REVOKE_BY_CLIENT = """
        UPDATE user_grant SET revoked_at = ? WHERE client_id = ? AND revoked_at IS NULL""";

    private static final String REVOKE_BY_AUDIENCE = """
        UPDATE user_grant SET revoked_at = ? WHERE audience = ? AND revoked_at IS NULL""";

    private static final String REVOKE_BY_CLIENT_AND_AUDIENCE = """
        UPDATE user_grant SET revoked_at = ? WHERE client_id = ? AND audience = ? AND revoked_at IS NULL""";

    private static final String REVOKE_EVERYBODYS = """
        UPDATE user_grant SET revoked_at = ? WHERE revoked_at IS NULL AND expires_at > ?""";

    private static final String AUDIENCES_OF_SESSION = """
        SELECT DISTINCT audience FROM user_grant WHERE session_id = ?""";

    private static final String AUDIENCES_OF_SUBJECT = """
        SELECT DISTINCT audience FROM user_grant WHERE subject = ?""";

    private static final String AUDIENCES_OF_CLIENT = """
        SELECT DISTINCT audience FROM user_grant WHERE client_id = ?""";

    private static final String INSERT_REFRESH_TOKEN = """
        INSERT INTO refresh_token
            (token_hash, grant_id, issued_at, expires_at, spent_at, spent_by_hash, successor_hash, successor_sealed,
             bound_key, bound_certificate)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    // A successor that is no longer there counts as spent: nobody is answered with a token that does not exist.
    private static final String FIND_REFRESH_TOKEN = """
        SELECT token.token_hash, token.grant_id, user_grant.client_id, token.issued_at, token.expires_at,
               token.spent_at, token.spent_by_hash, token.successor_hash, token.successor_sealed,
               token.bound_key, token.bound_certificate,
               CASE WHEN successor.token_hash IS NULL OR successor.spent_at IS NOT NULL THEN 1 ELSE 0 END
                   AS successor_spent
          FROM refresh_token AS token
          JOIN user_grant ON user_grant.grant_id = token.grant_id
          LEFT JOIN refresh_token AS successor ON successor.token_hash = token.successor_hash
         WHERE token.token_hash = ?""";

    private static final String SPEND = """
        UPDATE refresh_token
           SET spent_at = ?, spent_by_hash = ?, successor_hash = ?, successor_sealed = ?
         WHERE token_hash = ? AND spent_at IS NULL""";

    private static final String PROLONG = """
        UPDATE refresh_token SET expires_at = ? WHERE token_hash = ? AND spent_at IS NULL""";

    private static final String FORGET_REFRESH_TOKENS = """
        DELETE FROM refresh_token WHERE token_hash IN
            (SELECT token_hash FROM refresh_token WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    private static final String FORGET = """
        DELETE FROM user_grant WHERE grant_id IN
            (SELECT grant_id FROM user_grant WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    private final ClientStore clients = new ClientStore();

    public void insert(Transaction tx, Grant grant) {
        tx.execute(
                INSERT,
                grant.id().value(),
                grant.subject().value(),
                grant.client().value(),
                grant.session().value(),
                grant.audience().value(),
                grant.scopes().toString(),
                grant.createdAt(),
                grant.expiresAt(),
                grant.revokedAt(),
                grant.authentication().map(AuthenticationContext::authenticatedAt),
                grant.authentication().map(AuthenticationContext::acr),
                grant.authentication()
                        .map(known -> String.join(" ", known.amr()))
                        .orElse(""));
        clients.noteUse(tx, grant.client(), grant.createdAt());
    }

    public Optional<Grant> find(Transaction tx, GrantId id) {
        return tx.find(FIND, GrantStore::grant, id.value());
    }

    /// Those of a user that still count, the newest first.
    public List<Grant> listLive(Transaction tx, Subject subject, Instant now, int limit) {
        return tx.list(LIST_LIVE, GrantStore::grant, subject.value(), now, limit);
    }

    /// The grants of a client that are not revoked and end after an instant, in no order.
    public List<Grant> listLive(Transaction tx, ClientId client, Instant after, int limit) {
        return tx.list(LIST_LIVE_OF_CLIENT, GrantStore::grant, client.value(), after, limit);
    }

    /// The users of such grants, each once.
    public List<Subject> subjects(Transaction tx, ClientId client, Instant after, int limit) {
        return tx.list(SUBJECTS_OF_CLIENT, row -> new Subject(row.text("subject")), client.value(), after, limit);
    }

    /// Inserts the grant that tokens descend from which come by assertions of this issuer.
    public void insertStanding(Transaction tx, Grant grant, String issuer) {
        insert(tx, grant);
        tx.execute(NAME_ISSUER, issuer, grant.id().value());
    }

    /// The grant for assertions of this issuer, with exactly these scopes.
    ///
    /// @param until how long it has to last
    public Optional<Grant> findStanding(
            Transaction tx,
            String issuer,
            Subject subject,
            ClientId client,
            Audience audience,
            Scopes scopes,
            Instant until) {
        return tx.find(
                FIND_STANDING,
                GrantStore::grant,
                issuer,
                subject.value(),
                client.value(),
                audience.value(),
                scopes.toString(),
                until);
    }

    /// Revokes what came by assertions of this issuer.
    ///
    /// @return how many were not revoked before
    public int revokeStanding(Transaction tx, String issuer, Instant now) {
        return tx.execute(REVOKE_STANDING, now, issuer);
    }

    /// Lets a grant last longer.
    ///
    /// @return false if it was revoked
    public boolean extend(Transaction tx, GrantId id, Instant until) {
        return tx.execute(EXTEND, until, id.value()) > 0;
    }

    /// Takes a grant back, and every refresh token below it.
    ///
    /// @return false if there is none, or it was revoked before
    public boolean revoke(Transaction tx, GrantId id, Instant now) {
        return tx.execute(REVOKE, now, id.value()) > 0;
    }

    /// Revokes the grants of a session.
    ///
    /// @return how many were not revoked before
    public int revokeAll(Transaction tx, SessionId session, Instant now) {
        return tx.execute(REVOKE_BY_SESSION, now, session.value());
    }

    /// Revokes the grants of a user.
    ///
    /// @return how many were not revoked before
    public int revokeAll(Transaction tx, Subject subject, Instant now) {
        return tx.execute(REVOKE_BY_SUBJECT, now, subject.value());
    }

    /// Revokes the grants of a client.
    ///
    /// @return how many were not revoked before
    public int revokeAll(Transaction tx, ClientId client, Instant now) {
        return tx.execute(REVOKE_BY_CLIENT, now, client.value());
    }

    /// Revokes the grants of a client at an API.
    ///
    /// @return how many were not revoked before
    public int revokeAll(Transaction tx, ClientId client, Audience audience, Instant now) {
        return tx.execute(REVOKE_BY_CLIENT_AND_AUDIENCE, now, client.value(), audience.value());
    }

    /// Revokes the grants at an API.
    ///
    /// @return how many were not revoked before
    public int revokeAll(Transaction tx, Audience audience, Instant now) {
        return tx.execute(REVOKE_BY_AUDIENCE, now, audience.value());
    }

    /// Revokes the grants of everybody.
    ///
    /// @return how many were not revoked before
    public int revokeAll(Transaction tx, Instant now) {
        return tx.execute(REVOKE_EVERYBODYS, now, now);
    }

    /// The APIs that tokens of this session can be for.
    public Set<Audience> audiences(Transaction tx, SessionId session) {
        return audiences(tx, AUDIENCES_OF_SESSION, session.value());
    }

    /// The APIs that a user's tokens can be for. Exact while [UserStore#lock] holds the user.
    public Set<Audience> audiences(Transaction tx, Subject subject) {
        return audiences(tx, AUDIENCES_OF_SUBJECT, subject.value());
    }

    /// The APIs that users' tokens of this client can be for.
    public Set<Audience> audiences(Transaction tx, ClientId client) {
        return audiences(tx, AUDIENCES_OF_CLIENT, client.value());
    }

    public void insertRefreshToken(Transaction tx, RefreshToken token) {
        Optional<Spending> spending = token.spending();
        tx.execute(
                INSERT_REFRESH_TOKEN,
                token.hash().value(),
                token.grant().value(),
                token.issuedAt(),
                token.expiresAt(),
                spending.map(Spending::at),
                spending.map(each -> each.caller().value()),
                spending.map(each -> each.successor().value()),
                spending.map(Spending::sealedSuccessor),
                token.bound().key(),
                token.bound().certificate());
    }

    public Optional<RefreshToken> findRefreshToken(Transaction tx, SecretHash hash) {
        return tx.find(FIND_REFRESH_TOKEN, GrantStore::refreshToken, hash.value());
    }

    /// Spends the predecessor and stores its successor, if nobody was faster.
    ///
    /// @return false if it was spent already, or is gone: then nothing has changed, and a second look shows by whom
    public boolean apply(Transaction tx, Rotation.Rotated rotated, SecretHash predecessor) {
        Spending spending = rotated.spending();
        int spent = tx.execute(
                SPEND,
                spending.at(),
                spending.caller().value(),
                spending.successor().value(),
                spending.sealedSuccessor(),
                predecessor.value());
        if (spent == 0) return false;

        insertRefreshToken(tx, rotated.successor());
        return true;
    }

    /// Lets a token that stays as it is wait longer for its next use.
    ///
    /// @return false if it was spent meanwhile
    public boolean prolong(Transaction tx, SecretHash hash, Instant expiresAt) {
        return tx.execute(PROLONG, expiresAt, hash.value()) > 0;
    }

    /// Drops expired refresh tokens and grants, at most [Housekeeping#PORTION] of each.
    ///
    /// @return how many, of the kind that had more
    public int forget(Transaction tx, Instant before) {
        int tokens = tx.execute(FORGET_REFRESH_TOKENS, before, Housekeeping.PORTION);
        int grants = tx.execute(FORGET, before, Housekeeping.PORTION);
        return Math.max(tokens, grants);
    }

    private static Grant grant(Row row) {
        return new Grant(
                new GrantId(row.text("grant_id")),
                new Subject(row.text("subject")),
                new ClientId(row.text("client_id")),
                new SessionId(row.text("session_id")),
                new Audience(row.text("audience")),
                Stored.scopes(row.text("scopes")),
                row.instant("created_at"),
                row.instant("expires_at"),
                row.optionalInstant("revoked_at"),
                authentication(row));
    }

    private static Optional<AuthenticationContext> authentication(Row row) {
        return row.optionalInstant("authenticated_at")
                .map(at -> new AuthenticationContext(at, row.text("acr"), Stored.names(row.text("amr"))));
    }

    private static Set<Audience> audiences(Transaction tx, String sql, String id) {
        return Set.copyOf(tx.list(sql, row -> new Audience(row.text("audience")), id));
    }

    private static RefreshToken refreshToken(Row row) {
        Optional<Spending> spending = row.optionalInstant("spent_at")
                .map(at -> new Spending(
                        at,
                        new SecretHash(row.text("successor_hash")),
                        row.text("successor_sealed"),
                        new SecretHash(row.text("spent_by_hash")),
                        row.flag("successor_spent")));
        return new RefreshToken(
                new SecretHash(row.text("token_hash")),
                new GrantId(row.text("grant_id")),
                new ClientId(row.text("client_id")),
                row.instant("issued_at"),
                row.instant("expires_at"),
                spending,
                new Confirmation(row.optionalText("bound_key"), row.optionalText("bound_certificate")));
    }
}
