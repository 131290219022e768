package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.PendingRequest;
import dev.handstamp.server.domain.grant.PendingRequest.Allowed;
import dev.handstamp.server.domain.grant.PendingRequest.Decision;
import dev.handstamp.server.domain.grant.PendingRequest.Denied;
import dev.handstamp.server.domain.grant.PendingRequest.Origin;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.SessionId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The authorization requests whose users are signing in or deciding.
public final class AuthorizationRequestStore {

    private static final String INSERT = """
        INSERT INTO authorization_request (request_hash, client_id, parameters, pushed, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?)""";

    private static final String FIND = """
        SELECT request_hash, client_id, parameters, pushed, created_at, expires_at, asked_scopes, decided_by,
               allowed_scopes
          FROM authorization_request WHERE request_hash = ?""";

    private static final String BEGIN = """
        UPDATE authorization_request SET pushed = 2, expires_at = ?
         WHERE request_hash = ? AND pushed = 1 AND expires_at > ?""";

    private static final String SPEND = """
        DELETE FROM authorization_request WHERE request_hash = ?""";

    private static final String ASK = """
        UPDATE authorization_request SET asked_scopes = ? WHERE request_hash = ?""";

    private static final String DECIDE = """
        UPDATE authorization_request SET decided_by = ?, allowed_scopes = ? WHERE request_hash = ?""";

    private static final String FORGET = """
        DELETE FROM authorization_request WHERE request_hash IN
            (SELECT request_hash FROM authorization_request WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    public void insert(Transaction tx, PendingRequest request) {
        tx.execute(
                INSERT,
                request.id().value(),
                request.client().value(),
                Json.text(request.parameters()),
                stored(request.origin()),
                request.createdAt(),
                request.expiresAt());
    }

    public Optional<PendingRequest> find(Transaction tx, SecretHash id) {
        return tx.find(FIND, AuthorizationRequestStore::from, id.value());
    }

    /// The user has come with a request that was pushed, for the first time.
    ///
    /// @param until how long the user may take from here
    /// @return false if somebody has come with it before, or too late
    public boolean begin(Transaction tx, SecretHash id, Instant now, Instant until) {
        return tx.execute(BEGIN, until, id.value(), now) > 0;
    }

    /// Uses a request up, so that it is answered once.
    ///
    /// @return false if it was used up before
    public boolean spend(Transaction tx, SecretHash id) {
        return tx.execute(SPEND, id.value()) > 0;
    }

    /// Remembers what the user is asked to allow.
    ///
    /// @return false if there is no such request any more
    public boolean ask(Transaction tx, SecretHash id, Scopes scopes) {
        return tx.execute(ASK, scopes.toString(), id.value()) > 0;
    }

    /// Records what the user has said; who says something else later means that.
    ///
    /// @return false if there is no such request any more
    public boolean decide(Transaction tx, SecretHash id, Decision decision) {
        return switch (decision) {
            case Allowed(var session, var scopes) ->
                tx.execute(DECIDE, session.value(), scopes.toString(), id.value()) > 0;
            case Denied _ -> tx.execute(DECIDE, "", Optional.empty(), id.value()) > 0;
        };
    }

    /// Drops requests that expired, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static PendingRequest from(Row row) {
        return new PendingRequest(
                new SecretHash(row.text("request_hash")),
                new ClientId(row.text("client_id")),
                parameters(row.text("parameters")),
                origin(row.number("pushed")),
                row.instant("created_at"),
                row.instant("expires_at"),
                row.optionalText("asked_scopes").map(Stored::scopes),
                decision(row));
    }

    private static long stored(Origin origin) {
        return switch (origin) {
            case BROWSER -> 0;
            case PUSHED -> 1;
            case PUSHED_AND_BEGUN -> 2;
            case DEVICE -> 3;
        };
    }

    private static Origin origin(long stored) {
        if (stored == 0) return Origin.BROWSER;
        if (stored == 3) return Origin.DEVICE;
        return stored == 1 ? Origin.PUSHED : Origin.PUSHED_AND_BEGUN;
    }

    private static Optional<Decision> decision(Row row) {
        Optional<String> by = row.optionalText("decided_by");
        if (by.isEmpty()) return Optional.empty();
        return Optional.of(
                by.get().isEmpty()
                        ? new Denied()
                        : new Allowed(new SessionId(by.get()), Stored.scopes(row.text("allowed_scopes"))));
    }

    private static Map<String, String> parameters(String json) {
        Map<String, String> parameters = new HashMap<>();
        Stored.object(json).forEach((name, value) -> parameters.put(name, (String) value));
        return parameters;
    }
}
