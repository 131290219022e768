package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.util.List;

/// What happened, as far back as it is kept.
public final class AuditLog {

    private final Database database;
    private final AuditStore audit = new AuditStore();
    private final UserStore users = new UserStore();

    public AuditLog(Database database) {
        this.database = database;
    }

    /// The newest events since an instant, the oldest of them first.
    public List<AuditEvent> since(Instant since, int limit) {
        return database.read(tx -> audit.list(tx, since, limit));
    }

    /// Those that a user caused or met with.
    ///
    /// @param nameOrSubject a user who was deleted is still found by subject
    public List<AuditEvent> about(String nameOrSubject, Instant since, int limit) {
        return database.read(tx -> {
            String party = Username.parse(nameOrSubject)
                    .flatMap(username -> users.findByUsername(tx, username))
                    .map(User::subject)
                    .map(Subject::value)
                    .orElse(nameOrSubject);
            if (party.equals(nameOrSubject) && !nameOrSubject.startsWith(Subject.PREFIX)) {
                throw new Refused("there is no user " + Refused.quoted(nameOrSubject)
                        + "; one who was deleted is found by subject (usr_…)");
            }
            return audit.listAbout(tx, party, since, limit);
        });
    }
}
