package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Consent;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.session.KnownDevice;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.issuance.Activity.Portion;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that is kept of a user, taken along or taken away by the user.
public final class OwnData {

    private static final int MOST_EVENTS = 10_000;
    private static final int MOST = 10_000;

    /// What became of an account that was to be deleted.
    public enum Deletion {
        DONE,
        /// The last sign-in is too long ago, or was not with every factor.
        NOT_FRESH,
        /// What was typed is not the user's name.
        NOT_CONFIRMED,
        /// Nobody else administers this server.
        LAST_ADMINISTRATOR
    }

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final AuditStore audit;
    private final OwnCredentials credentials;
    private final Passkeys passkeys;
    private final KnownDevices devices;
    private final Activity activity;
    private final Endings endings;
    private final Notices notices;
    private final InstantSource clock;
    private final ConsentStore consents = new ConsentStore();
    private final Visitors visitors = new Visitors();
    private final Administrators administrators = new Administrators();

    public OwnData(
            Database database,
            UserStore users,
            SessionStore sessions,
            GrantStore grants,
            AuditStore audit,
            OwnCredentials credentials,
            Passkeys passkeys,
            KnownDevices devices,
            Activity activity,
            Endings endings,
            Notices notices,
            InstantSource clock) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.grants = grants;
        this.audit = audit;
        this.credentials = credentials;
        this.passkeys = passkeys;
        this.devices = devices;
        this.activity = activity;
        this.endings = endings;
        this.notices = notices;
        this.clock = clock;
    }

    /// Everything that is kept of the user but secrets, as JSON; empty unless the user has just signed in.
    public Optional<Map<String, Object>> export(Visitor visitor) {
        User user = visitor.user();
        Instant now = clock.instant();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("exported_at", now.toString());
        all.put("profile", profile(user));
        all.put("sign_in", signIn(visitor));
        boolean isFresh = database.read(tx -> {
            if (visitors.find(tx, visitor.cookie(), now)
                    .filter(each -> each.isFreshAt(now))
                    .isEmpty()) return false;
            all.put(
                    "sessions",
                    sessions.listLive(tx, user.subject(), now, MOST).stream()
                            .map(OwnData::session)
                            .toList());
            all.put(
                    "allowed",
                    consents.list(tx, user.subject()).stream()
                            .map(OwnData::consent)
                            .toList());
            all.put(
                    "access",
                    grants.listLive(tx, user.subject(), now, MOST).stream()
                            .map(OwnData::grant)
                            .toList());
            return true;
        });
        if (!isFresh) return Optional.empty();
        all.put(
                "browsers",
                devices.list(user.subject()).stream().map(OwnData::browser).toList());
        all.put("events", events(user.subject()));
        return Optional.of(all);
    }

    /// Deletes the user with all that is theirs. The subject is never given again; the audit log keeps what happened.
    ///
    /// @param typed the user's name, so that nobody does it by mistake
    public Deletion delete(Visitor visitor, String typed, Caller caller) {
        User user = visitor.user();
        if (!Username.parse(typed).equals(Optional.of(user.username()))) return Deletion.NOT_CONFIRMED;
        if (!credentials.isFresh(visitor)) return Deletion.NOT_FRESH;
        Instant now = clock.instant();
        Subject subject = user.subject();
        return database.inTransaction(tx -> {
            Optional<Visitor> still = visitors.lock(tx, visitor, now).filter(each -> each.isFreshAt(now));
            if (still.isEmpty()) return Deletion.NOT_FRESH;
            if (administrators.isLast(tx, still.get().user())) return Deletion.LAST_ADMINISTRATOR;
            endings.cutOff(tx, subject, AuditEvent.Type.USER_DELETED, now);
            sessions.endAll(tx, subject, now); // They go with the user; clients are told.
            users.delete(tx, subject); // After the cut-off, which asks the grants for their places.
            Map<String, String> details = Map.of("username", user.username().value());
            audit.append(
                    tx,
                    caller.event(
                            AuditEvent.Type.USER_DELETED,
                            subject.value(),
                            subject.value(),
                            ClientId.FIRST_PARTY,
                            details,
                            now));
            notices.tell(tx, still.get().user(), Notice.ACCOUNT_DELETED);
            return Deletion.DONE;
        });
    }

    private static Map<String, Object> profile(User user) {
        Map<String, Object> profile = new LinkedHashMap<>();
        profile.put("sub", user.subject().value());
        profile.put("username", user.username().value());
        profile.put("name", user.name());
        profile.put("email", user.email());
        profile.put("roles", user.roles().stream().map(RoleName::value).toList());
        profile.put("attributes", user.attributes());
        profile.put("created_at", user.createdAt().toString());
        return profile;
    }

    private Map<String, Object> signIn(Visitor visitor) {
        OwnCredentials.State state = credentials.state(visitor);
        Map<String, Object> signIn = new LinkedHashMap<>();
        signIn.put("has_password", !visitor.user().passwordHash().equals(PasswordHash.NONE));
        state.authenticatorSince().ifPresent(since -> signIn.put("authenticator_since", since.toString()));
        signIn.put("recovery_codes_left", state.recoveryCodesLeft());
        signIn.put(
                "passkeys",
                passkeys.list(visitor.user().subject()).stream()
                        .map(OwnData::passkey)
                        .toList());
        return signIn;
    }

    private static Map<String, Object> passkey(Passkey passkey) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("name", passkey.name().value());
        told.put("created_at", passkey.createdAt().toString());
        passkey.lastUsedAt().ifPresent(at -> told.put("last_used_at", at.toString()));
        return told;
    }

    private static Map<String, Object> session(Session session) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("sid", session.id().value());
        told.put("address", session.address());
        told.put("user_agent", session.userAgent());
        told.put("created_at", session.createdAt().toString());
        told.put("expires_at", session.expiresAt().toString());
        return told;
    }

    private static Map<String, Object> browser(KnownDevice device) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("address", device.address());
        told.put("user_agent", device.userAgent());
        told.put("first_used_at", device.createdAt().toString());
        told.put("last_used_at", device.usedAt().toString());
        device.trust()
                .ifPresent(trust -> told.put("remembered_until", trust.until().toString()));
        return told;
    }

    private static Map<String, Object> consent(Consent consent) {
        return Map.of(
                "client_id", consent.client().value(),
                "audience", consent.audience().value(),
                "scope", consent.scopes().toString(),
                "given_at", consent.givenAt().toString());
    }

    private static Map<String, Object> grant(Grant grant) {
        return Map.of(
                "client_id", grant.client().value(),
                "audience", grant.audience().value(),
                "scope", grant.scopes().toString(),
                "created_at", grant.createdAt().toString(),
                "expires_at", grant.expiresAt().toString());
    }

    private List<Map<String, Object>> events(Subject subject) {
        List<Map<String, Object>> events = new ArrayList<>();
        Optional<String> next = Optional.of("");
        while (next.isPresent() && events.size() < MOST_EVENTS) {
            Portion portion = activity.before(subject, next.get());
            for (AuditEvent event : portion.events()) events.add(event(event, subject));
            next = portion.next();
        }
        return events;
    }

    /// Who else has done something is not the user's own.
    private static Map<String, Object> event(AuditEvent event, Subject subject) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("at", event.at().toString());
        told.put("type", event.type().wireName());
        boolean bySomebodyElse = event.isBySomebodyElseThan(subject);
        told.put("by_yourself", event.actor().equals(subject.value()));
        told.put("client_id", bySomebodyElse ? "" : event.client());
        told.put("address", bySomebodyElse ? "" : event.address());
        told.put("details", event.details());
        return told;
    }
}
