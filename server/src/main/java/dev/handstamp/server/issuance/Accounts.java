package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Consent;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.BrowserSessionStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.KnownDeviceStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a user sees and ends of what is its own: sessions, and the access of applications.
public final class Accounts {

    /// A live session.
    ///
    /// @param clients those that something was granted to in it
    public record Open(Session session, Set<ClientId> clients) {}

    /// What an application may do for the user.
    ///
    /// @param scopes by the API that they are of
    /// @param since  when the user first allowed any of it, as far as it still counts
    public record Access(ClientId client, Map<Audience, Scopes> scopes, Instant since) {}

    /// Everything that a user can end.
    public record Overview(List<Open> sessions, List<Access> applications) {}

    private static final int MOST = 200;
    private static final String LOCALE = "locale";

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final AuditStore audit;
    private final Endings endings;
    private final InstantSource clock;
    private final ConsentStore consents = new ConsentStore();
    private final BrowserSessionStore browsers = new BrowserSessionStore();
    private final RevisionStore revisions = new RevisionStore();
    private final KnownDeviceStore devices = new KnownDeviceStore();
    private final Visitors visitors = new Visitors();

    public Accounts(
            Database database,
            UserStore users,
            SessionStore sessions,
            GrantStore grants,
            AuditStore audit,
            Endings endings,
            InstantSource clock) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.grants = grants;
        this.audit = audit;
        this.endings = endings;
        this.clock = clock;
    }

    /// What there is, the newest session first. A session that neither a browser nor a grant is left of is none.
    public Overview overview(Visitor visitor) {
        Subject subject = visitor.user().subject();
        Instant now = clock.instant();
        return database.read(tx -> {
            List<Grant> live = grants.listLive(tx, subject, now, MOST);
            Set<SessionId> inBrowsers = browsers.sessions(tx, subject);
            List<Open> open = new ArrayList<>();
            for (Session session : sessions.listLive(tx, subject, now, MOST)) {
                Set<ClientId> clients = live.stream()
                        .filter(grant -> grant.session().equals(session.id()))
                        .map(Grant::client)
                        .collect(Collectors.toSet());
                if (!clients.isEmpty() || inBrowsers.contains(session.id())) open.add(new Open(session, clients));
            }
            return new Overview(open, applications(live, consents.list(tx, subject)));
        });
    }

    /// Changes what the user is called, and which language it reads.
    ///
    /// @param locale the attribute of that name; empty takes it away
    public void describe(Visitor visitor, String name, String locale, Caller caller) {
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            Optional<User> user = visitors.lock(tx, visitor, now).map(Visitor::user);
            if (user.isEmpty()) return false;
            Map<String, Object> attributes = new TreeMap<>(user.get().attributes());
            if (locale.isEmpty()) attributes.remove(LOCALE);
            else attributes.put(LOCALE, locale);
            User changed = user.get().withProfile(name, user.get().email(), attributes);
            if (changed.equals(user.get())) return false;
            users.update(tx, changed);
            String subject = changed.subject().value();
            Map<String, String> details = Map.of("username", changed.username().value());
            audit.append(
                    tx,
                    caller.event(AuditEvent.Type.USER_CHANGED, subject, subject, ClientId.FIRST_PARTY, details, now));
            revisions.bumpConfiguration(tx); // UserInfo tells it from the commit on.
            return true;
        });
    }

    /// Ends one of the user's sessions.
    ///
    /// @return false if it is not the user's, or had ended before
    public boolean end(Visitor visitor, SessionId session, Directory directory, Caller caller) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            boolean isOwn = sessions.find(tx, session)
                    .filter(found -> found.subject().equals(visitor.user().subject()))
                    .isPresent();
            return isOwn && endings.logOut(tx, session, visitor.user().subject(), directory, caller, now);
        });
    }

    /// Ends every session of the user, this one too. Every browser is asked for the second factor again.
    public void endAll(Visitor visitor, Directory directory, Caller caller) {
        Subject subject = visitor.user().subject();
        Instant now = clock.instant();
        boolean more = true;
        while (more) {
            more = database.inTransaction(tx -> {
                users.lock(tx, subject); // Whoever opens something else in one of them has finished, or finds it over.
                devices.distrust(tx, subject);
                List<Session> live = sessions.listLive(tx, subject, now, MOST);
                for (Session session : live) endings.logOut(tx, session.id(), subject, directory, caller, now);
                return live.size() == MOST;
            });
        }
    }

    /// Forgets what the user has allowed an application, and revokes all that came of it.
    public void takeBack(Visitor visitor, ClientId client, Directory directory, Caller caller) {
        Subject subject = visitor.user().subject();
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            boolean hadAllowed = consents.delete(tx, subject, client);
            List<Grant> granted = grants.listLive(tx, subject, now, Integer.MAX_VALUE).stream()
                    .filter(grant -> grant.client().equals(client))
                    .toList();
            if (!hadAllowed && granted.isEmpty()) return false;
            note(tx, visitor, client, granted, caller, now);
            for (Grant grant : granted) endings.revoke(tx, grant, AuditEvent.Type.CONSENT_WITHDRAWN, directory, now);
            return true;
        });
    }

    private void note(
            Transaction tx, Visitor visitor, ClientId client, List<Grant> granted, Caller caller, Instant now) {
        audit.append(
                tx,
                caller.event(
                        AuditEvent.Type.CONSENT_WITHDRAWN,
                        visitor.user().subject().value(),
                        client.value(),
                        client,
                        Map.of("grants", Integer.toString(granted.size())),
                        now));
    }

    /// What was allowed and what is in use, together: some applications ask nobody.
    private static List<Access> applications(List<Grant> live, List<Consent> given) {
        Map<String, Access> applications = new TreeMap<>();
        for (Consent consent : given) {
            add(
                    applications,
                    new Access(consent.client(), Map.of(consent.audience(), consent.scopes()), consent.givenAt()));
        }
        for (Grant grant : live) {
            if (grant.client().equals(ClientId.FIRST_PARTY)) continue;
            add(applications, new Access(grant.client(), Map.of(grant.audience(), grant.scopes()), grant.createdAt()));
        }
        return List.copyOf(applications.values());
    }

    private static void add(Map<String, Access> applications, Access more) {
        applications.merge(
                more.client.value(),
                more,
                (one, other) -> new Access(
                        one.client,
                        both(one.scopes, other.scopes),
                        one.since.isBefore(other.since) ? one.since : other.since));
    }

    private static Map<Audience, Scopes> both(Map<Audience, Scopes> one, Map<Audience, Scopes> other) {
        Map<Audience, Scopes> both = new LinkedHashMap<>(one);
        other.forEach((audience, scopes) -> both.merge(audience, scopes, Scopes::union));
        return both;
    }
}
