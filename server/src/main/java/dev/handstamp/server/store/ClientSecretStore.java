package dev.handstamp.server.store;

import dev.handstamp.server.domain.client.ClientId;
import java.util.Optional;

/// The secrets of clients that sign with them, encrypted. They go with their client.
public final class ClientSecretStore {

    private static final String PUT = """
        INSERT INTO client_secret (client_id, secret_sealed) VALUES (?, ?)
            ON CONFLICT (client_id) DO UPDATE SET secret_sealed = excluded.secret_sealed""";

    private static final String FIND = """
        SELECT secret_sealed FROM client_secret WHERE client_id = ?""";

    private static final String DELETE = """
        DELETE FROM client_secret WHERE client_id = ?""";

    public void put(Transaction tx, ClientId client, String sealed) {
        tx.execute(PUT, client.value(), sealed);
    }

    public Optional<String> find(Transaction tx, ClientId client) {
        return tx.find(FIND, row -> row.text("secret_sealed"), client.value());
    }

    public void delete(Transaction tx, ClientId client) {
        tx.execute(DELETE, client.value());
    }
}
