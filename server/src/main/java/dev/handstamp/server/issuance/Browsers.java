package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.passkey.Assertion;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.KnownDevices.Device;
import dev.handstamp.server.issuance.Passkeys.Checked;
import dev.handstamp.server.issuance.Passkeys.Verdict;
import dev.handstamp.server.issuance.PasswordCheck.Attempt;
import dev.handstamp.server.issuance.PasswordCheck.NoRoom;
import dev.handstamp.server.issuance.PasswordCheck.Right;
import dev.handstamp.server.issuance.PasswordCheck.Throttled;
import dev.handstamp.server.issuance.PasswordCheck.Wrong;
import dev.handstamp.server.issuance.SecondFactors.Blocked;
import dev.handstamp.server.issuance.SecondFactors.HalfWay;
import dev.handstamp.server.issuance.SecondFactors.Proved;
import dev.handstamp.server.issuance.SignInOutcome.NeedsSecondFactor;
import dev.handstamp.server.issuance.SignInOutcome.SignedIn;
import dev.handstamp.server.issuance.SignInOutcome.StartAgain;
import dev.handstamp.server.issuance.SignInOutcome.WrongCredentials;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.BrowserSessionStore;
import dev.handstamp.server.store.BrowserSessionStore.BrowserSession;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// Signs browsers in at the server's own pages, and knows them again by their cookie.
///
/// Every sign-in makes a new cookie and the old one worthless. The same user goes on in the same session; another user
/// ends it and begins one.
public final class Browsers {

    /// Someone fills in the login page.
    ///
    /// @param device the browser that it is filled in with
    public record SignInRequest(String username, String password, ClientId client, Caller caller, Device device) {

        /// Leaves the password out.
        @Override
        public String toString() {
            return "SignInRequest[" + caller.requestId() + "]";
        }
    }

    /// Someone fills in the page of the second factor.
    ///
    /// @param device the browser that it is filled in with
    public record SecondFactorRequest(String code, ClientId client, Caller caller, Device device) {

        /// Leaves the code out.
        @Override
        public String toString() {
            return "SecondFactorRequest[" + caller.requestId() + "]";
        }
    }

    /// Someone shows a passkey.
    ///
    /// @param browser what the browser was asked under
    public record PasskeyRequest(
            Assertion assertion, Passkeys.Purpose purpose, Secret browser, ClientId client, Caller caller) {

        /// Leaves the signature out.
        @Override
        public String toString() {
            return "PasskeyRequest[" + caller.requestId() + "]";
        }
    }

    /// A browser that is let in.
    ///
    /// @param before the cookie that it has shown, if any
    /// @param cookie what it shows from now on
    private record Arrival(
            ClientId client,
            Caller caller,
            Device device,
            Optional<Secret> before,
            Secret cookie,
            Directory directory,
            Instant now) {}

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final AuditStore audit;
    private final Live live;
    private final PasswordCheck passwords;
    private final SecondFactors factors;
    private final Passkeys passkeys;
    private final KnownDevices devices;
    private final Endings endings;
    private final Secrets secrets;
    private final Lifetimes lifetimes;
    private final InstantSource clock;
    private final Tally tally;
    private final BrowserSessionStore browsers = new BrowserSessionStore();
    private final Visitors visitors = new Visitors();

