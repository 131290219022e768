package dev.handstamp.server.web.login;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Browsers.SecondFactorRequest;
import dev.handstamp.server.issuance.KnownDevices;
import dev.handstamp.server.issuance.KnownDevices.Device;
import dev.handstamp.server.issuance.SignInOutcome.Busy;
import dev.handstamp.server.issuance.SignInOutcome.NeedsSecondFactor;
import dev.handstamp.server.issuance.SignInOutcome.SignedIn;
import dev.handstamp.server.issuance.SignInOutcome.StartAgain;
import dev.handstamp.server.issuance.SignInOutcome.Throttled;
import dev.handstamp.server.issuance.SignInOutcome.WrongCredentials;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.DeviceCookies;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Waiting;
import dev.handstamp.server.web.Way;
import dev.handstamp.server.web.Way.Read;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Where a user shows the second factor: after the password, or later, when a client or an API asks for it. Until then
/// nobody is signed in by the password alone.
public final class SecondFactorPage implements Door {

    public static final String PATH = "/login/totp";

    private static final String PURPOSE = "second factor";
    private static final String CODE = "code";
    private static final String RECOVERY = "recovery";
    private static final String REMEMBER = "remember";

    /// What the page shows.
    ///
    /// @param way      where it leads, as parameters of its form
    /// @param another  where somebody else signs in
    /// @param recovery whether a recovery code is asked for: letters, which a keyboard of digits cannot type
    /// @param days     for how long the browser can be remembered; 0: it cannot
    /// @param isToRemember whether that was chosen
    /// @param other    where the other of the two is asked for
    /// @param passkey  where a passkey is shown instead; empty for a user who has none
    /// @param form     the value that tells this form from forged ones
    public record View(
            String username,
            String purpose,
            Problem problem,
            Map<String, String> way,
            String another,
            boolean recovery,
            long days,
            boolean isToRemember,
            String other,
            String passkey,
            String form) {}

    private final Live live;
    private final Authorizations authorizations;
    private final Browsers browsers;
    private final KnownDevices known;
    private final FormGuard guard;
    private final InstantSource clock;

    public SecondFactorPage(
            Live live,
            Authorizations authorizations,
            Browsers browsers,
            KnownDevices known,
            FormGuard guard,
            InstantSource clock) {
        this.live = live;
        this.authorizations = authorizations;
        this.browsers = browsers;
        this.known = known;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public Response handle(Visit visit) {
        Directory directory = live.current().directory();
        Optional<Way> way = Way.of(visit, authorizations, directory, clock.instant());
        return way.isEmpty() ? Kept.over(visit) : handle(visit, way.get(), directory);
    }

    private Response handle(Visit visit, Way way, Directory directory) {
        Optional<Secret> step = HostCookie.LOGIN.read(visit.request()).map(Secret::new);
        Optional<Secret> before = HostCookie.SESSION.read(visit.request()).map(Secret::new);
        Optional<User> user = browsers.awaited(step, before);
        // Too late, or come here by another way: what comes first is decided elsewhere.
        if (user.isEmpty() || isDone(step, before)) return way.goOn();
        if (!browsers.hasAuthenticator(user.get().subject())) return way.by(PasskeySignIn.PATH);
        Read read = way.read(visit, user.get(), directory);
        return visit.posted()
                ? answer(read.visit(), read.way(), user.get(), step, before)
                : show(read.visit(), read.way(), user.get(), 200, Problem.NONE);
    }

    private Response answer(Visit visit, Way way, User user, Optional<Secret> step, Optional<Secret> before) {
        if (guard.isForged(visit.request(), visit.form(), subject(way, user))) {
            return show(visit, way, user, 403, Problem.of(visit.words().text("second-factor.forged")));
        }
        if (visit.form().has("cancel")) {
            way.deny(authorizations, Optional.of(user.subject()), visit.request());
            return HostCookie.LOGIN.clear(way.goOn());
        }
        Device device = DeviceCookies.of(visit.request(), visit.form().has(REMEMBER));
        SecondFactorRequest asked =
                new SecondFactorRequest(visit.parameter(CODE), way.client(), Callers.of(visit.request()), device);
        return switch (browsers.prove(asked, step, before)) {
            case SignedIn in -> HostCookie.LOGIN.clear(DeviceCookies.bind(way.goOn(), in.cookie(), in.device()));
            case WrongCredentials _ ->
                show(visit, way, user, 403, Problem.at(visit.words().text("second-factor.wrong"), CODE));
            case Throttled(var retryAfter) ->
                Waiting.until(
                        show(visit, way, user, 429, Problem.of(visit.words().text("second-factor.throttled"))),
                        retryAfter);
            case StartAgain _, NeedsSecondFactor _, Busy _ -> HostCookie.LOGIN.clear(way.goOn());
        };
    }

    /// In another tab, by now: nothing is left to show.
    private boolean isDone(Optional<Secret> step, Optional<Secret> before) {
        return step.isEmpty()
                && before.flatMap(browsers::visitor)
                        .filter(visitor -> visitor.proofs().level() == AssuranceLevel.AAL2)
                        .isPresent();
    }

    private Response show(Visit visit, Way way, User user, int status, Problem problem) {
        Secret browser = guard.browser(visit.request());
        Messages words = visit.words();
        boolean recovery = visit.form().has(RECOVERY);
        View view = new View(
                user.username().value(),
                way.purpose(visit),
                problem,
                way.parameters(),
                LoginPage.another(way),
                recovery,
                known.days(way.client(), live.current().directory()).orElse(0L),
                visit.form().has(REMEMBER),
                recovery ? way.at(PATH) : recoveryAddress(way),
                browsers.hasPasskey(user.subject()) ? way.at(PasskeySignIn.PATH) : "",
                guard.value(browser, subject(way, user)));
        Page page = visit.from(recovery ? recoveryAddress(way) : way.at(PATH))
                .page(status, "login/SecondFactor", words.text("second-factor.title"), view);
        return guard.bind(way.on(page, visit.request()).toResponse(), browser);
    }

    private static String recoveryAddress(Way way) {
        return way.at(PATH) + "&" + RECOVERY + "=yes";
    }

    private static String[] subject(Way way, User user) {
        return new String[] {PURPOSE, way.id(), user.subject().value()};
    }
}
