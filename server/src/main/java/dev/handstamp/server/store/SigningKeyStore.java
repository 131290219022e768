package dev.handstamp.server.store;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.SigningKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The signing keys, their private parts encrypted, and the check value of the master key that encrypts them.
///
/// Every change of a key counts the configuration's position up. Whoever decides by [#list(Transaction)] what is to
/// change takes [RevisionStore#lock(Transaction)] first, so that two nodes do not rotate at once.
public final class SigningKeyStore {

    private static final String MASTER_KEY_CHECK = "master_key_check";

    private static final String INSERT = """
        INSERT INTO signing_key
            (algorithm, audience, encrypted_key, created_at, activated_at, retired_at, removed_at, key_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String UPDATE = """
        UPDATE signing_key
           SET algorithm = ?, audience = ?, encrypted_key = ?, created_at = ?, activated_at = ?, retired_at = ?,
               removed_at = ?
         WHERE key_id = ?""";

    private static final String LIST = """
        SELECT key_id, algorithm, audience, encrypted_key, created_at, activated_at, retired_at, removed_at
          FROM signing_key ORDER BY created_at, key_id""";

    private static final String FORGET = """
        DELETE FROM signing_key WHERE removed_at < ?""";

    private static final String FIND_SETTING = """
        SELECT value FROM setting WHERE name = ?""";

    private static final String INSERT_SETTING = """
        INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING""";

    private final RevisionStore revisions = new RevisionStore();

    public void insert(Transaction tx, SigningKey key) {
        tx.execute(INSERT, columns(key));
        revisions.bumpConfiguration(tx);
    }

    /// Replaces everything but the identifier.
    ///
    /// @return false if there is none
    public boolean update(Transaction tx, SigningKey key) {
        int updated = tx.execute(UPDATE, columns(key));
        if (updated > 0) revisions.bumpConfiguration(tx);
        return updated > 0;
    }

    /// All of them, removed ones too, the oldest first.
    public List<SigningKey> list(Transaction tx) {
        return tx.list(LIST, SigningKeyStore::from);
    }

    /// Deletes keys that were removed before an instant.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        int forgotten = tx.execute(FORGET, before);
        if (forgotten > 0) revisions.bumpConfiguration(tx);
        return forgotten;
    }

    /// What tells whether a master key is the right one; nothing in a new database.
    public Optional<String> checkValue(Transaction tx) {
        return tx.find(FIND_SETTING, row -> row.text("value"), MASTER_KEY_CHECK);
    }

    /// Sets the check value once and for all.
    ///
    /// @return false if another was first
    public boolean setCheckValue(Transaction tx, String value) {
        return tx.execute(INSERT_SETTING, MASTER_KEY_CHECK, value) > 0;
    }

    private static Object[] columns(SigningKey key) {
        return new Object[] {
            key.algorithm().joseName(),
            key.api().map(Audience::value),
            key.encryptedKey(),
            key.createdAt(),
            key.activatedAt(),
            key.retiredAt(),
            key.removedAt(),
            key.keyId()
        };
    }

    private static SigningKey from(Row row) {
        return new SigningKey(
                row.text("key_id"),
                ApiStore.algorithm(row.text("algorithm")),
                row.optionalText("audience").map(Audience::new),
                row.text("encrypted_key"),
                row.instant("created_at"),
                row.optionalInstant("activated_at"),
                row.optionalInstant("retired_at"),
                row.optionalInstant("removed_at"));
    }
}
