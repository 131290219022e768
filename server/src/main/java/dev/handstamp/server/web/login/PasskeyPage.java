package dev.handstamp.server.web.login;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Asset;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.PasskeyPart;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Way;
import dev.handstamp.server.web.Way.Read;
import java.time.InstantSource;
import java.util.Optional;

/// Where a user shows a passkey: after the password, or when a client or an API asks for more; and where anybody can
/// sign in with one and nothing else. What it asks is answered at [PasskeySignIn].
public final class PasskeyPage implements Door {

    /// What the page shows.
    ///
    /// @param username    whose passkey is awaited; empty: anybody's
    /// @param otherWay    where the user signs in otherwise, or somebody else does
    /// @param otherFactor where a code is shown instead; empty for a user who has no authenticator application
    public record View(String username, String purpose, PasskeyPart part, String otherWay, String otherFactor) {}

    private final Live live;
    private final Authorizations authorizations;
    private final Browsers browsers;
    private final FormGuard guard;
    private final InstantSource clock;

    public PasskeyPage(
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
        Optional<Way> way = Way.of(visit, authorizations, directory, clock.instant());
        if (way.isEmpty()) return Kept.over(visit);
        Optional<Secret> step = HostCookie.LOGIN.read(visit.request()).map(Secret::new);
        Optional<Secret> before = HostCookie.SESSION.read(visit.request()).map(Secret::new);
        Optional<User> user = browsers.awaited(step, before).filter(each -> browsers.hasPasskey(each.subject()));
        Read read = user.map(each -> way.get().read(visit, each, directory))
                .orElseGet(() -> new Read(way.get().dressed(visit, directory), way.get()));
        return show(read.visit(), read.way(), user);
    }

    private Response show(Visit visit, Way way, Optional<User> user) {
        Request request = visit.request();
        Secret browser = guard.browser(request);
        View view = new View(
                user.map(each -> each.username().value()).orElse(""),
                way.purpose(visit),
                user.isPresent()
                        ? PasskeyPart.secondFactor(guard, browser, way)
                        : PasskeyPart.alone(guard, browser, way),
                user.isPresent() ? LoginPage.another(way) : way.at(LoginPage.PATH),
                user.filter(each -> browsers.hasAuthenticator(each.subject()))
                        .map(_ -> way.at(SecondFactorPage.PATH))
                        .orElse(""));
        Messages words = visit.words();
        String title = words.text(user.isPresent() ? "passkey.page.step-title" : "passkey.page.title");
        Page page = visit.page(200, "login/PasskeyStep", title, view).running(Asset.PASSKEY);
        return guard.bind(way.on(page, request).toResponse(), browser);
    }
}
