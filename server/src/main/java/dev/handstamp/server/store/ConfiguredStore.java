package dev.handstamp.server.store;

import java.util.Collection;
import java.util.Set;

/// What came by a file, and so goes when the file names it no more. No server keeps it in memory.
public final class ConfiguredStore {

    private static final String PUT = """
        INSERT INTO configured (kind, id) VALUES (?, ?) ON CONFLICT DO NOTHING""";

    private static final String LIST = """
        SELECT kind, id FROM configured""";

    private static final String DELETE = """
        DELETE FROM configured WHERE kind = ? AND id = ?""";

    private static final String DELETE_GONE_RULES = """
        DELETE FROM configured
         WHERE kind = 'exchange'
           AND NOT EXISTS (SELECT 1 FROM exchange_rule
                            WHERE client_id || ' ' || from_audience || ' ' || to_audience = configured.id)""";

    /// One thing that came by a file.
    ///
    /// @param kind `api`, `role`, `client`, `issuer` or `exchange`
    /// @param id   of a rule of exchange: its client and its two APIs, with blanks between
    public record Configured(String kind, String id) {}

    public void putAll(Transaction tx, Collection<Configured> all) {
        for (Configured each : all) tx.execute(PUT, each.kind, each.id);
    }

    public Set<Configured> list(Transaction tx) {
        return Set.copyOf(tx.list(LIST, row -> new Configured(row.text("kind"), row.text("id"))));
    }

    /// Rules of exchange go with their client and with their APIs.
    void forgetRulesThatAreGone(Transaction tx) {
        tx.execute(DELETE_GONE_RULES);
    }

    /// What is made again under this name is somebody else's.
    void forget(Transaction tx, String kind, String id) {
        tx.execute(DELETE, kind, id);
    }
}
