package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.PasswordStep;
import dev.handstamp.server.domain.session.TotpParameters;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The second factors of users, and the logins that wait for one.
public final class SecondFactorStore {

    private static final String INSERT = """
        INSERT INTO totp (subject, sealed_secret, algorithm, digits, period, last_step, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND = """
        SELECT sealed_secret, algorithm, digits, period, last_step, created_at FROM totp WHERE subject = ?""";

    private static final String LIST_OF_PAGE = """
        SELECT subject, sealed_secret, algorithm, digits, period, last_step, created_at
          FROM totp WHERE subject IN (""" + UserStore.SUBJECTS_OF_PAGE + ")";

    private static final String FIND_ANY = """
        SELECT subject FROM totp WHERE subject > '' LIMIT 1""";

    private static final String ACCEPT = """
        UPDATE totp SET last_step = ? WHERE subject = ? AND last_step < ?""";

    private static final String DELETE = """
        DELETE FROM totp WHERE subject = ?""";

    private static final String INSERT_CODE = """
        INSERT INTO recovery_code (code_hash, subject) VALUES (?, ?)""";

    private static final String SPEND_CODE = """
        UPDATE recovery_code SET spent_at = ? WHERE code_hash = ? AND subject = ? AND spent_at IS NULL""";

    private static final String COUNT_CODES = """
        SELECT COUNT(*) AS codes FROM recovery_code WHERE subject = ? AND spent_at IS NULL""";

    private static final String LIST_CODES_OF_PAGE = """
        SELECT subject, code_hash FROM recovery_code
         WHERE spent_at IS NULL AND subject IN (""" + UserStore.SUBJECTS_OF_PAGE + ") ORDER BY code_hash";

    private static final String FIND_CODE = """
        SELECT subject FROM recovery_code WHERE code_hash = ?""";

    private static final String DELETE_CODES = """
        DELETE FROM recovery_code WHERE subject = ?""";

    private static final String INSERT_KEY = """
        INSERT INTO recovery_code_key (subject, key_sealed) VALUES (?, ?)""";

    private static final String FIND_KEY = """
        SELECT key_sealed FROM recovery_code_key WHERE subject = ?""";

    private static final String LIST_KEYS_OF_PAGE = """
        SELECT subject, key_sealed FROM recovery_code_key WHERE subject IN (""" + UserStore.SUBJECTS_OF_PAGE + ")";

    private static final String DELETE_KEY = """
        DELETE FROM recovery_code_key WHERE subject = ?""";

    private static final String INSERT_STEP = """
        INSERT INTO password_step (step_hash, subject, password_digest, method, proved_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?)""";

    private static final String FIND_STEP = """
        SELECT step_hash, subject, password_digest, method, proved_at, expires_at FROM password_step
         WHERE step_hash = ? AND expires_at > ?""";

    private static final String SPEND_STEP = """
        DELETE FROM password_step WHERE step_hash = ?""";

    private static final String FORGET_STEPS = """
        DELETE FROM password_step WHERE step_hash IN
            (SELECT step_hash FROM password_step WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    /// A user's authenticator application.
    ///
    /// @param sealedSecret encrypted under the master key
    /// @param lastStep     of the last code that counted
    public record Authenticator(String sealedSecret, TotpParameters parameters, long lastStep, Instant createdAt) {}

    private final KnownDeviceStore devices = new KnownDeviceStore();
    private final WrongCodeStore wrongCodes = new WrongCodeStore();

    /// Enrols a user with what is set up here.
    ///
    /// @return false if the user has one already
    public boolean insert(Transaction tx, Subject subject, String sealedSecret, Instant now) {
        return insert(tx, subject, sealedSecret, TotpParameters.USUAL, 0, now);
    }

    /// Enrols a user with what may have been set up elsewhere.
    ///
    /// @return false if the user has one already
    public boolean insert(
            Transaction tx,
            Subject subject,
            String sealedSecret,
            TotpParameters parameters,
            long lastStep,
            Instant createdAt) {
        return tx.execute(
                        INSERT,
                        subject.value(),
                        sealedSecret,
                        parameters.algorithm().name(),
                        parameters.digits(),
                        parameters.period(),
                        lastStep,
                        createdAt)
                > 0;
    }

    public Optional<Authenticator> find(Transaction tx, Subject subject) {
        return tx.find(FIND, SecondFactorStore::authenticator, subject.value());
    }

    /// Those of the users of a page ([UserStore#PAGE_OF_EVERYBODY]) behind a name.
    public Map<Subject, Authenticator> findByUser(Transaction tx, String afterUsername) {
        return tx.findByUser(LIST_OF_PAGE, SecondFactorStore::authenticator, afterUsername);
    }

    /// Whether anybody has one.
    public boolean isAny(Transaction tx) {
        return tx.find(FIND_ANY, _ -> true).isPresent();
    }

    /// A code counts, and with it none of its step and before.
    ///
    /// @return false if one of that step has counted already
    public boolean accept(Transaction tx, Subject subject, long step) {
        return tx.execute(ACCEPT, step, subject.value(), step) > 0;
    }

    /// Takes it away, with its recovery codes and what was remembered of it.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, Subject subject) {
        devices.distrust(tx, subject);
        wrongCodes.forgive(tx, subject);
        deleteRecoveryCodes(tx, subject);
        return tx.execute(DELETE, subject.value()) > 0;
    }

    public void deleteRecoveryCodes(Transaction tx, Subject subject) {
        tx.execute(DELETE_CODES, subject.value());
        tx.execute(DELETE_KEY, subject.value());
    }

    /// Keeps what the codes of a user's set are hashed with, which has none yet.
    public void insertRecoveryKey(Transaction tx, Subject subject, String keySealed) {
        tx.execute(INSERT_KEY, subject.value(), keySealed);
    }

    /// What the codes of a user's set are hashed with, sealed; empty: a key of this server.
    public Optional<String> findRecoveryKey(Transaction tx, Subject subject) {
        return tx.find(FIND_KEY, row -> row.text("key_sealed"), subject.value());
    }

    /// The same of the users of a page behind a name.
    public Map<Subject, String> findRecoveryKeyByUser(Transaction tx, String afterUsername) {
        return tx.findByUser(LIST_KEYS_OF_PAGE, row -> row.text("key_sealed"), afterUsername);
    }

    public void insertRecoveryCode(Transaction tx, Subject subject, SecretHash code) {
        tx.execute(INSERT_CODE, code.value(), subject.value());
    }

    /// Uses a recovery code up.
    ///
    /// @return false if it is none of this user's, or was used before
    public boolean spendRecoveryCode(Transaction tx, Subject subject, SecretHash code, Instant now) {
        return tx.execute(SPEND_CODE, now, code.value(), subject.value()) > 0;
    }

    /// Whether anybody has or had it: a code is kept once for all users.
    public boolean hasRecoveryCode(Transaction tx, SecretHash code) {
        return tx.find(FIND_CODE, row -> row.text("subject"), code.value()).isPresent();
    }

    /// Those that are left to the users of a page behind a name.
    public Map<Subject, List<SecretHash>> listRecoveryCodesByUser(Transaction tx, String afterUsername) {
        return tx.listByUser(LIST_CODES_OF_PAGE, row -> new SecretHash(row.text("code_hash")), afterUsername);
    }

    /// How many are left to a user.
    public long countRecoveryCodes(Transaction tx, Subject subject) {
        return tx.find(COUNT_CODES, row -> row.number("codes"), subject.value()).orElse(0L);
    }

    public void insert(Transaction tx, PasswordStep step) {
        tx.execute(
                INSERT_STEP,
                step.id().value(),
                step.subject().value(),
                step.passwordDigest().value(),
                step.method().wireName(),
                step.provedAt(),
                step.expiresAt());
    }

    /// The step, as long as it is good.
    public Optional<PasswordStep> findStep(Transaction tx, SecretHash id, Instant now) {
        return tx.find(
                FIND_STEP,
                row -> new PasswordStep(
                        new SecretHash(row.text("step_hash")),
                        new Subject(row.text("subject")),
                        new SecretHash(row.text("password_digest")),
                        AuthenticationMethod.named(row.text("method"))
                                .orElseThrow(() -> new StoreException("a stored step has no method")),
                        row.instant("proved_at"),
                        row.instant("expires_at")),
                id.value(),
                now);
    }

    /// Uses a step up.
    ///
    /// @return false if it was used before
    public boolean spendStep(Transaction tx, SecretHash id) {
        return tx.execute(SPEND_STEP, id.value()) > 0;
    }

    /// Drops steps that expired, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET_STEPS, before, Housekeeping.PORTION);
    }

    private static Authenticator authenticator(Row row) {
        return new Authenticator(
                row.text("sealed_secret"), parameters(row), row.number("last_step"), row.instant("created_at"));
    }

    private static TotpParameters parameters(Row row) {
        return TotpParameters.Algorithm.named(row.text("algorithm"))
                .flatMap(algorithm -> TotpParameters.of(algorithm, row.number("digits"), row.number("period")))
                .orElseThrow(() -> new StoreException("a stored second factor is made in no known way"));
    }
}
