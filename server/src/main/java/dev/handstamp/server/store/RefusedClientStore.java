package dev.handstamp.server.store;

import dev.handstamp.server.domain.client.ClientId;
import java.time.Instant;
import java.util.List;

/// Clients that a document describes and that an operator does not want: they do not come back by themselves.
public final class RefusedClientStore {

    private static final String PUT = """
        INSERT INTO refused_client (client_id, refused_at) VALUES (?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND = """
        SELECT client_id FROM refused_client WHERE client_id = ?""";

    private static final String LIST = """
        SELECT client_id FROM refused_client ORDER BY client_id""";

    private static final String DELETE = """
        DELETE FROM refused_client WHERE client_id = ?""";

    public void put(Transaction tx, ClientId id, Instant now) {
        tx.execute(PUT, id.value(), now);
    }

    public boolean contains(Transaction tx, ClientId id) {
        return tx.find(FIND, RefusedClientStore::from, id.value()).isPresent();
    }

    public List<ClientId> list(Transaction tx) {
        return tx.list(LIST, RefusedClientStore::from);
    }

    /// Lets it come again.
    ///
    /// @return false if it was not refused
    public boolean delete(Transaction tx, ClientId id) {
        return tx.execute(DELETE, id.value()) > 0;
    }

    private static ClientId from(Row row) {
        return new ClientId(row.text("client_id"));
    }
}
