package dev.handstamp.server.web.login;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Visitors;
import dev.handstamp.server.web.Way;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Where a user who is asked for a second factor and has none is told so, and sets one up on the way.
///
/// Whoever comes here has just signed in: that is what it takes to set one up.
public final class NewFactorPage implements Door {

    public static final String PATH = "/login/factor";

    private static final String PURPOSE = "new factor";

    /// What the page shows.
    ///
    /// @param client        what asks for it
    /// @param way           where it leads, as parameters of its form
    /// @param another       where somebody else signs in
    /// @param authenticator where an authenticator application is set up
    /// @param passkeys      where a passkey is added
    /// @param form          the value that tells this form from forged ones
    public record View(
            String username,
            String purpose,
            Problem problem,
            String client,
            Map<String, String> way,
            String another,
            String authenticator,
            String passkeys,
            String form) {}

    private final Live live;
    private final Authorizations authorizations;
    private final Browsers browsers;
    private final FormGuard guard;
    private final InstantSource clock;

    public NewFactorPage(
            Live live, Authorizations authorizations, Browsers browsers, FormGuard guard, InstantSource clock) {
        this.live = live;
        this.authorizations = authorizations;
        this.browsers = browsers;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public Response handle(Visit visit) {
        Directory directory = live.current().directory();
        Optional<Kept> kept = Kept.find(visit.form().get(Kept.PARAMETER), authorizations, directory, clock.instant());
        if (kept.isEmpty()) return Kept.over(visit);
        Optional<Visitor> visitor = Visitors.of(visit.request(), browsers);
        // Set up by now, in another tab: what comes next is decided elsewhere.
        if (visitor.isEmpty() || browsers.hasSecondFactor(visitor.get().user().subject()))
            return kept.get().goOn();
        Kept read = kept.get().readBy(visitor.get().user());
        return handle(read.dressed(visit, directory), read, visitor.get());
    }

    private Response handle(Visit visit, Kept kept, Visitor visitor) {
        Way way = Way.of(kept);
        User user = visitor.user();
        if (visit.posted() && guard.isForged(visit.request(), visit.form(), subject(way, user))) {
            return show(visit, kept, way, user, 403, Problem.of(visit.words().text("second-factor.forged")));
        }
        if (visit.posted() && visit.form().has("cancel")) {
            way.deny(authorizations, Optional.of(user.subject()), visit.request());
            return way.goOn();
        }
        if (!visitor.isFreshAt(clock.instant())) return way.by(LoginPage.PATH);
        return show(visit, kept, way, user, 200, Problem.NONE);
    }

    private Response show(Visit visit, Kept kept, Way way, User user, int status, Problem problem) {
        Secret browser = guard.browser(visit.request());
        View view = new View(
                user.username().value(),
                way.purpose(visit),
                problem,
                kept.clientName(visit.request()),
                way.parameters(),
                LoginPage.another(way),
                way.at("/account/authenticator"),
                way.at("/account/passkeys"),
                guard.value(browser, subject(way, user)));
        String title = visit.words().text("new-factor.title");
        Page page = visit.from(way.at(PATH)).page(status, "login/NewFactor", title, view);
        return guard.bind(way.on(page, visit.request()).toResponse(), browser);
    }

    private static String[] subject(Way way, User user) {
        return new String[] {PURPOSE, way.id(), user.subject().value()};
    }
}
