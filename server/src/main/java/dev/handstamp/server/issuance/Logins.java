package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.RefreshToken;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.LoginOutcome.LoggedIn;
import dev.handstamp.server.issuance.LoginOutcome.NeedsSecondFactor;
import dev.handstamp.server.issuance.LoginOutcome.ScopeRefused;
import dev.handstamp.server.issuance.LoginOutcome.SecondFactorMissing;
import dev.handstamp.server.issuance.LoginOutcome.WrongCredentials;
import dev.handstamp.server.issuance.PasswordCheck.Attempt;
import dev.handstamp.server.issuance.PasswordCheck.NoRoom;
import dev.handstamp.server.issuance.PasswordCheck.Right;
import dev.handstamp.server.issuance.PasswordCheck.Throttled;
import dev.handstamp.server.issuance.PasswordCheck.Wrong;
import dev.handstamp.server.issuance.SecondFactors.Blocked;
import dev.handstamp.server.issuance.SecondFactors.HalfWay;
import dev.handstamp.server.issuance.SecondFactors.Proved;
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

/// Lets a user in with name and password, in the name of one client at one API: password, session, grant.
public final class Logins {

    /// What the transaction of a right password came to.
    private sealed interface Entry {}

    private record Entered(User user, Grant grant, Scopes scopes, RefreshToken refreshToken, Optional<Secret> device)
            implements Entry {}

    private record NoScope() implements Entry {}

    /// What else became of it.
    private record Otherwise(LoginOutcome outcome) implements Entry {}

    /// The user was disabled, deleted or given another password while this one was checked.
    private record Changed() implements Entry {}

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final AuditStore audit;
    private final Live live;
    private final PasswordCheck passwords;
    private final SecondFactors factors;
    private final KnownDevices devices;
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
            PasswordCheck passwords,
            SecondFactors factors,
            KnownDevices devices,
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
        this.passwords = passwords;
        this.factors = factors;
        this.devices = devices;
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
        Attempt attempt = new Attempt(
                request.username(), request.password(), request.client().id(), request.caller(), Optional.empty());
        return switch (passwords.check(attempt)) {
            case Right right -> enter(request, attempt, right);
            case Wrong _ -> new WrongCredentials();
            case Throttled(var retryAfter) -> new LoginOutcome.Throttled(retryAfter);
            case NoRoom(var retryAfter) -> new LoginOutcome.Busy(retryAfter);
        };
    }

    private LoginOutcome enter(LoginRequest request, Attempt attempt, Right right) {
        User checked = right.user();
        Secret refreshToken = secrets.refreshToken();
        Instant now = clock.instant();
        Snapshot known = live.current();
        Issuance issuance = issuer.issuance(
                known, checked.subject().value(), request.client().id().value(), request.api(), now);
        Entry entry = database.inTransaction(tx -> users.hold(tx, checked.subject())
                .filter(right::isStill)
                .map(user -> {
                    User renewed = passwords.renew(tx, attempt, right, user, now);
                    if (factors.isEnrolled(tx, renewed.subject())) {
                        return new Otherwise(
                                new NeedsSecondFactor(factors.begin(tx, renewed, AuthenticationMethod.PASSWORD, now)));
                    }
                    Proofs proofs = Proofs.of(AuthenticationMethod.PASSWORD, now);
                    return enter(tx, request, renewed, proofs, known, refreshToken, now);
                })
                .orElse(new Changed()));
        return switch (entry) {
            case Changed _ -> {
                passwords.changed(attempt, right);
                yield new WrongCredentials();
            }
            case NoScope _ -> new ScopeRefused();
            case Otherwise(var outcome) -> outcome;
            case Entered entered -> {
                tally.loginsSucceeded.increment();
                yield new LoggedIn(earned(entered, request, known, refreshToken, issuance, now), entered.device);
            }
        };
    }

    /// Lets a user in whose password was right before, with the second factor.
    ///
    /// @param login what the answer to the password gave
    /// @param code  as typed
    public LoginOutcome prove(LoginRequest request, Secret login, String code) {
        Secret refreshToken = secrets.refreshToken();
        Instant now = clock.instant();
        Snapshot known = live.current();
        Optional<HalfWay> found = database.read(tx -> factors.peek(tx, login, now));
        if (found.isEmpty()) return new WrongCredentials();
        String subject = found.get().user().subject().value();
        Issuance issuance =
                issuer.issuance(known, subject, request.client().id().value(), request.api(), now);
        Entry entry = database.inTransaction(tx -> {
            Optional<HalfWay> half = factors.halfWay(tx, login, now);
            if (half.isEmpty()) return new Otherwise(new WrongCredentials());
            User user = half.get().user();
            ClientId client = request.client().id();
            return switch (factors.verify(tx, user, code, client, request.caller(), Optional.empty(), now)) {
                case Blocked(var retryAfter) -> new Otherwise(new LoginOutcome.Throttled(retryAfter));
                case SecondFactors.Wrong _ -> new Otherwise(new WrongCredentials());
                case Proved _ -> {
                    if (!factors.finish(tx, login)) yield new Otherwise(new WrongCredentials());
                    Proofs proofs = Proofs.of(half.get().method(), half.get().provedAt())
                            .and(AuthenticationMethod.ONE_TIME_PASSWORD, now);
                    yield enter(tx, request, user, proofs, known, refreshToken, now);
                }
            };
        });
        return switch (entry) {
            case Changed _ -> new WrongCredentials();
            case NoScope _ -> new ScopeRefused();
            case Otherwise(var outcome) -> {
                if (outcome instanceof WrongCredentials) tally.loginsFailed.increment();
                if (outcome instanceof LoginOutcome.Throttled) tally.loginsThrottled.increment();
                yield outcome;
            }
            case Entered entered -> {
                tally.loginsSucceeded.increment();
                yield new LoggedIn(earned(entered, request, known, refreshToken, issuance, now), entered.device);
            }
        };
    }

    private Entry enter(
            Transaction tx,
            LoginRequest request,
            User user,
            Proofs proofs,
            Snapshot known,
            Secret refreshToken,
            Instant now) {
        AssuranceLevel required = request.client().levelAt(request.api());
        if (!proofs.level().isAtLeast(required)) return new Otherwise(new SecondFactorMissing());
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
                Optional.empty(),
                Optional.of(proofs.context()));
        RefreshToken first = new RefreshToken(
                refreshToken.hash(),
                grant.id(),
                grant.client(),
                now,
                earlier(grant.expiresAt(), now.plus(lifetimes.refreshToken())),
                Optional.empty(),
                request.client().isPublic() ? request.held() : Confirmation.NONE);
        sessions.insert(tx, session);
        grants.insert(tx, grant);
        grants.insertRefreshToken(tx, first);
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
        Optional<Secret> device = request.browser().map(browser -> devices.meet(tx, user, browser, caller, now));
        return new Entered(user, grant, granted, first, device);
    }

    private Earned earned(
            Entered entered,
            LoginRequest request,
            Snapshot known,
            Secret refreshToken,
            Issuance issuance,
            Instant now) {
        Grant grant = entered.grant;
        ForUser holder = ForUser.of(entered.user, grant, request.held());
        IssuedToken token = issuer.issue(known, holder, request.api(), entered.scopes, issuance, now);
        tally.tokensIssued.increment();
        Duration refreshLifetime = Duration.between(now, entered.refreshToken.expiresAt());
        return new Earned(grant.subject(), token, refreshToken, refreshLifetime);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
