package dev.handstamp.server.administration;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.session.RecoveryCode;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.Notices;
import dev.handstamp.server.issuance.RecoveryCodes;
import dev.handstamp.server.issuance.SecondFactors;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.SecondFactorStore;
import dev.handstamp.server.store.SecondFactorStore.Authenticator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The authenticator applications of users (RFC 6238), and their recovery codes.
public final class TotpEnrolments {

    /// What is shown once.
    ///
    /// @param uri           for the application, as a QR code or typed in: it holds the secret
    /// @param recoveryCodes each good once, if the application is lost
    public record Enrolled(User user, String uri, List<String> recoveryCodes) {

        /// Leaves the secrets out.
        @Override
        public String toString() {
            return "Enrolled[" + user.subject() + "]";
        }
    }

    /// A user's second factor.
    public record Enrolment(Instant since, long recoveryCodesLeft) {}

    private final Database database;
    private final Users users;
    private final Supplier<KeyEncryption> encryption;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Journal journal;
    private final Notices notices;
    private final SecondFactorStore store = new SecondFactorStore();

    /// @param encryption opened when it is needed
    public TotpEnrolments(
            Database database,
            Users users,
            Supplier<KeyEncryption> encryption,
            Secrets secrets,
            InstantSource clock,
            Administrator administrator) {
        this.database = database;
        this.users = users;
        this.encryption = encryption;
        this.secrets = secrets;
        this.clock = clock;
        this.journal = new Journal(administrator);
        this.notices = new Notices(secrets, clock);
    }

    /// Enrols a user, who is asked for a code at every login from here on.
    ///
    /// @param host what the application shows beside the name
    public Enrolled add(String nameOrSubject, String host) {
        User user = users.find(nameOrSubject);
        Secret secret = Totp.newSecret(secrets);
        String sealed = encryption.get().seal(secret, SecondFactors.purpose(user.subject()));
        var recoveryCodes = new RecoveryCodes(encryption.get(), secrets);
        Instant now = clock.instant();
        List<RecoveryCode> codes = database.inTransaction(tx -> {
            if (!store.insert(tx, user.subject(), sealed, now)) {
                throw new Refused("refused.user.totp-exists", user.username());
            }
            journal.note(tx, AuditEvent.Type.TOTP_ENROLLED, user.subject().value(), Map.of(), now);
            notices.tell(tx, user, Notice.FACTOR_ADDED);
            return recoveryCodes.renew(tx, user.subject());
        });
        return new Enrolled(
                user,
                Totp.uri(secret, host, user.username().value()),
                codes.stream().map(RecoveryCode::shown).toList());
    }

    /// Takes it away: the password is enough from here on. Sessions go on.
    public User remove(String nameOrSubject) {
        User user = users.find(nameOrSubject);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            if (!store.delete(tx, user.subject())) {
                throw new Refused("refused.user.totp-none", user.username());
            }
            journal.note(tx, AuditEvent.Type.TOTP_REMOVED, user.subject().value(), Map.of(), now);
            notices.tell(tx, user, Notice.FACTOR_REMOVED);
            return user;
        });
    }

    public Optional<Enrolment> find(User user) {
        return database.read(tx -> store.find(tx, user.subject())
                .map(Authenticator::createdAt)
                .map(since -> new Enrolment(since, store.countRecoveryCodes(tx, user.subject()))));
    }
}
