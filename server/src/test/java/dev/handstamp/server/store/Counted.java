package dev.handstamp.server.store;

/// Counts rows, for tests outside the store.
public final class Counted {

    private Counted() {}

    public static long rows(Transaction tx, String table) {
        return tx.find("SELECT COUNT(*) AS number FROM " + table, row -> row.number("number"))
                .orElseThrow();
    }
}
