package dev.handstamp.server.store;

import java.util.List;

/// The one counter of everything that a running server keeps in memory.
///
/// Counting up locks its row until the commit: positions become visible in their order, and whoever sees position N
/// sees everything below it. Count late in a transaction, since others wait.
public final class RevisionStore {

    private static final String BUMP = """
        UPDATE revision SET position = position + 1 WHERE id = 1
        RETURNING position, configuration_position""";

    private static final String BUMP_CONFIGURATION = """
        UPDATE revision SET position = position + 1, configuration_position = position + 1 WHERE id = 1
        RETURNING position, configuration_position""";

    private static final String LOCK = """
        UPDATE revision SET position = position WHERE id = 1
        RETURNING position, configuration_position""";

    private static final String FIND = """
        SELECT position, configuration_position FROM revision WHERE id = 1""";

    /// The position of one more entry of the revocation log.
    public long bump(Transaction tx) {
        tx.revise();
        return one(tx, tx.dialect().announced(BUMP)).position();
    }

    /// The position of one more change of clients, APIs, roles or signing keys. Their stores count by themselves.
    public long bumpConfiguration(Transaction tx) {
        tx.revise();
        return one(tx, tx.dialect().announced(BUMP_CONFIGURATION)).position();
    }

    /// Waits for the changes of others and keeps new ones out: what is read from here on stays true until the commit.
    public Revision lock(Transaction tx) {
        return one(tx, LOCK);
    }

    public Revision position(Transaction tx) {
        return one(tx, FIND);
    }

    private static Revision one(Transaction tx, String sql) {
        List<Revision> rows =
                tx.list(sql, row -> new Revision(row.number("position"), row.number("configuration_position")));
        return rows.getFirst();
    }
}
