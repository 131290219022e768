package dev.handstamp.server.store;

import dev.handstamp.server.domain.passkey.CredentialId;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.passkey.PasskeyId;
import dev.handstamp.server.domain.passkey.PasskeyName;
import dev.handstamp.server.domain.passkey.UserHandle;
import dev.handstamp.server.domain.user.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The passkeys of users, and what authenticators call their users.
public final class PasskeyStore {

    private static final String INSERT_HOLDER = """
        INSERT INTO passkey_holder (subject, user_handle) VALUES (?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND_HANDLE = """
        SELECT user_handle FROM passkey_holder WHERE subject = ?""";

    private static final String LIST_HANDLES_OF_PAGE = """
        SELECT subject, user_handle FROM passkey_holder WHERE subject IN (""" + UserStore.SUBJECTS_OF_PAGE + ")";

    private static final String IS_TAKEN = """
        SELECT 1 FROM passkey_holder WHERE user_handle = ?""";

    private static final String INSERT = """
        INSERT INTO passkey
            (passkey_id, subject, credential_id, public_key, sign_count, backup_eligible, eligibility_known, backed_up,
             transports, aaguid, name, created_at, last_used_at, suspended_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND_BY_CREDENTIAL = """
        SELECT passkey_id, subject, credential_id, public_key, sign_count, backup_eligible, eligibility_known, backed_up,
               transports, aaguid, name, created_at, last_used_at, suspended_at
          FROM passkey WHERE credential_id = ?""";

    private static final String LIST = """
        SELECT passkey_id, subject, credential_id, public_key, sign_count, backup_eligible, eligibility_known, backed_up,
               transports, aaguid, name, created_at, last_used_at, suspended_at
          FROM passkey WHERE subject = ? ORDER BY created_at, passkey_id""";

    private static final String LIST_OF_PAGE = """
        SELECT passkey_id, subject, credential_id, public_key, sign_count, backup_eligible, eligibility_known, backed_up,
               transports, aaguid, name, created_at, last_used_at, suspended_at
          FROM passkey WHERE subject IN (""" + UserStore.SUBJECTS_OF_PAGE + ") ORDER BY created_at, passkey_id";

    private static final String IS_USABLE = """
        SELECT 1 FROM passkey WHERE subject = ? AND suspended_at IS NULL LIMIT 1""";

    // Of two uses at the same moment, the one that comes second is looked at anew.
    private static final String USE = """
        UPDATE passkey
           SET sign_count = ?, backup_eligible = ?, eligibility_known = ?, backed_up = ?, last_used_at = ?,
               suspended_at = ?
         WHERE passkey_id = ? AND sign_count = ? AND suspended_at IS NULL""";

    private static final String RENAME = """
        UPDATE passkey SET name = ? WHERE passkey_id = ? AND subject = ?""";

    private static final String DELETE = """
        DELETE FROM passkey WHERE passkey_id = ? AND subject = ?""";

    /// Whether authenticators call somebody so.
    public boolean isTaken(Transaction tx, UserHandle handle) {
        return tx.find(IS_TAKEN, _ -> true, handle.value()).isPresent();
    }

    /// Keeps what authenticators of another server call a user who has no passkey here yet.
    ///
    /// @return false if they call somebody else so
    public boolean adopt(Transaction tx, Subject subject, UserHandle moved) {
        return tx.execute(INSERT_HOLDER, subject.value(), moved.value()) > 0;
    }

    /// What authenticators call a user: the same as ever, or this from now on.
    public UserHandle handle(Transaction tx, Subject subject, UserHandle fresh) {
        tx.execute(INSERT_HOLDER, subject.value(), fresh.value());
        return handle(tx, subject).orElseThrow();
    }

    public Optional<UserHandle> handle(Transaction tx, Subject subject) {
        return tx.find(FIND_HANDLE, row -> new UserHandle(row.text("user_handle")), subject.value());
    }

    /// The same for the users of a page ([UserStore#PAGE_OF_EVERYBODY]) behind a name.
    public Map<Subject, UserHandle> handleByUser(Transaction tx, String afterUsername) {
        return tx.findByUser(LIST_HANDLES_OF_PAGE, row -> new UserHandle(row.text("user_handle")), afterUsername);
    }

    /// Adds a passkey to a user who has a handle.
    ///
    /// @return false if somebody has this credential already (WebAuthn Level 3 §7.1 step 26)
    public boolean insert(Transaction tx, Passkey passkey) {
        return tx.execute(
                        INSERT,
                        passkey.id().value(),
                        passkey.subject().value(),
                        passkey.credential().value(),
                        passkey.publicKey(),
                        passkey.signCount(),
                        passkey.backupEligible().orElse(false),
                        passkey.backupEligible().isPresent(),
                        passkey.backedUp(),
                        Stored.names(passkey.transports()),
                        passkey.aaguid(),
                        passkey.name().value(),
                        passkey.createdAt(),
                        passkey.lastUsedAt(),
                        passkey.suspendedAt())
                > 0;
    }

    public Optional<Passkey> find(Transaction tx, CredentialId credential) {
        return tx.find(FIND_BY_CREDENTIAL, PasskeyStore::from, credential.value());
    }

    /// Those of a user, the oldest first, the suspended ones too.
    public List<Passkey> list(Transaction tx, Subject subject) {
        return tx.list(LIST, PasskeyStore::from, subject.value());
    }

    /// The same of the users of a page behind a name.
    public Map<Subject, List<Passkey>> listByUser(Transaction tx, String afterUsername) {
        return tx.listByUser(LIST_OF_PAGE, PasskeyStore::from, afterUsername);
    }

    /// Whether a user has one that opens something.
    public boolean isUsable(Transaction tx, Subject subject) {
        return tx.find(IS_USABLE, _ -> true, subject.value()).isPresent();
    }

    /// Keeps what a use has come to.
    ///
    /// @param before what it was before
    /// @return false if it was used, suspended or taken away meanwhile
    public boolean use(Transaction tx, Passkey before, Passkey after) {
        return tx.execute(
                        USE,
                        after.signCount(),
                        after.backupEligible().orElse(false),
                        after.backupEligible().isPresent(),
                        after.backedUp(),
                        after.lastUsedAt(),
                        after.suspendedAt(),
                        before.id().value(),
                        before.signCount())
                > 0;
    }

    /// Calls it otherwise.
    ///
    /// @return false if it is none of this user's
    public boolean rename(Transaction tx, Subject subject, PasskeyId id, PasskeyName name) {
        return tx.execute(RENAME, name.value(), id.value(), subject.value()) > 0;
    }

    /// Takes it away.
    ///
    /// @return false if it is none of this user's
    public boolean delete(Transaction tx, Subject subject, PasskeyId id) {
        return tx.execute(DELETE, id.value(), subject.value()) > 0;
    }

    private static Passkey from(Row row) {
        return new Passkey(
                new PasskeyId(row.text("passkey_id")),
                new Subject(row.text("subject")),
                new CredentialId(row.text("credential_id")),
                row.text("public_key"),
                row.number("sign_count"),
                row.flag("eligibility_known") ? Optional.of(row.flag("backup_eligible")) : Optional.empty(),
                row.flag("backed_up"),
                new TreeSet<>(Stored.names(row.text("transports"))),
                row.text("aaguid"),
                new PasskeyName(row.text("name")),
                row.instant("created_at"),
                row.optionalInstant("last_used_at"),
                row.optionalInstant("suspended_at"));
    }
}
