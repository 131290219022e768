package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.session.AssuranceLevel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The APIs that tokens are issued for. Every change counts the configuration's position up.
public final class ApiStore {

    private static final String INSERT = """
        INSERT INTO api
            (audience, scopes, algorithm, token_lifetime, claims, secret_hash, status_list, open, required_acr,
             created_at, scope_words)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND = """
        SELECT audience, scopes, algorithm, token_lifetime, claims, secret_hash, status_list, open, required_acr,
               created_at, scope_words
          FROM api WHERE audience = ?""";

    private static final String LIST = """
        SELECT audience, scopes, algorithm, token_lifetime, claims, secret_hash, status_list, open, required_acr,
               created_at, scope_words
          FROM api ORDER BY audience""";

    private static final String UPDATE = """
        UPDATE api
           SET scopes = ?, algorithm = ?, token_lifetime = ?, claims = ?, secret_hash = ?, status_list = ?, open = ?,
               required_acr = ?, scope_words = ?
         WHERE audience = ?""";

    private static final String DELETE = """
        DELETE FROM api WHERE audience = ?""";

    private final RevisionStore revisions = new RevisionStore();
    private final ConfiguredStore configured = new ConfiguredStore();

    /// Registers an API.
    ///
    /// @return false if the audience is taken
    public boolean insert(Transaction tx, Api api) {
        int inserted = tx.execute(
                INSERT,
                api.audience().value(),
                api.scopes().toString(),
                api.algorithm().joseName(),
                api.tokenLifetime(),
                Json.text(Map.of("claims", api.claims())),
                api.secretHash().value(),
                api.statusList(),
                api.open(),
                api.requiredLevel().map(AssuranceLevel::wireName),
                api.createdAt(),
                Json.text(api.words().toObject()));
        if (inserted > 0) revisions.bumpConfiguration(tx);
        return inserted > 0;
    }

    public Optional<Api> find(Transaction tx, Audience audience) {
        return tx.find(FIND, ApiStore::from, audience.value());
    }

    public List<Api> list(Transaction tx) {
        return tx.list(LIST, ApiStore::from);
    }

    /// Changes everything but its identifier.
    ///
    /// @return false if there is none
    public boolean update(Transaction tx, Api api) {
        int updated = tx.execute(
                UPDATE,
                api.scopes().toString(),
                api.algorithm().joseName(),
                api.tokenLifetime(),
                Json.text(Map.of("claims", api.claims())),
                api.secretHash().value(),
                api.statusList(),
                api.open(),
                api.requiredLevel().map(AssuranceLevel::wireName),
                Json.text(api.words().toObject()),
                api.audience().value());
        if (updated > 0) revisions.bumpConfiguration(tx);
        return updated > 0;
    }

    /// Opens it to clients that nobody here has registered, or closes it to them.
    ///
    /// @return false if it is not there, or was so before
    public boolean open(Transaction tx, Audience audience, boolean open) {
        return find(tx, audience)
                .filter(api -> api.open() != open)
                .map(api -> update(tx, api.withOpen(open)))
                .orElse(false);
    }

    /// Takes it from the clients and roles that had it, too. Its grants remain, and are to be revoked.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, Audience audience) {
        int deleted = tx.execute(DELETE, audience.value());
        configured.forget(tx, "api", audience.value());
        configured.forgetRulesThatAreGone(tx);
        if (deleted > 0) revisions.bumpConfiguration(tx);
        return deleted > 0;
    }

    private static Api from(Row row) {
        return new Api(
                new Audience(row.text("audience")),
                Stored.scopes(row.text("scopes")),
                algorithm(row.text("algorithm")),
                Micros.toDuration(row.number("token_lifetime")),
                claims(row.text("claims")),
                new SecretHash(row.text("secret_hash")),
                row.flag("status_list"),
                row.flag("open"),
                row.optionalText("required_acr").map(ApiStore::level),
                row.instant("created_at"),
                Descriptions.of(Stored.object(row.text("scope_words")))
                        .orElseThrow(() -> new StoreException("stored words of scopes are malformed")));
    }

    static AssuranceLevel level(String acr) {
        return AssuranceLevel.named(acr).orElseThrow(() -> new StoreException("no acr " + acr));
    }

    static Algorithm algorithm(String joseName) {
        return Algorithm.named(joseName).orElseThrow(() -> new StoreException("no algorithm " + joseName));
    }

    private static List<String> claims(String json) {
        return Stored.object(json).get("claims") instanceof List<?> claims
                ? claims.stream().map(String.class::cast).toList()
                : List.of();
    }
}
