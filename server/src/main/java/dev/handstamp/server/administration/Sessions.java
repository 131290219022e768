package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The live sessions of users.
public final class Sessions {

    /// A session and the name of whose it is.
    public record Listed(Session session, Username username) {}

    private final Database database;
    private final Users users;
    private final InstantSource clock;
    private final Journal journal;
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();
    private final UserStore userStore = new UserStore();

    public Sessions(Database database, Users users, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.users = users;
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    /// The live ones, the last to expire first.
    ///
    /// @param user a name or subject; empty for everybody
    public List<Listed> list(Optional<String> user, int limit) {
        Optional<User> one = user.map(users::find);
        Instant now = clock.instant();
        return database.read(tx -> {
            List<Session> live = one.isPresent()
                    ? sessions.listLive(tx, one.get().subject(), now, limit)
                    : sessions.listLive(tx, now, limit);
            return live.stream().map(session -> named(tx, session)).toList();
        });
    }

    /// Whose session it is, if it is live.
    public Optional<User> ownerOf(String id) {
        Instant now = clock.instant();
        return database.read(tx -> sessions.find(tx, new SessionId(id))
                .filter(session -> session.isLiveAt(now))
                .flatMap(session -> userStore.find(tx, session.subject())));
    }

    /// Ends a session, the grants that began in it and every token below them.
    public Session revoke(String id) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Session session = sessions.find(tx, new SessionId(id))
                    .filter(found -> found.isLiveAt(now))
                    .orElseThrow(
                            () -> new Refused(Refused.Kind.UNKNOWN, "refused.session.unknown", Refused.quoted(id)));
            sessions.end(tx, session.id(), now);
            grants.revokeAll(tx, session.id(), now);
            note(tx, session.id(), session.subject().value(), now);
            cutOff(tx, session.id(), now);
            return session;
        });
    }

    /// Ends every session of a user.
    ///
    /// @return those that it ended
    public List<SessionId> revokeAll(String user) {
        User found = users.find(user);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            userStore.lock(tx, found.subject()); // Whoever opens something else in one of them waits, or has finished.
            List<SessionId> ended = sessions.endAll(tx, found.subject(), now);
            grants.revokeAll(tx, found.subject(), now);
            for (SessionId session : ended) note(tx, session, found.subject().value(), now);
            for (SessionId session : ended) cutOff(tx, session, now);
            return ended;
        });
    }

    private void cutOff(Transaction tx, SessionId session, Instant now) {
        Set<Audience> audiences = grants.audiences(tx, session);
        journal.cutOff(tx, Kind.SESSION, session.value(), AuditEvent.Type.SESSION_REVOKED, audiences, now);
    }

    private Listed named(Transaction tx, Session session) {
        User user = userStore
                .find(tx, session.subject())
                .orElseThrow(() -> new IllegalStateException("a session of nobody"));
        return new Listed(session, user.username());
    }

    private void note(Transaction tx, SessionId session, String subject, Instant now) {
        journal.note(tx, AuditEvent.Type.SESSION_REVOKED, session.value(), Map.of("subject", subject), now);
    }
}
