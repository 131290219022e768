package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.PasswordStep;
import dev.handstamp.server.domain.session.RecoveryCode;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.KnownDeviceStore;
import dev.handstamp.server.store.SecondFactorStore;
import dev.handstamp.server.store.SecondFactorStore.Authenticator;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import dev.handstamp.server.store.WrongCodeStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/// What stands between a right password and a session, for users who have a second factor.
///
/// Wrong codes are counted by user in the database, whatever session or node they come by; a guess counts as a failure
/// until it is known to be none. From the fifth on each is followed by a pause that doubles. Each browser and each
/// network that the user has signed in from counts for itself, and everywhere else together: so whoever guesses a code
/// does not keep the owner out of those. All of them together are that much only for [#MOST_AT_KNOWN] failures a day,
/// and after that nowhere else than anybody is. Docs/decisions/0038 says how many guesses that makes.
public final class SecondFactors {

    /// How long after the password the second factor may come.
    public static final Duration STEP_LIFETIME = Duration.ofMinutes(5);

    private static final int FREE_FAILURES = 5;
    private static final int MOST_AT_KNOWN = 20;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

    /// What the failures of all browsers and networks that are known count as, beside that of each.
    private static final String KNOWN = "known";

    private static final String ELSEWHERE = "elsewhere";

    /// What a code turned out to be.
    sealed interface Verdict {}

    record Proved() implements Verdict {}

    record Wrong() implements Verdict {}

    /// Too many were wrong; this one was not looked at.
    record Blocked(Duration retryAfter) implements Verdict {}

    /// Somebody whose password was right, or what came by mail.
    record HalfWay(User user, AuthenticationMethod method, Instant provedAt) {}

    private final Database database;
    private final UserStore users;
    private final AuditStore audit;
    private final KeyEncryption encryption;
    private final Secrets secrets;
    private final Notices notices;
    private final RecoveryCodes recoveryCodes;
    private final SecondFactorStore store = new SecondFactorStore();
    private final WrongCodeStore wrongCodes = new WrongCodeStore();
    private final KnownDeviceStore devices = new KnownDeviceStore();
    private final SessionStore sessions = new SessionStore();

    public SecondFactors(
            Database database,
            UserStore users,
            AuditStore audit,
            KeyEncryption encryption,
            Secrets secrets,
            Notices notices) {
        this.database = database;
        this.users = users;
        this.audit = audit;
        this.encryption = encryption;
        this.secrets = secrets;
        this.notices = notices;
        this.recoveryCodes = new RecoveryCodes(encryption, secrets);
    }

    /// What an authenticator's sealed secret is for.
    public static String purpose(Subject subject) {
        return "totp\n" + subject.value();
    }

    public boolean isEnrolled(Subject subject) {
        return database.read(tx -> isEnrolled(tx, subject));
    }

    boolean isEnrolled(Transaction tx, Subject subject) {
        return store.find(tx, subject).isPresent();
    }

    /// The password was right, or what came by mail: what the holder of this proves next is the second factor.
    Secret begin(Transaction tx, User user, AuthenticationMethod method, Instant now) {
        Secret step = secrets.oneTime();
        store.insert(
                tx, new PasswordStep(step.hash(), user.subject(), digest(user), method, now, now.plus(STEP_LIFETIME)));
        return step;
    }

    /// Who is half way with this; nobody, if another password was set meanwhile, or the user disabled.
    ///
    /// For a transaction that lets them in: they are held until the commit.
    Optional<HalfWay> halfWay(Transaction tx, Secret step, Instant now) {
        return halfWay(tx, step, now, users::hold);
    }

    /// The same, for whoever only looks.
    Optional<HalfWay> peek(Transaction tx, Secret step, Instant now) {
        return halfWay(tx, step, now, users::find);
    }

    private Optional<HalfWay> halfWay(
            Transaction tx, Secret step, Instant now, BiFunction<Transaction, Subject, Optional<User>> find) {
        Optional<PasswordStep> found = store.findStep(tx, step.hash(), now);
        if (found.isEmpty()) return Optional.empty();
        return find.apply(tx, found.get().subject())
                .filter(user ->
                        !user.disabled() && digest(user).equals(found.get().passwordDigest()))
                .map(user -> new HalfWay(user, found.get().method(), found.get().provedAt()));
    }

    /// Uses a step up.
    ///
    /// @return false if it was used before
    boolean finish(Transaction tx, Secret step) {
        return store.spendStep(tx, step.hash());
    }

