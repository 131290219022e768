package dev.handstamp.server.administration;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.passkey.PasskeyId;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.Notices;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.PasskeyStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The passkeys that users have enrolled. Nobody enrols one for somebody else.
public final class EnrolledPasskeys {

    private final Database database;
    private final Users users;
    private final InstantSource clock;
    private final Journal journal;
    private final Notices notices;
    private final PasskeyStore store = new PasskeyStore();
    private final UserStore userStore = new UserStore();
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();

    public EnrolledPasskeys(
            Database database, Users users, Secrets secrets, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.users = users;
        this.clock = clock;
        this.journal = new Journal(administrator);
        this.notices = new Notices(secrets, clock);
    }

    /// Those of a user, the oldest first.
    public List<Passkey> list(String nameOrSubject) {
        User user = users.find(nameOrSubject);
        return database.read(tx -> store.list(tx, user.subject()));
    }

    /// Takes one away and ends every session, grant and token of the user: whoever holds it is out.
    ///
    /// Even if it is the last way in: it may be a thief's. The user comes back in by a new password.
    public Passkey remove(String nameOrSubject, String passkey) {
        User user = users.find(nameOrSubject);
        PasskeyId id = new PasskeyId(passkey);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            userStore.lock(tx, user.subject());
            Passkey found = store.list(tx, user.subject()).stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new Refused(
                            Refused.Kind.UNKNOWN, "refused.user.no-passkey", user.username(), Refused.quoted(passkey)));
            store.delete(tx, user.subject(), id);
            Map<String, String> details =
                    Map.of("passkey", id.value(), "name", found.name().value());
            journal.note(tx, AuditEvent.Type.PASSKEY_REMOVED, user.subject().value(), details, now);
            notices.tell(tx, user, Notice.FACTOR_REMOVED);
            endEverything(tx, user, now);
            return found;
        });
    }

    private void endEverything(Transaction tx, User user, Instant now) {
        sessions.endAll(tx, user.subject(), now);
        grants.revokeAll(tx, user.subject(), now);
        Set<Audience> audiences = grants.audiences(tx, user.subject());
        journal.cutOff(tx, Kind.SUBJECT, user.subject().value(), AuditEvent.Type.PASSKEY_REMOVED, audiences, now);
    }
}