    public Browsers(
            Database database,
            UserStore users,
            SessionStore sessions,
            AuditStore audit,
            Live live,
            PasswordCheck passwords,
            SecondFactors factors,
            Passkeys passkeys,
            KnownDevices devices,
            Endings endings,
            Secrets secrets,
            Lifetimes lifetimes,
            InstantSource clock,
            Tally tally) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.audit = audit;
        this.live = live;
        this.passwords = passwords;
        this.factors = factors;
        this.passkeys = passkeys;
        this.devices = devices;
        this.endings = endings;
        this.secrets = secrets;
        this.lifetimes = lifetimes;
        this.clock = clock;
        this.tally = tally;
    }

    /// Who is signed in with this cookie, if anybody.
    public Optional<Visitor> visitor(Secret cookie) {
        Instant now = clock.instant();
        return database.read(tx -> visitor(tx, cookie, now));
    }

    /// Whether a visitor is signed in as before, with every role of then, until the commit of this transaction.
    public boolean isStill(Transaction tx, Visitor visitor) {
        return visitors.hold(tx, visitor, clock.instant())
                .filter(now -> now.user().roles().containsAll(visitor.user().roles()))
                .isPresent();
    }

    /// Signs a browser in if name and password are right.
    ///
    /// @param before the cookie that the browser has shown, if any
    public SignInOutcome signIn(SignInRequest request, Optional<Secret> before) {
        Attempt attempt =
                new Attempt(request.username, request.password, request.client, request.caller, request.device.hash());
        return switch (passwords.check(attempt)) {
            case Right right -> enter(attempt, right, request.device, before);
            case Wrong _ -> new WrongCredentials();
            case Throttled(var retryAfter) -> new SignInOutcome.Throttled(retryAfter);
            case NoRoom(var retryAfter) -> new SignInOutcome.Busy(retryAfter);
        };
    }

    private SignInOutcome enter(Attempt attempt, Right right, Device device, Optional<Secret> before) {
        Secret cookie = secrets.oneTime();
        Instant now = clock.instant();
        Directory directory = live.current().directory();
        SignInOutcome outcome = database.inTransaction(tx -> {
            Optional<User> user = users.hold(tx, right.user().subject()).filter(right::isStill);
            if (user.isEmpty()) return new WrongCredentials();
            boolean trusted = !isProvedAnew(tx, attempt, before, user.get(), now)
                    && devices.isTrusted(tx, user.get(), device, attempt.client(), directory, now);
            User renewed = passwords.renew(tx, attempt, right, user.get(), now);
            if (!trusted && factors.isEnrolled(tx, renewed.subject())) {
                return new NeedsSecondFactor(factors.begin(tx, renewed, AuthenticationMethod.PASSWORD, now));
            }
            if (trusted) devices.renewed(tx, renewed, device);
            Proofs proofs = Proofs.of(AuthenticationMethod.PASSWORD, now);
            Arrival arrival = new Arrival(attempt.client(), attempt.caller(), device, before, cookie, directory, now);
            return new SignedIn(cookie, admit(tx, renewed, proofs, arrival));
        });
        if (outcome instanceof WrongCredentials) passwords.changed(attempt, right);
        if (outcome instanceof SignedIn) tally.loginsSucceeded.increment();
        return outcome;
    }

    /// Whether somebody who is signed in proves it once more, to change something at a page of ours: then it takes
    /// every
    /// factor, in a browser that is remembered too.
    private boolean isProvedAnew(Transaction tx, Attempt attempt, Optional<Secret> before, User user, Instant now) {
        return attempt.client().equals(ClientId.FIRST_PARTY)
                && before.flatMap(cookie -> visitor(tx, cookie, now))
                        .filter(visitor -> visitor.user().subject().equals(user.subject()))
                        .isPresent();
    }

    /// Signs a browser in whose user has shown what came by mail; a second factor still has to follow.
    ///
    /// @param proved whose it is, found out in the transaction that lets them in, in which they are held
    SignInOutcome signInByMail(
            BiFunction<Transaction, Instant, Optional<User>> proved,
            ClientId client,
            Caller caller,
            Device device,
            Optional<Secret> before) {
        Secret cookie = secrets.oneTime();
        Instant now = clock.instant();
        Directory directory = live.current().directory();
        SignInOutcome outcome = database.inTransaction(tx -> {
            Optional<User> user = proved.apply(tx, now);
            if (user.isEmpty()) return new WrongCredentials();
            if (factors.isEnrolled(tx, user.get().subject())) {
                return new NeedsSecondFactor(factors.begin(tx, user.get(), AuthenticationMethod.MAIL, now));
            }
            Proofs proofs = Proofs.of(AuthenticationMethod.MAIL, now);
            Arrival arrival = new Arrival(client, caller, device, before, cookie, directory, now);
            return new SignedIn(cookie, admit(tx, user.get(), proofs, arrival));
        });
        if (outcome instanceof WrongCredentials) tally.loginsFailed.increment();
        if (outcome instanceof SignedIn) tally.loginsSucceeded.increment();
        return outcome;
    }

    /// Whose second factor is awaited: who has shown the password, or who is signed in and may be asked for more.
    public Optional<User> awaited(Optional<Secret> step, Optional<Secret> before) {
        Instant now = clock.instant();
        return database.read(tx -> step.flatMap(each -> factors.peek(tx, each, now))
                .map(HalfWay::user)
                .or(() -> before.flatMap(cookie -> visitor(tx, cookie, now)).map(Visitor::user))
                .filter(user -> factors.isEnrolled(tx, user.subject()) || passkeys.isUsable(tx, user.subject())));
    }

    /// Whether this user has a second factor to show: an authenticator application, or a passkey.
    public boolean hasSecondFactor(Subject subject) {
        return factors.isEnrolled(subject) || passkeys.isUsable(subject);
    }

    /// Whether this user has a passkey that opens something.
    public boolean hasPasskey(Subject subject) {
        return passkeys.isUsable(subject);
    }

    /// Whether this user has an authenticator application.
    public boolean hasAuthenticator(Subject subject) {
        return factors.isEnrolled(subject);
    }

    /// Signs a browser in whose user has shown the password before, or raises the level of one that is signed in.
    ///
    /// @param step   what the browser was given for the password
    /// @param before the cookie that the browser has shown, if any
    public SignInOutcome prove(SecondFactorRequest request, Optional<Secret> step, Optional<Secret> before) {
        Secret cookie = secrets.oneTime();
        Instant now = clock.instant();
        Directory directory = live.current().directory();
        SignInOutcome outcome = database.inTransaction(tx -> {
            Optional<HalfWay> half = step.flatMap(each -> factors.halfWay(tx, each, now));
            Optional<Visitor> visitor =
                    before.flatMap(each -> visitor(tx, each, now)).flatMap(each -> visitors.hold(tx, each, now));
            Optional<User> user = half.map(HalfWay::user).or(() -> visitor.map(Visitor::user));
            if (user.isEmpty() || !factors.isEnrolled(tx, user.get().subject())) return new StartAgain();
            Optional<SecretHash> shown = request.device.hash();
            return switch (factors.verify(tx, user.get(), request.code, request.client, request.caller, shown, now)) {
                case Blocked(var retryAfter) -> new SignInOutcome.Throttled(retryAfter);
                case SecondFactors.Wrong _ -> new WrongCredentials();
                case Proved _ -> {
                    Arrival arrival =
                            new Arrival(request.client, request.caller, request.device, before, cookie, directory, now);
                    Secret device;
                    if (half.isPresent() && !factors.finish(tx, step.orElseThrow())) yield new StartAgain();
                    if (half.isPresent()) {
                        Proofs proofs = Proofs.of(
                                        half.get().method(), half.get().provedAt())
                                .and(AuthenticationMethod.ONE_TIME_PASSWORD, now);
                        device = admit(tx, user.get(), proofs, arrival);
                    } else {
                        Visitor raised = visitor.orElseThrow();
                        Proofs proofs = raised.proofs().and(AuthenticationMethod.ONE_TIME_PASSWORD, now);
                        browsers.delete(tx, before.orElseThrow().hash());
                        browsers.insert(
                                tx,
                                cookie.hash(),
                                new BrowserSession(raised.session().id(), proofs));
                        device = devices.meet(tx, user.get(), request.device, request.caller, now);
                        note(tx, user.get(), raised.session(), proofs, arrival);
                    }
                    yield new SignedIn(cookie, trusted(tx, user.get(), device, arrival));
                }
            };
        });
        switch (outcome) {
            case SignedIn _ -> tally.loginsSucceeded.increment();
            case WrongCredentials _ -> tally.loginsFailed.increment();
            case SignInOutcome.Throttled _ -> tally.loginsThrottled.increment();
            case NeedsSecondFactor _, StartAgain _, SignInOutcome.Busy _ -> {}
        }
        return outcome;
    }

    /// Whom a passkey has to belong to, for what it is shown for; empty: whoever it belongs to.
    public Optional<Subject> expected(Passkeys.Purpose purpose, Optional<Secret> step, Optional<Secret> before) {
        return switch (purpose) {
            case SIGN_IN -> Optional.empty();
            case SECOND_FACTOR -> awaited(step, before).map(User::subject);
            case CONFIRM -> before.flatMap(this::visitor).map(Visitor::user).map(User::subject);
        };
    }

    /// Signs a browser in by a passkey, raises its level, or makes its sign-in a fresh one.
    ///
    /// @param step   what the browser was given for the password
    /// @param before the cookie that the browser has shown, if any
    /// @param device how the browser can be known again
    public PasskeyOutcome prove(PasskeyRequest request, Optional<Secret> step, Optional<Secret> before, Device device) {
        Optional<Subject> of = expected(request.purpose, step, before);
        if (of.isEmpty() && request.purpose != Passkeys.Purpose.SIGN_IN) return new PasskeyOutcome.StartAgain();
        Checked checked = passkeys.check(request.assertion, request.purpose, request.browser, of, request.caller);
        PasskeyOutcome outcome = switch (checked) {
            case Passkeys.Not(var refused) -> refused;
            case Passkeys.Signed signed -> enter(request, signed, of, step, before, device);
        };
        switch (outcome) {
            case PasskeyOutcome.SignedIn _ -> tally.loginsSucceeded.increment();
            case PasskeyOutcome.Refused _, PasskeyOutcome.Unknown _ -> tally.loginsFailed.increment();
            case PasskeyOutcome.StartAgain _ -> {}
        }
        return outcome;
    }

    private PasskeyOutcome enter(
            PasskeyRequest request,
            Passkeys.Signed signed,
            Optional<Subject> of,
            Optional<Secret> step,
            Optional<Secret> before,
            Device device) {
        Secret cookie = secrets.oneTime();
        Instant now = clock.instant();
        Directory directory = live.current().directory();
        return database.inTransaction(tx -> {
            Verdict verdict = passkeys.settle(tx, signed, request.purpose, of, request.client, request.caller, now);
            if (verdict instanceof Passkeys.Not(var refused)) return refused;
            Passkeys.Proved proved = (Passkeys.Proved) verdict;
            Optional<HalfWay> half = step.flatMap(each -> factors.halfWay(tx, each, now))
                    .filter(each -> each.user().subject().equals(proved.user().subject()));
            if (half.isPresent()) factors.finish(tx, step.orElseThrow());
            // By itself it proves two factors, and just now; a password of just now is told of as well.
            Proofs proofs = half.map(each -> Proofs.of(each.method(), each.provedAt())
                            .and(proved.passkey().method(), now))
                    .orElseGet(() -> Proofs.of(proved.passkey().method(), now));
            Arrival arrival = new Arrival(request.client, request.caller, device, before, cookie, directory, now);
            return new PasskeyOutcome.SignedIn(cookie, admit(tx, proved.user(), proofs, arrival));
        });
    }

    private Secret trusted(Transaction tx, User user, Secret known, Arrival arrival) {
        return devices.trust(
                tx, user, arrival.device, known, arrival.client, arrival.directory, arrival.caller, arrival.now);
    }

    /// A new cookie for what was proved; the old one is worthless.
    ///
    /// @return what the browser is known by from now on
    private Secret admit(Transaction tx, User user, Proofs proofs, Arrival arrival) {
        Instant now = arrival.now;
        Optional<Session> continued = arrival.before.flatMap(old -> replace(tx, old, user, now));
        Session session = continued.orElseGet(() -> begin(tx, user, arrival.caller, now));
        browsers.insert(tx, arrival.cookie.hash(), new BrowserSession(session.id(), proofs));
        Secret device = devices.meet(tx, user, arrival.device, arrival.caller, now);
        note(tx, user, session, proofs, arrival);
        Optional<Visitor> other = arrival.before.flatMap(old -> visitor(tx, old, now));
        other.ifPresent(left -> {
            browsers.delete(tx, arrival.before.get().hash());
            endings.endReplaced(tx, left.session(), arrival.client, arrival.directory, arrival.caller, now);
        });
        return device;
    }

    /// The same user's session, which lasts anew; its old cookie is worthless from here on.
    private Optional<Session> replace(Transaction tx, Secret old, User user, Instant now) {
        Optional<Session> session = visitor(tx, old, now)
                .map(Visitor::session)
                .filter(found -> found.subject().equals(user.subject()));
        if (session.isEmpty()) return Optional.empty();
        browsers.delete(tx, old.hash());
        sessions.extend(tx, session.get().id(), now.plus(lifetimes.session()), now);
        return session;
    }

    private Session begin(Transaction tx, User user, Caller caller, Instant now) {
        Session session = new Session(
                secrets.sessionId(),
                user.subject(),
                caller.address(),
                caller.userAgent(),
                now,
                now.plus(lifetimes.session()),
                Optional.empty());
        sessions.insert(tx, session);
        return session;
    }

    private void note(Transaction tx, User user, Session session, Proofs proofs, Arrival arrival) {
        Map<String, String> details = Map.of(
                "username", user.username().value(), "acr", proofs.level().wireName());
        AuditEvent.Type type = AuditEvent.Type.LOGIN_SUCCEEDED;
        String subject = user.subject().value();
        audit.append(
                tx, arrival.caller.event(type, subject, session.id().value(), arrival.client, details, arrival.now));
    }

    private Optional<Visitor> visitor(Transaction tx, Secret cookie, Instant now) {
        return visitors.find(tx, cookie.hash(), now);
    }
}
