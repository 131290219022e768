package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Busy;
import dev.handstamp.server.crypto.Differs;
import dev.handstamp.server.crypto.Hashed;
import dev.handstamp.server.crypto.Matches;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Verdict;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.RefreshToken;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.issuance.LoginOutcome.LoggedIn;
import dev.handstamp.server.issuance.LoginOutcome.ScopeRefused;
import dev.handstamp.server.issuance.LoginOutcome.Throttled;
import dev.handstamp.server.issuance.LoginOutcome.WrongCredentials;
import dev.handstamp.server.issuance.LoginThrottle.Admitted;
import dev.handstamp.server.issuance.LoginThrottle.Crowded;
import dev.handstamp.server.issuance.LoginThrottle.Delayed;
import dev.handstamp.server.issuance.TokenHolder.ForUser;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Lets a user in with name and password: throttle, password, session.
///
/// An unknown name, a disabled user and a wrong password take the same way, the same time and the same answer.
public final class Logins {

    private static final Subject NOBODY = new Subject(Subject.PREFIX + "nobody");
    private static final Duration CROWDED = Duration.ofSeconds(1);
    private static final int LONGEST_NAME = 64;

    /// Who may be meant by a name, and whether this network is an old acquaintance.
    private record Candidate(Optional<User> user, boolean known) {}

    /// What the transaction of a right password came to.
    private sealed interface Entry {}

    private record Entered(User user, Grant grant, Scopes scopes, RefreshToken refreshToken) implements Entry {}

    private record NoScope() implements Entry {}

    /// The user was disabled, deleted or given another password while this one was checked.
    private record Changed() implements Entry {}

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final AuditStore audit;
    private final Live live;
    private final LoginThrottle throttle;
    private final PasswordHasher hasher;
    private final TokenIssuer issuer;
    private final Secrets secrets;
    private final Lifetimes lifetimes;
    private final InstantSource clock;
    private final Tally tally;

