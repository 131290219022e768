package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Busy;
import dev.handstamp.server.crypto.Differs;
import dev.handstamp.server.crypto.Hashed;
import dev.handstamp.server.crypto.Matches;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Verdict;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.issuance.LoginThrottle.Admitted;
import dev.handstamp.server.issuance.LoginThrottle.Crowded;
import dev.handstamp.server.issuance.LoginThrottle.Delayed;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Checks name and password: throttle first, then the hash. Whoever asks decides what a right one opens.
///
/// A user is called by the user name, and by the address that they have shown to read. Who has a user name goes before
/// who has an address that is spelled the same.
///
/// An unknown name, a disabled user and a wrong password take the same way, the same time and the same answer.
public final class PasswordCheck {

    private static final Subject NOBODY = new Subject(Subject.PREFIX + "nobody");
    private static final Duration CROWDED = Duration.ofSeconds(1);

    /// Someone tries a password.
    ///
    /// @param username as typed
    /// @param password exactly as received
    /// @param client   whose user wants to be let in
    /// @param device   what the browser is known by, if it is one
    record Attempt(String username, String password, ClientId client, Caller caller, Optional<SecretHash> device) {

        /// Leaves the password out.
        @Override
        public String toString() {
            return "Attempt[" + caller.requestId() + "]";
        }
    }

    sealed interface Result {}

    /// The password is this user's.
    ///
    /// @param renewed a hash of today's strength in place of an older one
    record Right(User user, Optional<PasswordHash> renewed) implements Result {

        /// Whether the user is still the one that was checked: let in, and with the same password.
        boolean isStill(User now) {
            return !now.disabled() && now.passwordHash().equals(user.passwordHash());
        }
    }

    /// The name is unknown, the password is wrong or the user is disabled: nobody is told which.
    record Wrong() implements Result {}

    /// Too many failures; the password was not looked at.
    record Throttled(Duration retryAfter) implements Result {}

    /// No room to hash; the password was not looked at.
    record NoRoom(Duration retryAfter) implements Result {}

    /// What was typed as a name, and what it can mean.
    ///
    /// @param normal the one form of its spellings
    private record Name(Optional<Username> username, Optional<String> emailKey, String normal) {

        private static final int LONGEST = 64;

        static Name of(String typed) {
            Optional<Username> username = Username.parse(typed);
            Optional<String> emailKey = EmailAddress.parse(typed).map(EmailAddress::key);
            String normal = username.map(Username::value).or(() -> emailKey).orElseGet(() -> cut(typed));
            return new Name(username, emailKey, normal);
        }

        private static String cut(String text) {
            return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        }
    }

    /// Who may be meant by a name, and whether this network or this very browser is an old acquaintance.
    private record Candidate(Optional<User> user, boolean known, boolean knownDevice) {}

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final AuditStore audit;
    private final LoginThrottle throttle;
    private final PasswordHasher hasher;
    private final KnownDevices devices;
    private final InstantSource clock;
    private final Tally tally;

