package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.AuthorizationCode;
import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.domain.grant.DeviceAuthorization;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.PendingRequest;
import dev.handstamp.server.domain.grant.PendingRequest.Allowed;
import dev.handstamp.server.domain.grant.PendingRequest.Denied;
import dev.handstamp.server.domain.grant.PendingRequest.Origin;
import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.AuthenticationContext;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.AuthorizationCodeStore;
import dev.handstamp.server.store.AuthorizationRequestStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Keeps authorization requests while their users sign in and decide, remembers what they allow, and issues the codes.
///
/// A code begins a grant: the grant is the root of everything issued from it, and revoking it ends the code as well.
public final class Authorizations {

    /// How long a user may take to sign in and decide.
    private static final Duration REQUEST_LIFETIME = Duration.ofMinutes(30);

    /// How long a client may take to send its user here with a request that it has pushed (RFC 9126 §2.2).
    public static final Duration PUSHED_LIFETIME = Duration.ofSeconds(60);

    /// RFC 6749 §4.1.2 recommends at most ten minutes; a client that waits for the redirect needs seconds.
    private static final Duration CODE_LIFETIME = Duration.ofSeconds(60);

    private static final String DEVICE = "device_code_hash";

    private final Database database;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final AuditStore audit;
    private final Secrets secrets;
    private final Lifetimes lifetimes;
    private final InstantSource clock;
    private final AuthorizationRequestStore requests = new AuthorizationRequestStore();
    private final AuthorizationCodeStore codes = new AuthorizationCodeStore();
    private final ConsentStore consents = new ConsentStore();

    public Authorizations(
            Database database,
            SessionStore sessions,
            GrantStore grants,
            AuditStore audit,
            Secrets secrets,
            Lifetimes lifetimes,
            InstantSource clock) {
        this.database = database;
        this.sessions = sessions;
        this.grants = grants;
        this.audit = audit;
        this.secrets = secrets;
        this.lifetimes = lifetimes;
        this.clock = clock;
    }

    /// Keeps a request, whose client was recognised, under a name that nobody can guess.
    public RequestUri keep(ClientId client, Map<String, String> parameters) {
        return keep(client, parameters, Origin.BROWSER, REQUEST_LIFETIME);
    }

    /// Keeps a request that its client has sent by itself, until the user comes with its name.
    public RequestUri push(ClientId client, Map<String, String> parameters) {
        return keep(client, parameters, Origin.PUSHED, PUSHED_LIFETIME);
    }

    /// Keeps what a device asks, whose code somebody has typed in.
    public RequestUri keep(DeviceAuthorization device) {
        Duration left = Duration.between(clock.instant(), device.expiresAt());
        return keep(device.client(), Map.of(DEVICE, device.deviceCode().value()), Origin.DEVICE, left);
    }

    /// Which device a kept request is about.
    public static Optional<SecretHash> deviceOf(PendingRequest request) {
        return request.origin() == Origin.DEVICE ? request.parameter(DEVICE).map(SecretHash::new) : Optional.empty();
    }

