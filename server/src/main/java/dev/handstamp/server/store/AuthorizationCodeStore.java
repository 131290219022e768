package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.AuthorizationCode;
import dev.handstamp.server.domain.grant.ClaimsRequest;
import dev.handstamp.server.domain.grant.CodeChallenge;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.session.SessionId;
import java.time.Instant;
import java.util.Optional;

/// Authorization codes. A spent one is kept as long as its grant: it tells a replay, and how the grant came to be.
public final class AuthorizationCodeStore {

    private static final String INSERT = """
        INSERT INTO authorization_code
            (code_hash, grant_id, redirect_uri, redirect_uri_sent, code_challenge, dpop_jkt, session_id, authenticated_at,
             nonce, claims, issued_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String FIND = """
        SELECT code.code_hash, code.grant_id, user_grant.client_id, code.redirect_uri, code.redirect_uri_sent,
               code.code_challenge, code.dpop_jkt, code.session_id, code.authenticated_at, code.nonce, code.claims, code.issued_at,
               code.expires_at, code.spent_at
          FROM authorization_code AS code JOIN user_grant ON user_grant.grant_id = code.grant_id
         WHERE code.code_hash = ?""";

    private static final String FIND_BY_GRANT = """
        SELECT code.code_hash, code.grant_id, user_grant.client_id, code.redirect_uri, code.redirect_uri_sent,
               code.code_challenge, code.dpop_jkt, code.session_id, code.authenticated_at, code.nonce, code.claims, code.issued_at,
               code.expires_at, code.spent_at
          FROM authorization_code AS code JOIN user_grant ON user_grant.grant_id = code.grant_id
         WHERE code.grant_id = ?""";

    private static final String SPEND = """
        UPDATE authorization_code SET spent_at = ? WHERE code_hash = ? AND spent_at IS NULL""";

    public void insert(Transaction tx, AuthorizationCode code) {
        tx.execute(
                INSERT,
                code.hash().value(),
                code.grant().value(),
                code.redirectUri().value(),
                code.redirectUriSent(),
                code.challenge().map(CodeChallenge::value),
                code.dpopKey(),
                code.session().value(),
                code.authenticatedAt(),
                code.nonce(),
                code.claims().toJson(),
                code.issuedAt(),
                code.expiresAt());
    }

    public Optional<AuthorizationCode> find(Transaction tx, SecretHash hash) {
        return tx.find(FIND, AuthorizationCodeStore::from, hash.value());
    }

    /// The code that a grant began with.
    public Optional<AuthorizationCode> findByGrant(Transaction tx, GrantId grant) {
        return tx.find(FIND_BY_GRANT, AuthorizationCodeStore::from, grant.value());
    }

    /// Spends a code.
    ///
    /// @return false if it was spent already: somebody was faster
    public boolean spend(Transaction tx, SecretHash hash, Instant now) {
        return tx.execute(SPEND, now, hash.value()) > 0;
    }

    private static AuthorizationCode from(Row row) {
        return new AuthorizationCode(
                new SecretHash(row.text("code_hash")),
                new GrantId(row.text("grant_id")),
                new ClientId(row.text("client_id")),
                new RedirectUri(row.text("redirect_uri")),
                row.flag("redirect_uri_sent"),
                row.optionalText("code_challenge").map(CodeChallenge::new),
                row.optionalText("dpop_jkt"),
                new SessionId(row.text("session_id")),
                row.instant("authenticated_at"),
                row.optionalText("nonce"),
                ClaimsRequest.parse(row.text("claims"))
                        .orElseThrow(() -> new StoreException("stored claims are malformed")),
                row.instant("issued_at"),
                row.instant("expires_at"),
                row.optionalInstant("spent_at"));
    }
}
