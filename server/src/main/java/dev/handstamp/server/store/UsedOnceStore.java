package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import java.time.Instant;

/// What counts once and never again, on every node.
public final class UsedOnceStore {

    private static final String INSERT = """
        INSERT INTO used_once (name_hash, forget_at) VALUES (?, ?) ON CONFLICT DO NOTHING""";

    private static final String FORGET = """
        DELETE FROM used_once WHERE name_hash IN
            (SELECT name_hash FROM used_once WHERE forget_at < ? LIMIT ?)""";

    /// Uses a name up.
    ///
    /// @param forgetAt when it can be used no more for another reason
    /// @return false if it was used before
    public boolean use(Transaction tx, SecretHash name, Instant forgetAt) {
        return tx.execute(INSERT, name.value(), forgetAt) > 0;
    }

    /// Forgets some of what is past; fewer than [Housekeeping#PORTION] means all of it.
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }
}