    /// Looks at what somebody typed: a code of the application, or a recovery code.
    ///
    /// @param device what the browser is known by, if it is one
    Verdict verify(
            Transaction tx,
            User user,
            String typed,
            ClientId client,
            Caller caller,
            Optional<SecretHash> device,
            Instant now) {
        Subject subject = user.subject();
        // Nobody guesses one: so it needs no pause, and whoever waits because of others' guesses has it.
        if (spendsRecoveryCode(tx, subject, typed, now)) {
            note(tx, AuditEvent.Type.RECOVERY_CODE_USED, user, client, caller, Map.of(), now);
            notices.tell(tx, user, Notice.RECOVERY_CODE_USED);
            return new Proved();
        }
        String place = place(tx, subject, caller, device, now);
        Optional<Long> failures = wrongCodes.admit(tx, subject, place, now);
        if (failures.isEmpty()) {
            wasNone(tx, subject, place);
            return blocked(tx, subject, place, now);
        }
        if (isRight(tx, subject, typed, now)) {
            wasNone(tx, subject, place);
            wrongCodes.forgive(tx, subject, place);
            return new Proved();
        }
        long beyond = failures.get() - FREE_FAILURES;
        if (beyond >= 0) wrongCodes.block(tx, subject, place, now.plus(pause(beyond)));
        if (beyond == 0) notices.tell(tx, user, Notice.WRONG_CODES);
        Map<String, String> details =
                Map.of("reason", "wrong_code", "username", user.username().value());
        note(tx, AuditEvent.Type.LOGIN_FAILED, user, client, caller, details, now);
        return new Wrong();
    }

    private boolean spendsRecoveryCode(Transaction tx, Subject subject, String typed, Instant now) {
        return RecoveryCode.parse(typed)
                .filter(code -> recoveryCodes.spend(tx, subject, code, now))
                .isPresent();
    }

    /// With whose failures a guess counts.
    private String place(Transaction tx, Subject subject, Caller caller, Optional<SecretHash> device, Instant now) {
        Optional<String> known = device.flatMap(hash -> devices.find(tx, hash, subject))
                .map(each -> "device " + each.id())
                .or(() -> sessions.hasSignedInFrom(tx, subject, caller.address())
                        ? Optional.of("network " + caller.network())
                        : Optional.empty());
        return known.filter(_ -> wrongCodes.admit(tx, subject, KNOWN, now).orElseThrow() <= MOST_AT_KNOWN)
                .orElse(ELSEWHERE);
    }

    /// The guess that was admitted is no failure of a known place.
    private void wasNone(Transaction tx, Subject subject, String place) {
        if (!place.equals(ELSEWHERE)) wrongCodes.takeBack(tx, subject, KNOWN);
    }

    private Blocked blocked(Transaction tx, Subject subject, String place, Instant now) {
        Instant until = wrongCodes.blockedUntil(tx, subject, place).orElse(now);
        return new Blocked(Duration.between(now, until.isAfter(now) ? until : now.plusSeconds(1)));
    }

    /// Whether this is a code of the user's application, which counts from here on no more.
    private boolean isRight(Transaction tx, Subject subject, String typed, Instant now) {
        Optional<Authenticator> authenticator = store.find(tx, subject);
        if (authenticator.isEmpty()) return false;
        OptionalLong step = step(authenticator.get(), subject, typed, now);
        return step.isPresent() && store.accept(tx, subject, step.getAsLong());
    }

    private OptionalLong step(Authenticator authenticator, Subject subject, String typed, Instant now) {
        Optional<String> code = Totp.normal(typed, authenticator.parameters());
        if (code.isEmpty()) return OptionalLong.empty();
        Secret secret = encryption
                .open(authenticator.sealedSecret(), purpose(subject))
                .orElseThrow(() -> new IllegalStateException("the second factor of " + subject + " does not open"));
        return Totp.step(secret, authenticator.parameters(), code.get(), now, authenticator.lastStep());
    }

    private void note(
            Transaction tx,
            AuditEvent.Type type,
            User user,
            ClientId client,
            Caller caller,
            Map<String, String> details,
            Instant now) {
        String subject = user.subject().value();
        audit.append(tx, caller.event(type, "", subject, client, details, now));
    }

    private static Duration pause(long doublings) {
        if (doublings >= 10) return LONGEST_PAUSE;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /// What changes with the password, or with how it is kept.
    static SecretHash digest(User user) {
        return new Secret(user.passwordHash().value()).hash();
    }
}
