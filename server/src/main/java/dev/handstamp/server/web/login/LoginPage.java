package dev.handstamp.server.web.login;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Asset;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Browsers.SignInRequest;
import dev.handstamp.server.issuance.KnownDevices.Device;
import dev.handstamp.server.issuance.SignInOutcome;
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
import dev.handstamp.server.web.PasskeyPart;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Waiting;
import dev.handstamp.server.web.Way;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Where a user signs in with name and password: for an authorization request that waits meanwhile, or for a page of
/// ours.
///
/// Name and password are asked for together or one after the other, and whatever the name is, what comes next looks the
/// same. Whoever is signed in and comes here proves it anew, and need not say the name again.
public final class LoginPage implements Door {

    public static final String PATH = "/login";

    private static final String PURPOSE = "login";
    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String SOMEBODY_ELSE = "another";
    private static final String STEP = "step";
    private static final int LONGEST_HINT = 254;
    private static final int LONGEST_NAME = 256;

    /// What the form asks for.
    public enum Step {
        /// The name, and the password on the next page.
        NAME,
        /// The password of somebody whose name is known.
        PASSWORD,
        BOTH
    }

    /// What the page offers beside: to set another password, to sign in by mail, to make an account.
    public record Offers(boolean reset, boolean byMail, boolean signUp) {}

    /// What the page shows.
    ///
    /// @param way     where it leads, as parameters of its form
    /// @param another where somebody else signs in
    /// @param passkey how a passkey is shown instead; empty for somebody who is signed in and has none
    /// @param form    the value that tells this form from forged ones
    public record View(
            Step step,
            String logo,
            String purpose,
            String username,
            Problem problem,
            Map<String, String> way,
            String another,
            boolean mayCancel,
            Map<String, String> others,
            Map<String, String> links,
            Optional<PasskeyPart> passkey,
            String form) {}

    private final Live live;
    private final Authorizations authorizations;
    private final Browsers browsers;
    private final FormGuard guard;
    private final boolean nameFirst;
    private final Offers offers;
    private final InstantSource clock;

    /// @param nameFirst whether the name is asked for on a page of its own
    public LoginPage(
            Live live,
            Authorizations authorizations,
            Browsers browsers,
            FormGuard guard,
            boolean nameFirst,
            Offers offers,
            InstantSource clock) {
        this.live = live;
        this.authorizations = authorizations;
        this.browsers = browsers;
        this.guard = guard;
        this.nameFirst = nameFirst;
        this.offers = offers;
        this.clock = clock;
    }

    @Override
    public Response handle(Visit visit) {
        Directory directory = live.current().directory();
        Optional<Way> way = Way.of(visit, authorizations, directory, clock.instant());
        if (way.isEmpty()) return Kept.over(visit);
        Visit here = way.get().dressed(visit, directory);
        return here.posted() ? post(here, way.get()) : show(here, way.get());
    }

    private Response show(Visit visit, Way way) {
        if (visit.form().has(SOMEBODY_ELSE)) return show(visit, way, first(), "", 200, Problem.NONE);
        Optional<String> typed = visit.parameter(STEP).equals(PASSWORD) ? typedName(visit.request()) : Optional.empty();
        if (typed.isPresent()) return show(visit, way, Step.PASSWORD, typed.get(), 200, Problem.NONE);
        String hint = hint(way);
        // Whom the client means goes before who is here.
        Optional<String> known = nameOfSignedIn(visit).filter(name -> hint.isEmpty() || hint.equals(name));
        if (known.isPresent()) return show(visit, way, Step.PASSWORD, known.get(), 200, Problem.NONE);
        return show(visit, way, nameFirst && !hint.isEmpty() ? Step.PASSWORD : first(), hint, 200, Problem.NONE);
    }

    private Response post(Visit visit, Way way) {
        String username = visit.parameter(USERNAME);
        if (guard.isForged(visit.request(), visit.form(), PURPOSE, way.id())) {
            Problem forged = Problem.of(visit.words().text("login.forged"));
            return show(visit, way, first(), hint(way), 403, forged);
        }
        if (visit.form().has("cancel")) {
            way.deny(authorizations, Optional.empty(), visit.request());
            return way.goOn();
        }
        boolean isName = !username.isBlank() && (visit.form().has(PASSWORD) || username.length() <= LONGEST_NAME);
        if (!isName) {
            Problem nobody = Problem.at(visit.words().text("login.no-name"), USERNAME);
            return show(visit, way, first(), "", 400, nobody);
        }
        if (!visit.form().has(PASSWORD)) return askPassword(way, username);
        return signIn(visit, way, username);
    }

    /// The page of the password has an address of its own, so that one can come back to it. The name does not stand in
    /// it: addresses are kept in more places than cookies are.
    private static Response askPassword(Way way, String username) {
        String name = Base64.getUrlEncoder().withoutPadding().encodeToString(username.getBytes(StandardCharsets.UTF_8));
        return HostCookie.NAME.set(Response.seeOther(passwordAddress(way)).noStore(), name);
    }

