package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.BrowserSessionStore;
import dev.handstamp.server.store.BrowserSessionStore.BrowserSession;
import dev.handstamp.server.store.SecondFactorStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.util.Optional;

/// Who sits at a browser, by its cookie.
///
/// A page looks before it does anything. What changes something looks again, in its own transaction: meanwhile the user
/// may have signed out everywhere, and whoever has the cookie still must not get one more change through. Whoever ends
/// the session waits for the commit, or has been first and is found.
final class Visitors {

    private final UserStore users = new UserStore();
    private final SessionStore sessions = new SessionStore();
    private final BrowserSessionStore browsers = new BrowserSessionStore();
    private final SecondFactorStore factors = new SecondFactorStore();

    /// Who is signed in with this cookie, if anybody.
    Optional<Visitor> find(Transaction tx, SecretHash cookie, Instant now) {
        Optional<BrowserSession> browser = browsers.find(tx, cookie);
        Optional<Session> session = browser.flatMap(each -> sessions.find(tx, each.session()));
        Optional<User> user = session.flatMap(each -> users.find(tx, each.subject()));
        return visitor(tx, user, session, browser, cookie, now);
    }

    /// The same visitor as of now, for a transaction that gives the user something.
    Optional<Visitor> hold(Transaction tx, Visitor visitor, Instant now) {
        return still(tx, visitor, users.hold(tx, visitor.user().subject()), now);
    }

    /// The same visitor as of now, for a transaction that changes the user or takes something away.
    Optional<Visitor> lock(Transaction tx, Visitor visitor, Instant now) {
        return still(tx, visitor, users.lock(tx, visitor.user().subject()), now);
    }

    /// The user first: so do those who end sessions.
    private Optional<Visitor> still(Transaction tx, Visitor visitor, Optional<User> user, Instant now) {
        Optional<BrowserSession> browser = browsers.hold(tx, visitor.cookie());
        Optional<Session> session = browser.flatMap(each -> sessions.hold(tx, each.session()));
        return visitor(tx, user, session, browser, visitor.cookie(), now);
    }

    private Optional<Visitor> visitor(
            Transaction tx,
            Optional<User> user,
            Optional<Session> session,
            Optional<BrowserSession> browser,
            SecretHash cookie,
            Instant now) {
        if (user.isEmpty() || user.get().disabled()) return Optional.empty();
        if (session.isEmpty() || !session.get().isLiveAt(now)) return Optional.empty();
        Proofs proofs = browser.orElseThrow().proofs();
        boolean lacksFactor = !proofs.level().isAtLeast(AssuranceLevel.AAL2)
                && factors.find(tx, user.get().subject()).isPresent();
        return Optional.of(new Visitor(user.get(), session.get(), proofs, lacksFactor, cookie));
    }
}