    /// The user has come with a request that was pushed.
    ///
    /// @return false if it is too late, or if it was begun before
    public boolean begin(RequestUri name) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> requests.begin(tx, name.id().hash(), now, now.plus(REQUEST_LIFETIME)));
    }

    private RequestUri keep(ClientId client, Map<String, String> parameters, Origin origin, Duration lifetime) {
        Secret id = secrets.oneTime();
        Instant now = clock.instant();
        PendingRequest request = new PendingRequest(
                id.hash(), client, parameters, origin, now, now.plus(lifetime), Optional.empty(), Optional.empty());
        database.inTransaction(tx -> {
            requests.insert(tx, request);
            return request;
        });
        return new RequestUri(id);
    }

    /// The kept request, even if its time is over.
    public Optional<PendingRequest> find(RequestUri name) {
        return database.read(tx -> requests.find(tx, name.id().hash()));
    }

    /// Remembers what the user is about to be asked.
    public void ask(RequestUri name, Scopes scopes) {
        database.inTransaction(tx -> requests.ask(tx, name.id().hash(), scopes));
    }

    /// What the user has allowed this client at this API before.
    public Optional<Scopes> consent(Subject subject, ClientId client, Audience audience) {
        return database.read(tx -> consents.find(tx, subject, client, audience));
    }

    /// The user has allowed exactly this, on the page that asked.
    public void allow(RequestUri name, PendingRequest request, Visitor visitor, Scopes scopes, Caller caller) {
        Instant now = clock.instant();
        SessionId session = visitor.session().id();
        String subject = visitor.user().subject().value();
        database.inTransaction(tx -> {
            audit.append(
                    tx,
                    caller.event(
                            AuditEvent.Type.CONSENT_GIVEN,
                            subject,
                            request.client().value(),
                            request.client(),
                            Map.of("scope", scopes.toString()),
                            now));
            return requests.decide(tx, name.id().hash(), new Allowed(session, scopes));
        });
    }

    /// The user does not want to, on the login page or on the one that asked.
    ///
    /// @param subject empty for somebody who has not signed in
    public void deny(RequestUri name, PendingRequest request, Optional<Subject> subject, Caller caller) {
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            audit.append(
                    tx,
                    caller.event(
                            AuditEvent.Type.AUTHORIZATION_DENIED,
                            subject.map(Subject::value).orElse(""),
                            request.client().value(),
                            request.client(),
                            Map.of(),
                            now));
            return requests.decide(tx, name.id().hash(), new Denied());
        });
    }

    /// Begins a grant, and issues the one-time code that opens it.
    ///
    /// @param once       the pushed request that is used up with it
    /// @param remembered what the user has allowed by now, to be remembered for the next time
    /// @return empty if the pushed request was used up before
    public Optional<Secret> issueCode(
            AuthorizationRequest request,
            Optional<RequestUri> once,
            Visitor visitor,
            Scopes granted,
            Scopes remembered,
            Caller caller) {
        Secret code = secrets.oneTime();
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            if (once.isPresent() && !requests.spend(tx, once.get().id().hash())) return Optional.empty();
            ClientId client = request.client().id();
            Audience audience = request.api().audience();
            Session session = session(tx, visitor, granted, caller, now);
            Grant grant = new Grant(
                    secrets.grantId(),
                    visitor.user().subject(),
                    client,
                    session.id(),
                    audience,
                    granted,
                    now,
                    earlier(session.expiresAt(), now.plus(lifetimes.grant())),
                    Optional.empty(),
                    Optional.of(context(request, visitor)));
            grants.insert(tx, grant);
            codes.insert(tx, code(request, visitor, grant, code, now));
            if (!remembered.isEmpty()) {
                consents.add(tx, visitor.user().subject(), client, audience, remembered, now);
            }
            note(tx, visitor, grant, caller, now);
            return Optional.of(code);
        });
    }

    /// The browser's session, or one of the application's own when it may act while the user is away
    /// (OpenID Connect Core §11): signing out of the browser does not end that one.
    private Session session(Transaction tx, Visitor visitor, Scopes granted, Caller caller, Instant now) {
        if (!granted.contains(IdentityScope.OFFLINE_ACCESS.wireName())) return visitor.session();
        Session own = new Session(
                secrets.sessionId(),
                visitor.user().subject(),
                caller.address(),
                caller.userAgent(),
                now,
                now.plus(lifetimes.grant()),
                Optional.empty());
        sessions.insert(tx, own);
        return own;
    }

    /// Who asked for a level looks for that very word, but an API that requires one looks for its own.
    private static AuthenticationContext context(AuthorizationRequest request, Visitor visitor) {
        AssuranceLevel level = visitor.proofs().level();
        AssuranceLevel required = request.client().levelAt(request.api());
        AssuranceLevel told = request.acr().values().stream()
                .flatMap(value -> AssuranceLevel.named(value).stream())
                .filter(asked -> level.isAtLeast(asked) && asked.isAtLeast(required))
                .findFirst()
                .orElse(level);
        return visitor.proofs().context(told);
    }

    private static AuthorizationCode code(
            AuthorizationRequest request, Visitor visitor, Grant grant, Secret code, Instant now) {
        return new AuthorizationCode(
                code.hash(),
                grant.id(),
                grant.client(),
                request.redirectUri(),
                request.redirectUriSent(),
                request.challenge(),
                request.dpopKey(),
                visitor.session().id(),
                visitor.authenticatedAt(),
                request.nonce(),
                request.claims(),
                now,
                now.plus(CODE_LIFETIME),
                Optional.empty());
    }

    private void note(Transaction tx, Visitor visitor, Grant grant, Caller caller, Instant now) {
        Map<String, String> details = Map.of(
                "audience", grant.audience().value(),
                "scope", grant.scopes().toString(),
                "session", visitor.session().id().value());
        AuditEvent.Type type = AuditEvent.Type.CODE_ISSUED;
        String actor = visitor.user().subject().value();
        audit.append(tx, caller.event(type, actor, grant.id().value(), grant.client(), details, now));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
