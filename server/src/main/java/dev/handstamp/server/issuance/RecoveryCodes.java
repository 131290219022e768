package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.KeyedHash;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.session.RecoveryCode;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.store.SecondFactorStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The recovery codes of users. Each set is hashed with a key of its own, which is sealed under the master key: it can
/// move to another server, and tells nothing of any other.
public final class RecoveryCodes {

    /// A set that can move.
    ///
    /// @param key    what its codes are hashed with: 32 bytes, base64url
    /// @param hashes of those that are left
    public record Set(Secret key, List<SecretHash> hashes) {

        public Set {
            hashes = List.copyOf(hashes);
        }
    }

    // What the keyed hash of a code is for that was made before each set had its own key.
    private static final String RECOVERY = "recovery code";

    private final KeyEncryption encryption;
    private final Secrets secrets;
    private final SecondFactorStore store = new SecondFactorStore();

    public RecoveryCodes(KeyEncryption encryption, Secrets secrets) {
        this.encryption = encryption;
        this.secrets = secrets;
    }

    /// Makes a set in place of the one that there was, and shows it once.
    public List<RecoveryCode> renew(Transaction tx, Subject subject) {
        store.deleteRecoveryCodes(tx, subject);
        Secret key = secrets.oneTime();
        store.insertRecoveryKey(tx, subject, encryption.seal(key, purpose(subject)));
        List<RecoveryCode> codes = new ArrayList<>();
        for (int i = 0; i < RecoveryCode.SET; i++) {
            RecoveryCode code = new RecoveryCode(secrets.letters(RecoveryCode.ALPHABET, RecoveryCode.LENGTH));
            store.insertRecoveryCode(tx, subject, KeyedHash.of(key, code.value()));
            codes.add(code);
        }
        return codes;
    }

    /// Uses a code up.
    ///
    /// @return false if it is none of this user's, or was used before
    boolean spend(Transaction tx, Subject subject, RecoveryCode code, Instant now) {
        SecretHash hash = store.findRecoveryKey(tx, subject)
                .map(key -> opened(subject, key)
                        .orElseThrow(() -> new IllegalStateException(
                                "the key of recovery codes of " + subject + " does not open")))
                .map(key -> KeyedHash.of(key, code.value()))
                .orElseGet(() -> encryption.hash(code.value(), RECOVERY));
        return store.spendRecoveryCode(tx, subject, hash, now);
    }

    /// What of a set that has a key of its own can move; empty if nothing is left, or if the key does not open.
    ///
    /// @param left the hashes of the codes that are left
    public Optional<Set> movable(Subject subject, String sealedKey, List<SecretHash> left) {
        if (left.isEmpty()) return Optional.empty();
        return opened(subject, sealedKey).map(key -> new Set(key, left));
    }

    /// Takes in a set of another server's for a user who has none.
    public void adopt(Transaction tx, Subject subject, Set moved) {
        store.insertRecoveryKey(tx, subject, encryption.seal(moved.key, purpose(subject)));
        for (SecretHash hash : moved.hashes) store.insertRecoveryCode(tx, subject, hash);
    }

    private Optional<Secret> opened(Subject subject, String sealedKey) {
        return encryption.open(sealedKey, purpose(subject));
    }

    private static String purpose(Subject subject) {
        return "recovery codes\n" + subject.value();
    }
}