    public Logins(
            Database database,
            UserStore users,
            SessionStore sessions,
            GrantStore grants,
            AuditStore audit,
            Live live,
            LoginThrottle throttle,
            PasswordHasher hasher,
            TokenIssuer issuer,
            Secrets secrets,
            Lifetimes lifetimes,
            InstantSource clock,
            Tally tally) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.grants = grants;
        this.audit = audit;
        this.live = live;
        this.throttle = throttle;
        this.hasher = hasher;
        this.issuer = issuer;
        this.secrets = secrets;
        this.lifetimes = lifetimes;
        this.clock = clock;
        this.tally = tally;
    }

    public LoginOutcome logIn(LoginRequest request) {
        if (request.scopes().isPresent()
                && !request.api().scopes().containsAll(request.scopes().get())) {
            return new ScopeRefused();
        }
        Optional<Username> username = Username.parse(request.username());
        String name = username.map(Username::value).orElseGet(() -> cut(request.username()));
        Candidate candidate = candidate(username, request.caller());
        var admission = throttle.admit(name, request.caller().network(), candidate.known);
        return switch (admission) {
            case Delayed delayed -> throttled(request, candidate, delayed);
            case Crowded _ -> turnedAway(CROWDED);
            case Admitted admitted -> check(request, candidate, admitted);
        };
    }

    private Candidate candidate(Optional<Username> username, Caller caller) {
        return database.read(tx -> {
            Optional<User> user = username.flatMap(name -> users.findByUsername(tx, name));
            Subject subject = user.map(User::subject).orElse(NOBODY);
            return new Candidate(user, sessions.hasSignedInFrom(tx, subject, caller.address()));
        });
    }

    private LoginOutcome check(LoginRequest request, Candidate candidate, Admitted admitted) {
        boolean settled = false;
        try {
            Verdict verdict = candidate
                    .user
                    .map(user -> hasher.verify(user.passwordHash(), request.password()))
                    .orElseGet(() -> hasher.verifyNobody(request.password()));
            settled = !(verdict instanceof Busy);
            return switch (verdict) {
                case Busy(var retryAfter) -> turnedAway(retryAfter);
                case Differs _ -> {
                    throttle.failed(admitted);
                    yield refused(request, candidate, "wrong_password");
                }
                case Matches(var needsRenewal) -> {
                    throttle.succeeded(admitted);
                    yield enter(request, candidate, needsRenewal);
                }
            };
        } finally {
            if (!settled) throttle.undecided(admitted);
        }
    }

    private LoginOutcome enter(LoginRequest request, Candidate candidate, boolean needsRenewal) {
        User checked = candidate.user.orElseThrow();
        if (checked.disabled()) return refused(request, candidate, "disabled");
        Optional<PasswordHash> renewed = needsRenewal ? renew(request.password()) : Optional.empty();
        Secret refreshToken = secrets.refreshToken();
        Instant now = clock.instant();
        Snapshot known = live.current();
        Issuance issuance = issuer.issuance(
                known, checked.subject().value(), request.client().id().value(), request.api(), now);
        Entry entry = database.inTransaction(tx -> users.hold(tx, checked.subject())
                .filter(user -> !user.disabled() && user.passwordHash().equals(checked.passwordHash()))
                .map(user -> enter(tx, request, user, renewed, known, refreshToken, now))
                .orElse(new Changed()));
        return switch (entry) {
            case Changed _ -> refused(request, candidate, "changed");
            case NoScope _ -> new ScopeRefused();
            case Entered entered -> {
                tally.loginsSucceeded.increment();
                yield new LoggedIn(earned(entered, request, known, refreshToken, issuance, now));
            }
        };
    }

    private Entry enter(
            Transaction tx,
            LoginRequest request,
            User user,
            Optional<PasswordHash> renewed,
            Snapshot known,
            Secret refreshToken,
            Instant now) {
        Scopes allowed = known.directory().scopesOf(user, request.client(), request.api());
        Scopes granted = request.scopes().map(allowed::intersection).orElse(allowed);
        boolean nothingLeft =
                granted.isEmpty() && request.scopes().filter(s -> !s.isEmpty()).isPresent();
        if (nothingLeft) return new NoScope();

        Caller caller = request.caller();
        Session session = new Session(
                secrets.sessionId(),
                user.subject(),
                caller.address(),
                caller.userAgent(),
                now,
                now.plus(lifetimes.session()),
                Optional.empty());
        Grant grant = new Grant(
                secrets.grantId(),
                user.subject(),
                request.client().id(),
                session.id(),
                request.api().audience(),
                granted,
                now,
                earlier(session.expiresAt(), now.plus(lifetimes.grant())),
                Optional.empty());
        RefreshToken first = new RefreshToken(
                refreshToken.hash(),
                grant.id(),
                grant.client(),
                now,
                earlier(grant.expiresAt(), now.plus(lifetimes.refreshToken())),
                Optional.empty());
        sessions.insert(tx, session);
        grants.insert(tx, grant);
        grants.insertRefreshToken(tx, first);
        renewed.ifPresent(hash -> renew(tx, user, hash, request, now));
        audit.append(
                tx,
                caller.event(
                        AuditEvent.Type.LOGIN_SUCCEEDED,
                        user.subject().value(),
                        session.id().value(),
                        grant.client(),
                        Map.of(
                                "username",
                                user.username().value(),
                                "audience",
                                grant.audience().value()),
                        now));
        return new Entered(user, grant, granted, first);
    }

    private Earned earned(
            Entered entered,
            LoginRequest request,
            Snapshot known,
            Secret refreshToken,
            Issuance issuance,
            Instant now) {
        Grant grant = entered.grant;
        ForUser holder = new ForUser(entered.user, grant.client(), grant.session(), grant.id());
        IssuedToken token = issuer.issue(known, holder, request.api(), entered.scopes, issuance, now);
        tally.tokensIssued.increment();
        Duration refreshLifetime = Duration.between(now, entered.refreshToken.expiresAt());
        return new Earned(grant.subject(), token, refreshToken, refreshLifetime);
    }

    /// A hash of today's strength in place of an older one; when there is no room to make it, another login will.
    private Optional<PasswordHash> renew(String password) {
        return hasher.hash(password) instanceof Hashed(var hash) ? Optional.of(hash) : Optional.empty();
    }

    private void renew(Transaction tx, User user, PasswordHash hash, LoginRequest request, Instant now) {
        users.update(tx, user.withPasswordHash(hash));
        String subject = user.subject().value();
        AuditEvent.Type type = AuditEvent.Type.PASSWORD_HASH_RENEWED;
        audit.append(
                tx,
                request.caller().event(type, subject, subject, request.client().id(), Map.of(), now));
    }

    private LoginOutcome throttled(LoginRequest request, Candidate candidate, Delayed delayed) {
        tally.loginsThrottled.increment();
        // One line for each pause: the audit trail is no place that a stranger can fill at will.
        if (delayed.announce()) report(AuditEvent.Type.LOGIN_THROTTLED, request, candidate, "too_many_failures");
        return new Throttled(delayed.retryAfter());
    }

    private LoginOutcome refused(LoginRequest request, Candidate candidate, String reason) {
        tally.loginsFailed.increment();
        report(AuditEvent.Type.LOGIN_FAILED, request, candidate, reason);
        return new WrongCredentials();
    }

    private LoginOutcome turnedAway(Duration retryAfter) {
        tally.loginsTurnedAway.increment();
        return new LoginOutcome.Busy(retryAfter);
    }

    /// Names the user where there is one. What else was typed as a name is not kept: it may be a password.
    private void report(AuditEvent.Type type, LoginRequest request, Candidate candidate, String reason) {
        String subject = candidate.user.map(user -> user.subject().value()).orElse("");
        Map<String, String> details = candidate
                .user
                .map(user ->
                        Map.of("reason", reason, "username", user.username().value()))
                .orElse(Map.of("reason", type == AuditEvent.Type.LOGIN_FAILED ? "unknown_user" : reason));
        AuditEvent event =
                request.caller().event(type, "", subject, request.client().id(), details, clock.instant());
        database.inTransaction(tx -> {
            audit.append(tx, event);
            return event;
        });
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static String cut(String text) {
        return text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) : text;
    }
}
