package dev.handstamp.server.web.login;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Html;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.FormResult;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Browsers.SecondFactorRequest;
import dev.handstamp.server.issuance.SignInOutcome.Busy;
import dev.handstamp.server.issuance.SignInOutcome.NeedsSecondFactor;
import dev.handstamp.server.issuance.SignInOutcome.SignedIn;
import dev.handstamp.server.issuance.SignInOutcome.StartAgain;
import dev.handstamp.server.issuance.SignInOutcome.Throttled;
import dev.handstamp.server.issuance.SignInOutcome.WrongCredentials;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import java.time.InstantSource;
import java.util.Optional;

/// Where a user shows the second factor: after the password, or later, when a client or an API asks for it. Until then
/// nobody is signed in by the password alone.
public final class SecondFactorPage implements Endpoint {

    public static final String PATH = "/login/totp";

    private static final String PURPOSE = "second factor";

    private static final String FORM = """
        <h1>One more step</h1>
        <p class="soft">You are signing in as {}, to go on to {}.</p>
        {}<form method="post" action="/login/totp">
        {}<input type="hidden" name="form" value="{}">
        <label>Code of your authenticator application
        <input name="code" value="" autocomplete="one-time-code" inputmode="numeric" spellcheck="false" required
          autofocus>
        </label>
        <p class="soft">If you do not have it any more, type in one of your recovery codes.</p>
        <button id="login-submit">Go on</button>
        <button id="login-cancel" class="second" name="cancel" value="yes" formnovalidate>Cancel</button>
        </form>
        <p class="soft"><a href="{}">Sign in as somebody else</a></p>""";

    private final Live live;
    private final Authorizations authorizations;
    private final Browsers browsers;
    private final FormGuard guard;
    private final InstantSource clock;

    public SecondFactorPage(
            Live live, Authorizations authorizations, Browsers browsers, FormGuard guard, InstantSource clock) {
        this.live = live;
        this.authorizations = authorizations;
        this.browsers = browsers;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        boolean posted = request.method().equals("POST");
        FormResult read = posted ? Form.parse(request) : Form.parseQuery(request);
        return switch (read) {
            case MalformedForm malformed ->
                Page.message(malformed.status(), "This form cannot be read", malformed.problem())
                        .toResponse();
            case Form form -> handle(request, form, posted);
        };
    }

    private Response handle(Request request, Form form, boolean posted) {
        if (!form.has(Kept.PARAMETER)) return handle(request, form, posted, Way.ACCOUNT);
        Directory directory = live.current().directory();
        Optional<Kept> kept = Kept.find(form.get(Kept.PARAMETER), authorizations, directory, clock.instant());
        return kept.isEmpty() ? Kept.over() : handle(request, form, posted, new Way(kept));
    }

    private Response handle(Request request, Form form, boolean posted, Way way) {
        Optional<Secret> step = HostCookie.LOGIN.read(request).map(Secret::new);
        Optional<Secret> before = HostCookie.SESSION.read(request).map(Secret::new);
        Optional<User> user = browsers.awaited(step, before);
        // Too late, or come here by another way: what comes first is decided elsewhere.
        if (user.isEmpty()) return way.goOn();
        if (!posted) return show(request, way, user.get(), 200, "");
        if (guard.isForged(request, form, subject(way, user.get()))) {
            return show(request, way, user.get(), 403, "That did not come from this page. Go on from here.");
        }
        if (form.has("cancel")) {
            way.kept.ifPresent(kept -> authorizations.deny(
                    kept.name(), kept.request(), Optional.of(user.get().subject()), Callers.of(request)));
            return HostCookie.LOGIN.clear(way.goOn());
        }
        SecondFactorRequest asked =
                new SecondFactorRequest(form.get("code").orElse(""), way.client(), Callers.of(request));
        return switch (browsers.prove(asked, step, before)) {
            case SignedIn(var cookie) -> HostCookie.LOGIN.clear(HostCookie.SESSION.set(way.goOn(), cookie.value()));
            case WrongCredentials _ -> show(request, way, user.get(), 403, "The code is wrong, or was used.");
            case Throttled(var retryAfter) ->
                show(request, way, user.get(), 429, "Too many wrong codes. Wait a little, then try again.")
                        .header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
            case StartAgain _, NeedsSecondFactor _, Busy _ -> HostCookie.LOGIN.clear(way.goOn());
        };
    }

    private Response show(Request request, Way way, User user, int status, String problem) {
        Secret browser = guard.browser(request);
        Html told = problem.isEmpty() ? Html.NOTHING : Html.of("<p class=\"problem\" role=\"alert\">{}</p>\n", problem);
        Html content = Html.of(
                FORM,
                user.username(),
                way.name(),
                told,
                way.field(),
                guard.value(browser, subject(way, user)),
                way.another());
        Page page = Page.of(status, "One more step", content);
        Page leading = way.kept.map(kept -> page.leadingTo(kept.scheme())).orElse(page);
        return guard.bind(leading.toResponse(), browser);
    }

    private static String[] subject(Way way, User user) {
        return new String[] {PURPOSE, way.id(), user.subject().value()};
    }

    /// Where the user is on the way to.
    ///
    /// @param kept the request that waits; empty for the user's own page
    private record Way(Optional<Kept> kept) {

        static final Way ACCOUNT = new Way(Optional.empty());

        Response goOn() {
            return kept.map(Kept::goOn)
                    .orElseGet(() -> Response.seeOther("/account").noStore());
        }

        ClientId client() {
            return kept.map(each -> each.client().id()).orElse(ClientId.FIRST_PARTY);
        }

        String name() {
            return kept.map(each -> each.client().name()).orElse("your account");
        }

        String id() {
            return kept.map(Kept::id).orElse("");
        }

        Html field() {
            return kept.map(each -> Html.of("<input type=\"hidden\" name=\"request\" value=\"{}\">\n", each.id()))
                    .orElse(Html.NOTHING);
        }

        String another() {
            return kept.map(each -> "/login?request=" + each.id()).orElse("/account");
        }
    }
}
