package dev.handstamp.server.web.login;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientMember;
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
import dev.handstamp.server.issuance.Browsers.SignInRequest;
import dev.handstamp.server.issuance.Caller;
import dev.handstamp.server.issuance.SignInOutcome;
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
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a user signs in with name and password, for an authorization request that waits meanwhile.
public final class LoginPage implements Endpoint {

    private static final String PURPOSE = "login";
    private static final int LONGEST_HINT = 64;

    private static final String FORM = """
        {}<h1>Sign in</h1>
        <p class="soft">to go on to {}</p>
        {}<form method="post" action="/login">
        <input type="hidden" name="request" value="{}">
        <input type="hidden" name="form" value="{}">
        <label>User name
        <input name="username" value="{}" autocomplete="username" autocapitalize="none" spellcheck="false" required{}>
        </label>
        <label>Password
        <input name="password" type="password" autocomplete="current-password" required{}>
        </label>
        <button id="login-submit">Sign in</button>
        <button id="login-cancel" class="second" name="cancel" value="yes" formnovalidate>Cancel</button>
        </form>{}""";

    private static final String LOGO = """
        <img id="client-logo" class="logo" src="{}" alt="" referrerpolicy="no-referrer">
        """;

    private static final String LINK = """
        \n<p class="soft"><a href="{}" rel="noreferrer">{}</a></p>""";

    private final Live live;
    private final Authorizations authorizations;
    private final Browsers browsers;
    private final FormGuard guard;
    private final InstantSource clock;

    public LoginPage(
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
        Directory directory = live.current().directory();
        Optional<Kept> kept = Kept.find(form.get(Kept.PARAMETER), authorizations, directory, clock.instant());
        if (kept.isEmpty()) return Kept.over();
        if (!posted) return show(request, kept.get(), hint(kept.get()), 200, "");
        if (guard.isForged(request, form, PURPOSE, kept.get().id())) {
            return show(request, kept.get(), hint(kept.get()), 403, "That did not come from this page. Sign in here.");
        }
        if (form.has("cancel")) {
            authorizations.deny(kept.get().name(), kept.get().request(), Optional.empty(), Callers.of(request));
            return kept.get().goOn();
        }
        return signIn(request, form, kept.get());
    }

    private Response signIn(Request request, Form form, Kept kept) {
        String username = form.get("username").orElse("");
        Caller caller = Callers.of(request);
        SignInRequest asked = new SignInRequest(
                username, form.get("password").orElse(""), kept.client().id(), caller);
        Optional<Secret> before = HostCookie.SESSION.read(request).map(Secret::new);
        SignInOutcome outcome = browsers.signIn(asked, before);
        return switch (outcome) {
            case SignedIn(var cookie) -> HostCookie.SESSION.set(kept.goOn(), cookie.value());
            case NeedsSecondFactor(var step) ->
                HostCookie.LOGIN.set(
                        Response.seeOther(SecondFactorPage.PATH + "?request=" + kept.id())
                                .noStore(),
                        step.value());
            case StartAgain _ -> kept.goOn();
            case WrongCredentials _ -> show(request, kept, username, 403, "The user name or the password is wrong.");
            case Throttled(var retryAfter) ->
                later(
                        show(request, kept, username, 429, "Too many failed attempts. Wait a little, then try again."),
                        retryAfter);
            case Busy(var retryAfter) ->
                later(show(request, kept, username, 503, "Too many sign in at the moment. Try again."), retryAfter);
        };
    }

    private Response show(Request request, Kept kept, String username, int status, String problem) {
        Secret browser = guard.browser(request);
        Html told = problem.isEmpty() ? Html.NOTHING : Html.of("<p class=\"problem\" role=\"alert\">{}</p>\n", problem);
        Html focus = Html.of(" autofocus");
        Optional<String> logo = kept.text(ClientMember.LOGO_URI, request);
        Html content = Html.of(
                FORM,
                logo.map(uri -> Html.of(LOGO, uri)).orElse(Html.NOTHING),
                kept.clientName(request),
                told,
                kept.id(),
                guard.value(browser, PURPOSE, kept.id()),
                username,
                username.isEmpty() ? focus : Html.NOTHING,
                username.isEmpty() ? Html.NOTHING : focus,
                links(kept, request));
        Page page = Page.of(status, "Sign in", content).leadingTo(kept.scheme());
        Page shown = logo.map(uri -> page.showing(URI.create(uri))).orElse(page);
        return guard.bind(shown.toResponse(), browser);
    }

    /// What the client has registered for users to read before they go on (RFC 7591 §2).
    private static Html links(Kept kept, Request request) {
        List<Html> links = new ArrayList<>();
        kept.text(ClientMember.CLIENT_URI, request)
                .ifPresent(uri -> links.add(Html.of(LINK, uri, "About the application")));
        kept.text(ClientMember.POLICY_URI, request)
                .ifPresent(uri -> links.add(Html.of(LINK, uri, "Its privacy policy")));
        kept.text(ClientMember.TOS_URI, request).ifPresent(uri -> links.add(Html.of(LINK, uri, "Its terms of use")));
        return Html.join(links);
    }

    private static String hint(Kept kept) {
        return kept.request()
                .parameter("login_hint")
                .filter(hint -> hint.length() <= LONGEST_HINT)
                .orElse("");
    }

    private static Response later(Response response, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
        return response.header("Retry-After", Long.toString(seconds));
    }
}
