package dev.handstamp.server.store;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The revocation log: read forward by position, forgotten once it can concern no living token.
public final class RevocationStore {

    private static final String INSERT = """
        INSERT INTO revocation (position, revoked_at, kind, id, cause, audiences, issued_before, forget_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String AFTER = """
        SELECT position, revoked_at, kind, id, cause, audiences, issued_before, forget_at
          FROM revocation WHERE position > ? ORDER BY position""";

    private static final String PAGE = """
        SELECT position, revoked_at, kind, id, cause, audiences, issued_before, forget_at
          FROM revocation WHERE position > ? ORDER BY position LIMIT ?""";

    private static final String NEWEST = """
        SELECT position, revoked_at, kind, id, cause, audiences, issued_before, forget_at
          FROM revocation WHERE position > ? ORDER BY position DESC LIMIT ?""";

    private static final String FORGET = """
        DELETE FROM revocation WHERE position IN
            (SELECT position FROM revocation WHERE forget_at < ? ORDER BY forget_at LIMIT ?)""";

    private final RevisionStore revisions = new RevisionStore();
    private final ExchangeRuleStore exchanges = new ExchangeRuleStore();
    private final StatusListStore statusLists = new StatusListStore();

    /// Takes it back in the status lists too, but for a single token, whose index only the token knows.
    ///
    /// Takes the next position, and with it the log's lock until the commit: the last thing a transaction should
    /// do.
    ///
    /// Concerns also the APIs that tokens for these can have been exchanged for.
    ///
    /// @param audiences the APIs that it concerns; empty: all
    public Revocation append(
            Transaction tx,
            Kind kind,
            String id,
            AuditEvent.Type cause,
            Set<Audience> audiences,
            Instant at,
            Instant forgetAt) {
        long position = revisions.bump(tx);
        // No audience means every one.
        Set<Audience> reached = audiences.isEmpty() ? audiences : exchanges.reachable(tx, audiences);
        Revocation entry = new Revocation(position, at, kind, id, cause.wireName(), reached, at, forgetAt);
        String concerned = Stored.names(entry.audiences());
        tx.execute(INSERT, position, at, kind.name(), id, entry.cause(), concerned, at, forgetAt);
        statusLists.revoke(tx, kind, id, at);
        return entry;
    }

    /// Everything behind a position, in order.
    public List<Revocation> after(Transaction tx, long position) {
        return tx.list(AFTER, RevocationStore::from, position);
    }

    /// The first of what is behind a position, in order.
    public List<Revocation> after(Transaction tx, long position, int limit) {
        return tx.list(PAGE, RevocationStore::from, position, limit);
    }

    /// The newest of what is behind a position, in order.
    public List<Revocation> newest(Transaction tx, long position, int limit) {
        return tx.list(NEWEST, RevocationStore::from, position, limit).reversed();
    }

    /// The position of the last entry; 0 if there is none.
    public long last(Transaction tx) {
        List<Revocation> newest = newest(tx, -1, 1);
        return newest.isEmpty() ? 0 : newest.getFirst().position();
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
                row.text("cause"),
                Stored.names(row.text("audiences")).stream().map(Audience::new).collect(Collectors.toSet()),
                row.instant("issued_before"),
                row.instant("forget_at"));
    }
}