    private static String passwordAddress(Way way) {
        return way.at(PATH) + "&" + STEP + "=" + PASSWORD;
    }

    private static Optional<String> typedName(Request request) {
        try {
            return HostCookie.NAME
                    .read(request)
                    .map(value -> new String(Base64.getUrlDecoder().decode(value), StandardCharsets.UTF_8))
                    .filter(name -> name.length() <= LONGEST_NAME);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Whoever uses the browser next does not see the name.
    static Response forget(Response response, Request request) {
        return HostCookie.NAME.read(request).isEmpty() ? response : HostCookie.NAME.clear(response);
    }

    private Response signIn(Visit visit, Way way, String username) {
        Device device = DeviceCookies.of(visit.request(), false);
        SignInRequest asked = new SignInRequest(
                username, visit.parameter(PASSWORD), way.client(), Callers.of(visit.request()), device);
        Optional<Secret> before = HostCookie.SESSION.read(visit.request()).map(Secret::new);
        SignInOutcome outcome = browsers.signIn(asked, before);
        return switch (outcome) {
            case SignedIn in -> DeviceCookies.bind(forget(way.goOn(), visit.request()), in.cookie(), in.device());
            case NeedsSecondFactor(var step) ->
                HostCookie.LOGIN.set(forget(way.by(SecondFactorPage.PATH), visit.request()), step.value());
            case StartAgain _ -> way.goOn();
            case WrongCredentials _ -> again(visit, way, username, 403, wrong(visit));
            case Throttled(var retryAfter) ->
                Waiting.until(
                        again(
                                visit,
                                way,
                                username,
                                429,
                                Problem.of(visit.words().text("login.throttled"))),
                        retryAfter);
            case Busy(var retryAfter) ->
                Waiting.until(
                        again(
                                visit,
                                way,
                                username,
                                503,
                                Problem.of(visit.words().text("login.busy"))),
                        retryAfter);
        };
    }

    /// Which of the two it is, nobody is told: it is typed anew where the password is.
    private static Problem wrong(Visit visit) {
        return Problem.at(visit.words().text("login.wrong"), PASSWORD, USERNAME);
    }

    private Response again(Visit visit, Way way, String username, int status, Problem problem) {
        boolean known =
                nameFirst || nameOfSignedIn(visit).filter(username::equals).isPresent();
        Step step = known ? Step.PASSWORD : Step.BOTH;
        return show(visit, way, step, username, status, problem);
    }

    private Response show(Visit visit, Way way, Step step, String username, int status, Problem problem) {
        Secret browser = guard.browser(visit.request());
        Messages words = visit.words();
        View view = new View(
                step,
                way.logo(visit.request()),
                way.purpose(visit),
                username,
                problem,
                way.parameters(),
                another(way),
                way.kept().isPresent(),
                others(way, words),
                way.links(visit),
                passkey(visit, way, step, username, browser),
                guard.value(browser, PURPOSE, way.id()));
        Page page = visit.from(step == Step.PASSWORD ? passwordAddress(way) : way.at(PATH))
                .page(status, "login/Login", words.text("login.title"), view)
                .runningAfterPaint(Asset.PASSKEY);
        return guard.bind(way.on(page, visit.request()).toResponse(), browser);
    }

    /// Whoever is signed in proves to be still there, by a passkey of their own.
    private Optional<PasskeyPart> passkey(Visit visit, Way way, Step step, String username, Secret browser) {
        Optional<User> user = signedIn(visit)
                .filter(each ->
                        step == Step.PASSWORD && each.username().toString().equals(username));
        if (user.isEmpty()) return Optional.of(PasskeyPart.signingIn(guard, browser, way));
        return user.filter(each -> browsers.hasPasskey(each.subject()))
                .map(_ -> PasskeyPart.confirming(guard, browser, way));
    }

    /// Other ways: words, and where they lead.
    private Map<String, String> others(Way way, Messages words) {
        Map<String, String> others = new LinkedHashMap<>();
        if (offers.byMail) others.put(words.text("login.by-mail"), way.at("/login/mail"));
        if (offers.reset) others.put(words.text("login.forgotten"), way.at("/reset"));
        if (offers.signUp && way.takesStrangers()) others.put(words.text("login.sign-up"), way.at("/sign-up"));
        return others;
    }

    /// Where somebody else signs in than the one whose name a page shows.
    public static String another(Way way) {
        return way.at(PATH) + "&" + SOMEBODY_ELSE + "=yes";
    }

    private Step first() {
        return nameFirst ? Step.NAME : Step.BOTH;
    }

    private Optional<User> signedIn(Visit visit) {
        return HostCookie.SESSION
                .read(visit.request())
                .map(Secret::new)
                .flatMap(browsers::visitor)
                .map(Visitor::user);
    }

    private Optional<String> nameOfSignedIn(Visit visit) {
        return signedIn(visit).map(User::username).map(Object::toString);
    }

    private static String hint(Way way) {
        return way.kept()
                .flatMap(kept -> kept.request().parameter("login_hint"))
                .filter(hint -> hint.length() <= LONGEST_HINT)
                .orElse("");
    }
}
