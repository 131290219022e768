package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.grant.Consent;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.PasskeyStore;
import dev.handstamp.server.store.SecondFactorStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Everything that somebody who helps a user looks at first, as of one moment.
public final class UserDetails {

    private static final int MOST = 100;
    private static final int EVENTS = 50;
    private static final Duration RECENT = Duration.ofDays(90);

    /// What a user signs in with besides the password.
    ///
    /// @param recoveryCodesLeft of the authenticator application's
    public record Factors(Optional<Instant> totpSince, long recoveryCodesLeft, List<Passkey> passkeys) {}

    /// What there is of a user.
    ///
    /// @param sessions live ones, the last to expire first
    /// @param grants   live ones, the newest first
    /// @param events   those of the last 90 days that the user caused or met with, the newest first
    public record Detail(
            User user,
            List<Session> sessions,
            Factors factors,
            List<Grant> grants,
            List<Consent> consents,
            List<AuditEvent> events) {}

    private final Database database;
    private final Users users;
    private final InstantSource clock;
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();
    private final ConsentStore consents = new ConsentStore();
    private final PasskeyStore passkeys = new PasskeyStore();
    private final SecondFactorStore secondFactors = new SecondFactorStore();
    private final AuditStore audit = new AuditStore();

    public UserDetails(Database database, Users users, InstantSource clock) {
        this.database = database;
        this.users = users;
        this.clock = clock;
    }

    public Detail find(String nameOrSubject) {
        User user = users.find(nameOrSubject);
        Subject subject = user.subject();
        Instant now = clock.instant();
        return database.read(tx -> new Detail(
                user,
                sessions.listLive(tx, subject, now, MOST),
                factors(tx, subject),
                grants.listLive(tx, subject, now, MOST),
                consents.list(tx, subject),
                audit.listAbout(tx, subject.value(), now.minus(RECENT), EVENTS).reversed()));
    }

    /// What a user signs in with besides the password.
    public Factors factors(String nameOrSubject) {
        User user = users.find(nameOrSubject);
        return database.read(tx -> factors(tx, user.subject()));
    }

    private Factors factors(Transaction tx, Subject subject) {
        Optional<Instant> since = secondFactors.find(tx, subject).map(SecondFactorStore.Authenticator::createdAt);
        return new Factors(
                since, since.isEmpty() ? 0 : secondFactors.countRecoveryCodes(tx, subject), passkeys.list(tx, subject));
    }
}
