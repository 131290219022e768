package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.PasswordCheck.Attempt;
import dev.handstamp.server.issuance.PasswordCheck.NoRoom;
import dev.handstamp.server.issuance.PasswordCheck.Right;
import dev.handstamp.server.issuance.PasswordCheck.Throttled;
import dev.handstamp.server.issuance.PasswordCheck.Wrong;
import dev.handstamp.server.issuance.SignInOutcome.SignedIn;
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

/// Signs browsers in at the server's own pages, and knows them again by their cookie.
///
/// Every sign-in makes a new cookie and the old one worthless. The same user goes on in the same session; another user
/// ends it and begins one.
public final class Browsers {

    /// Someone fills in the login page.
    public record SignInRequest(String username, String password, ClientId client, Caller caller) {

        /// Leaves the password out.
        @Override
        public String toString() {
            return "SignInRequest[" + caller.requestId() + "]";
        }
    }

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final AuditStore audit;
    private final Live live;
    private final PasswordCheck passwords;
    private final Endings endings;
    private final Secrets secrets;
    private final Lifetimes lifetimes;
    private final InstantSource clock;
    private final Tally tally;
    private final BrowserSessionStore browsers = new BrowserSessionStore();

    public Browsers(
            Database database,
            UserStore users,
            SessionStore sessions,
            AuditStore audit,
            Live live,
            PasswordCheck passwords,
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

    /// Signs a browser in if name and password are right.
    ///
    /// @param before the cookie that the browser has shown, if any
    public SignInOutcome signIn(SignInRequest request, Optional<Secret> before) {
        Attempt attempt = new Attempt(request.username, request.password, request.client, request.caller);
        return switch (passwords.check(attempt)) {
            case Right right -> enter(attempt, right, before);
            case Wrong _ -> new WrongCredentials();
            case Throttled(var retryAfter) -> new SignInOutcome.Throttled(retryAfter);
            case NoRoom(var retryAfter) -> new SignInOutcome.Busy(retryAfter);
        };
    }

    private SignInOutcome enter(Attempt attempt, Right right, Optional<Secret> before) {
        Secret cookie = secrets.oneTime();
        Instant now = clock.instant();
        var directory = live.current().directory();
        boolean entered = database.inTransaction(tx -> {
            Optional<User> user = users.hold(tx, right.user().subject()).filter(right::isStill);
            if (user.isEmpty()) return false;
            Optional<Session> continued = before.flatMap(old -> replace(tx, old, user.get(), now));
            Session session = continued.orElseGet(() -> begin(tx, user.get(), attempt.caller(), now));
            browsers.insert(
                    tx, cookie.hash(), new BrowserSession(session.id(), Proofs.of(AuthenticationMethod.PASSWORD, now)));
            passwords.renew(tx, attempt, right, user.get(), now);
            note(tx, attempt, user.get(), session, now);
            Optional<Visitor> other = before.flatMap(old -> visitor(tx, old, now));
            other.ifPresent(left -> {
                browsers.delete(tx, before.get().hash());
                endings.endReplaced(tx, left.session(), attempt.client(), directory, attempt.caller(), now);
            });
            return true;
        });
        if (!entered) {
            passwords.changed(attempt, right);
            return new WrongCredentials();
        }
        tally.loginsSucceeded.increment();
        return new SignedIn(cookie);
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

    private void note(Transaction tx, Attempt attempt, User user, Session session, Instant now) {
        audit.append(
                tx,
                attempt.caller()
                        .event(
                                AuditEvent.Type.LOGIN_SUCCEEDED,
                                user.subject().value(),
                                session.id().value(),
                                attempt.client(),
                                Map.of("username", user.username().value()),
                                now));
    }

    private Optional<Visitor> visitor(Transaction tx, Secret cookie, Instant now) {
        Optional<BrowserSession> browser = browsers.find(tx, cookie.hash());
        if (browser.isEmpty()) return Optional.empty();
        Optional<Session> session = sessions.find(tx, browser.get().session()).filter(found -> found.isLiveAt(now));
        if (session.isEmpty()) return Optional.empty();
        return users.find(tx, session.get().subject())
                .filter(user -> !user.disabled())
                .map(user -> new Visitor(user, session.get(), browser.get().proofs()));
    }
}