    public PasswordCheck(
            Database database,
            UserStore users,
            SessionStore sessions,
            AuditStore audit,
            LoginThrottle throttle,
            PasswordHasher hasher,
            KnownDevices devices,
            InstantSource clock,
            Tally tally) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.audit = audit;
        this.throttle = throttle;
        this.hasher = hasher;
        this.devices = devices;
        this.clock = clock;
        this.tally = tally;
    }

    Result check(Attempt attempt) {
        Name name = Name.of(attempt.username);
        Candidate candidate = candidate(name, attempt);
        Optional<Subject> subject = candidate.user.map(User::subject);
        // A browser that its user has signed in with counts for itself: the failures of strangers, even of those in the
        // same network, do not keep the user out of it.
        var admission = candidate.knownDevice
                ? throttle.admit(name.normal, subject.orElseThrow(), attempt.device.orElseThrow())
                : throttle.admit(name.normal, subject, attempt.caller, candidate.known);
        return switch (admission) {
            case Delayed delayed -> throttled(attempt, candidate, delayed);
            case Crowded _ -> turnedAway(CROWDED);
            case Admitted admitted -> check(attempt, candidate, admitted);
        };
    }

    /// Keeps the stronger hash, in the transaction that lets the user in.
    ///
    /// @return the user as stored from here on
    User renew(Transaction tx, Attempt attempt, Right right, User user, Instant now) {
        if (right.renewed.isEmpty()) return user;
        User renewed = user.withPasswordHash(right.renewed.get());
        users.update(tx, renewed);
        String subject = user.subject().value();
        AuditEvent.Type type = AuditEvent.Type.PASSWORD_HASH_RENEWED;
        audit.append(tx, attempt.caller.event(type, subject, subject, attempt.client, Map.of(), now));
        return renewed;
    }

    /// The user was disabled, deleted or given another password while this one was checked.
    void changed(Attempt attempt, Right right) {
        refused(attempt, Optional.of(right.user), "changed");
    }

    private Candidate candidate(Name name, Attempt attempt) {
        return database.read(tx -> {
            // Both are looked up, whether or not the first one is there.
            Optional<User> byUsername = name.username.flatMap(each -> users.findByUsername(tx, each));
            Optional<User> byEmail = name.emailKey.flatMap(each -> users.findByVerifiedEmail(tx, each));
            Optional<User> user = byUsername.or(() -> byEmail);
            Subject subject = user.map(User::subject).orElse(NOBODY);
            return new Candidate(
                    user,
                    sessions.hasSignedInFrom(tx, subject, attempt.caller.address()),
                    devices.isKnown(tx, attempt.device, subject));
        });
    }

    private Result check(Attempt attempt, Candidate candidate, Admitted admitted) {
        boolean settled = false;
        try {
            Verdict verdict = candidate
                    .user
                    .filter(_ -> admitted.isLooked())
                    .map(user -> hasher.verify(user.passwordHash(), attempt.password))
                    .orElseGet(() -> hasher.verifyNobody(attempt.password));
            settled = !(verdict instanceof Busy);
            return switch (verdict) {
                case Busy(var retryAfter) -> turnedAway(retryAfter);
                case Differs _ -> {
                    throttle.failed(admitted);
                    yield refused(
                            attempt, candidate.user, admitted.isLooked() ? "wrong_password" : "too_many_failures");
                }
                case Matches(var needsRenewal) -> {
                    throttle.succeeded(admitted);
                    yield right(attempt, candidate.user.orElseThrow(), needsRenewal);
                }
            };
        } finally {
            if (!settled) throttle.undecided(admitted);
        }
    }

    private Result right(Attempt attempt, User user, boolean needsRenewal) {
        if (user.disabled()) return refused(attempt, Optional.of(user), "disabled");
        return new Right(user, needsRenewal ? stronger(attempt.password) : Optional.empty());
    }

    /// When there is no room to make another hash, another login will.
    private Optional<PasswordHash> stronger(String password) {
        return hasher.hash(password) instanceof Hashed(var hash) ? Optional.of(hash) : Optional.empty();
    }

    private Result throttled(Attempt attempt, Candidate candidate, Delayed delayed) {
        tally.loginsThrottled.increment();
        // One line for each pause: the audit trail is no place that a stranger can fill at will.
        if (delayed.announce()) {
            report(AuditEvent.Type.LOGIN_THROTTLED, attempt, candidate.user, "too_many_failures");
        }
        return new Throttled(delayed.retryAfter());
    }

    private Result refused(Attempt attempt, Optional<User> user, String reason) {
        tally.loginsFailed.increment();
        report(AuditEvent.Type.LOGIN_FAILED, attempt, user, reason);
        return new Wrong();
    }

    private Result turnedAway(Duration retryAfter) {
        tally.loginsTurnedAway.increment();
        return new NoRoom(retryAfter);
    }

    /// Names the user where there is one. What else was typed as a name is not kept: it may be a password.
    private void report(AuditEvent.Type type, Attempt attempt, Optional<User> user, String reason) {
        String subject = user.map(each -> each.subject().value()).orElse("");
        Map<String, String> details = user.map(each ->
                        Map.of("reason", reason, "username", each.username().value()))
                .orElse(Map.of("reason", type == AuditEvent.Type.LOGIN_FAILED ? "unknown_user" : reason));
        AuditEvent event = attempt.caller.event(type, "", subject, attempt.client, details, clock.instant());
        database.inTransaction(tx -> {
            audit.append(tx, event);
            return event;
        });
    }
}
