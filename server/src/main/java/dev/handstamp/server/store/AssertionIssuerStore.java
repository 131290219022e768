package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.Subject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The issuers whose assertions count. Every change counts the configuration's position up.
public final class AssertionIssuerStore {

    private static final String INSERT = """
        INSERT INTO assertion_issuer (name, jwks, jwks_uri, naming, clients, users, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String LIST = """
        SELECT name, jwks, jwks_uri, naming, clients, users, created_at FROM assertion_issuer ORDER BY name""";

    private static final String UPDATE = """
        UPDATE assertion_issuer SET jwks = ?, jwks_uri = ?, naming = ?, clients = ?, users = ? WHERE name = ?""";

    private static final String DELETE = """
        DELETE FROM assertion_issuer WHERE name = ?""";

    private final RevisionStore revisions = new RevisionStore();
    private final ConfiguredStore configured = new ConfiguredStore();

    /// Registers an issuer.
    ///
    /// @return false if the name is taken
    public boolean insert(Transaction tx, AssertionIssuer issuer) {
        int inserted = tx.execute(
                INSERT,
                issuer.name(),
                issuer.keys().map(Json::text),
                issuer.keysUri(),
                issuer.naming().wireName(),
                Stored.names(issuer.clients()),
                Stored.names(issuer.users()),
                issuer.createdAt());
        if (inserted > 0) revisions.bumpConfiguration(tx);
        return inserted > 0;
    }

    /// Replaces everything but the name. What came by what it was is to be taken back.
    ///
    /// @return false if there is none
    public boolean update(Transaction tx, AssertionIssuer issuer) {
        int updated = tx.execute(
                UPDATE,
                issuer.keys().map(Json::text),
                issuer.keysUri(),
                issuer.naming().wireName(),
                Stored.names(issuer.clients()),
                Stored.names(issuer.users()),
                issuer.name());
        if (updated > 0) revisions.bumpConfiguration(tx);
        return updated > 0;
    }

    /// Those that can be read; another one is logged and left out.
    public List<AssertionIssuer> list(Transaction tx) {
        return tx.list(LIST, row -> Stored.readable("issuer", row.text("name"), () -> from(row))).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /// Its grants remain, and are to be revoked.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, String name) {
        int deleted = tx.execute(DELETE, name);
        configured.forget(tx, "issuer", name);
        if (deleted > 0) revisions.bumpConfiguration(tx);
        return deleted > 0;
    }

    private static AssertionIssuer from(Row row) {
        return new AssertionIssuer(
                row.text("name"),
                row.optionalText("jwks").map(Stored::object),
                row.optionalText("jwks_uri"),
                AssertionIssuer.Naming.named(row.text("naming"))
                        .orElseThrow(() -> new StoreException("no naming " + row.text("naming"))),
                Stored.names(row.text("clients")).stream().map(ClientId::new).collect(Collectors.toSet()),
                Stored.names(row.text("users")).stream().map(Subject::new).collect(Collectors.toSet()),
                row.instant("created_at"));
    }
}
