package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.session.KnownDevice;
import dev.handstamp.server.domain.session.KnownDevice.Trust;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The browsers that users have signed in with.
public final class KnownDeviceStore {

    /// The most that are kept of one user: those that were used last.
    public static final int MOST = 50;

    private static final String FIND = """
        SELECT device_id, device_hash, subject, address, user_agent, created_at, used_at, trusted_until, password_digest
          FROM known_device WHERE device_hash = ? AND subject = ? AND removed_at IS NULL""";

    private static final String LIST = """
        SELECT device_id, device_hash, subject, address, user_agent, created_at, used_at, trusted_until, password_digest
          FROM known_device WHERE subject = ? AND removed_at IS NULL ORDER BY used_at DESC LIMIT ?""";

    private static final String LAST_USER = """
        SELECT subject FROM known_device WHERE device_hash = ? AND removed_at IS NULL ORDER BY used_at DESC LIMIT 1""";

    private static final String ANY = """
        SELECT 1 FROM known_device WHERE subject = ? LIMIT 1""";

    private static final String MEET = """
        INSERT INTO known_device (device_id, device_hash, subject, address, user_agent, created_at, used_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (device_hash, subject) DO UPDATE
           SET address = excluded.address, user_agent = excluded.user_agent, used_at = excluded.used_at,
               removed_at = NULL""";

    private static final String RENAME = """
        UPDATE known_device SET device_hash = ? WHERE device_hash = ?""";

    private static final String TRUST = """
        UPDATE known_device SET trusted_until = ?, password_digest = ? WHERE device_hash = ? AND subject = ?""";

    private static final String DISTRUST = """
        UPDATE known_device SET trusted_until = NULL, password_digest = NULL
         WHERE subject = ? AND trusted_until IS NOT NULL""";

    private static final String DISTRUST_ALL = """
        UPDATE known_device SET trusted_until = NULL, password_digest = NULL
         WHERE used_at > ? AND trusted_until IS NOT NULL""";

    private static final String REMOVE = """
        UPDATE known_device SET removed_at = ?, trusted_until = NULL, password_digest = NULL
         WHERE device_id = ? AND subject = ? AND removed_at IS NULL""";

    private static final String TRIM = """
        DELETE FROM known_device WHERE subject = ? AND device_id NOT IN
            (SELECT device_id FROM known_device WHERE subject = ? ORDER BY used_at DESC LIMIT ?)""";

    private static final String FORGET = """
        DELETE FROM known_device WHERE device_id IN
            (SELECT device_id FROM known_device WHERE used_at < ? ORDER BY used_at LIMIT ?)""";

    /// The browser, if this user has signed in with it.
    public Optional<KnownDevice> find(Transaction tx, SecretHash hash, Subject subject) {
        return tx.find(FIND, KnownDeviceStore::from, hash.value(), subject.value());
    }

    /// Who has signed in with a browser last.
    public Optional<Subject> lastUser(Transaction tx, SecretHash hash) {
        return tx.find(LAST_USER, row -> new Subject(row.text("subject")), hash.value());
    }

    /// The last used first.
    public List<KnownDevice> list(Transaction tx, Subject subject) {
        return tx.list(LIST, KnownDeviceStore::from, subject.value(), MOST);
    }

    /// Whether the user has signed in with any, even one that was removed.
    public boolean hasAny(Transaction tx, Subject subject) {
        return tx.find(ANY, _ -> true, subject.value()).isPresent();
    }

    /// Keeps a browser that has signed in just now, or that it was used again.
    public void meet(Transaction tx, KnownDevice device) {
        tx.execute(
                MEET,
                device.id(),
                device.hash().value(),
                device.subject().value(),
                device.address(),
                device.userAgent(),
                device.createdAt(),
                device.usedAt());
        tx.execute(TRIM, device.subject().value(), device.subject().value(), MOST);
    }

    /// A browser shows something else from here on, to everybody whom it is known to.
    public void rename(Transaction tx, SecretHash before, SecretHash after) {
        tx.execute(RENAME, after.value(), before.value());
    }

    public void trust(Transaction tx, SecretHash hash, Subject subject, Trust trust) {
        tx.execute(TRUST, trust.until(), trust.passwordDigest().value(), hash.value(), subject.value());
    }

    /// Ends that any of them needs no second factor.
    public void distrust(Transaction tx, Subject subject) {
        tx.execute(DISTRUST, subject.value());
    }

    /// The same for everybody.
    public void distrustAll(Transaction tx) {
        tx.execute(DISTRUST_ALL, Instant.EPOCH);
    }

    /// Makes one a stranger again.
    ///
    /// @return false if it is none of this user's
    public boolean remove(Transaction tx, String id, Subject subject, Instant now) {
        return tx.execute(REMOVE, now, id, subject.value()) > 0;
    }

    /// Drops those that were not used since, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static KnownDevice from(Row row) {
        return new KnownDevice(
                row.text("device_id"),
                new SecretHash(row.text("device_hash")),
                new Subject(row.text("subject")),
                row.text("address"),
                row.text("user_agent"),
                row.instant("created_at"),
                row.instant("used_at"),
                row.optionalInstant("trusted_until")
                        .map(until -> new Trust(until, new SecretHash(row.text("password_digest")))));
    }
}
