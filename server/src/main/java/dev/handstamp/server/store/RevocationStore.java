package dev.handstamp.server.store;

import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import java.time.Instant;
import java.util.List;

/// The revocation log: read forward by position, forgotten once it can concern no living token.
public final class RevocationStore {

    private static final String INSERT = """
        INSERT INTO revocation (position, revoked_at, kind, id, issued_before, forget_at)
        VALUES (?, ?, ?, ?, ?, ?)""";

    private static final String AFTER = """
        SELECT position, revoked_at, kind, id, issued_before, forget_at
          FROM revocation WHERE position > ? ORDER BY position""";

    private static final String FORGET = """
        DELETE FROM revocation WHERE position IN
            (SELECT position FROM revocation WHERE forget_at < ? ORDER BY forget_at LIMIT ?)""";

    private final RevisionStore revisions = new RevisionStore();

    /// Takes the next position, and with it the log's lock until the commit: the last thing a transaction should do.
    public Revocation append(Transaction tx, Kind kind, String id, Instant at, Instant issuedBefore, Instant forgetAt) {
        long position = revisions.bump(tx);
        tx.execute(INSERT, position, at, kind.name(), id, issuedBefore, forgetAt);
        return new Revocation(position, at, kind, id, issuedBefore, forgetAt);
    }

    /// Everything behind a position, in order.
    public List<Revocation> after(Transaction tx, long position) {
        return tx.list(AFTER, RevocationStore::from, position);
    }

    /// Drops entries that no longer concern any token, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static Revocation from(Row row) {
        return new Revocation(
                row.number("position"),
                row.instant("revoked_at"),
                Kind.valueOf(row.text("kind")),
                row.text("id"),
                row.instant("issued_before"),
                row.instant("forget_at"));
    }
}
