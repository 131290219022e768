package dev.handstamp.server.web.account;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.html.Html;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.FormResult;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Accounts;
import dev.handstamp.server.issuance.Accounts.Access;
import dev.handstamp.server.issuance.Accounts.Open;
import dev.handstamp.server.issuance.Accounts.Overview;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Browsers.SignInRequest;
import dev.handstamp.server.issuance.SignInOutcome.Busy;
import dev.handstamp.server.issuance.SignInOutcome.NeedsSecondFactor;
import dev.handstamp.server.issuance.SignInOutcome.SignedIn;
import dev.handstamp.server.issuance.SignInOutcome.StartAgain;
import dev.handstamp.server.issuance.SignInOutcome.Throttled;
import dev.handstamp.server.issuance.SignInOutcome.WrongCredentials;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.ScopeWords;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// The page of a user's own account: where it is signed in and which applications have access, each with a button that
/// ends it.
///
/// A form counts for its session, its action and its target alone. Whoever is not signed in signs in here.
public final class AccountPage implements Endpoint {

    private static final String PATH = "/account";
    private static final String PURPOSE = "account";
    private static final String SIGN_IN = "sign-in";
    private static final String END = "end";
    private static final String END_ALL = "end-all";
    private static final String TAKE_BACK = "take-back";
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'");

    private static final String SIGN_IN_FORM = """
        <h1>Sign in</h1>
        <p class="soft">to see your account</p>
        {}<form method="post" action="/account">
        <input type="hidden" name="action" value="sign-in">
        <input type="hidden" name="form" value="{}">
        <label>User name
        <input name="username" value="{}" autocomplete="username" autocapitalize="none" spellcheck="false" required>
        </label>
        <label>Password
        <input name="password" type="password" autocomplete="current-password" required>
        </label>
        <button id="login-submit">Sign in</button>
        </form>""";

    private static final String ACCOUNT = """
        <h1>Your account</h1>
        <p class="soft">You are signed in as {}.</p>
        {}<h2>Where you are signed in</h2>
        <ul>
        {}</ul>
        {}
        <h2>Applications with access</h2>
        {}""";

    private static final String SESSION = """
        <li><strong>{}</strong>{}<br>
        <span class="soft">since <time datetime="{}">{}</time>, from {}{}</span>
        {}</li>
        """;

    private static final String APPLICATION = """
        <li><strong>{}</strong><br>
        <span class="soft">since <time datetime="{}">{}</time>; it may {}</span>
        {}</li>
        """;

    private static final String BUTTON = """
        <form method="post" action="/account">
        <input type="hidden" name="action" value="{}">
        <input type="hidden" name="target" value="{}">
        <input type="hidden" name="form" value="{}">
        <button{}>{}</button>
        </form>
        """;

    private static final Html SECOND = Html.of(" class=\"second\"");

    private final Live live;
    private final Browsers browsers;
    private final Accounts accounts;
    private final FormGuard guard;

    public AccountPage(Live live, Browsers browsers, Accounts accounts, FormGuard guard) {
        this.live = live;
        this.browsers = browsers;
        this.accounts = accounts;
        this.guard = guard;
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
        Optional<Visitor> visitor =
                HostCookie.SESSION.read(request).map(Secret::new).flatMap(browsers::visitor);
        String action = form.get("action").orElse("");
        if (visitor.isEmpty()) {
            return posted && action.equals(SIGN_IN) ? signIn(request, form) : askWho(request, "", 200, "");
        }
        if (posted && action.equals(SIGN_IN)) return Response.seeOther(PATH).noStore(); // In another tab by now.
        return posted ? act(request, form, action, visitor.get()) : show(request, visitor.get(), 200, "");
    }

    private Response signIn(Request request, Form form) {
        String username = form.get("username").orElse("");
        if (guard.isForged(request, form, PURPOSE, SIGN_IN)) {
            return askWho(request, username, 403, "That did not come from this page. Sign in here.");
        }
        SignInRequest asked =
                new SignInRequest(username, form.get("password").orElse(""), ClientId.FIRST_PARTY, Callers.of(request));
        return switch (browsers.signIn(asked, HostCookie.SESSION.read(request).map(Secret::new))) {
            case SignedIn(var cookie) ->
                HostCookie.SESSION.set(Response.seeOther(PATH).noStore(), cookie.value());
            case NeedsSecondFactor(var step) ->
                HostCookie.LOGIN.set(Response.seeOther("/login/totp").noStore(), step.value());
            case StartAgain _ -> Response.seeOther(PATH).noStore();
            case WrongCredentials _ -> askWho(request, username, 403, "The user name or the password is wrong.");
            case Throttled(var retryAfter) ->
                later(
                        askWho(request, username, 429, "Too many failed attempts. Wait a little, then try again."),
                        retryAfter);
            case Busy(var retryAfter) ->
                later(askWho(request, username, 503, "Too many sign in at the moment. Try again."), retryAfter);
        };
    }

    private Response act(Request request, Form form, String action, Visitor visitor) {
        String target = form.get("target").orElse("");
        if (guard.isForged(request, form, subject(visitor, action, target))) {
            return show(request, visitor, 403, "That did not come from this page. Do it here.");
        }
        Directory directory = live.current().directory();
        switch (action) {
            case END -> accounts.end(visitor, new SessionId(target), directory, Callers.of(request));
            case END_ALL -> accounts.endAll(visitor, directory, Callers.of(request));
            case TAKE_BACK -> accounts.takeBack(visitor, new ClientId(target), directory, Callers.of(request));
            default -> {
                return show(request, visitor, 400, "Choose what to do.");
            }
        }
        boolean isLeaving = action.equals(END_ALL)
                || (action.equals(END) && target.equals(visitor.session().id().value()));
        if (!isLeaving) return Response.seeOther(PATH).noStore();
        Response left = Page.message(200, "Signed out", "You are signed out here.", "Sign in again", PATH)
                .toResponse();
        return HostCookie.SESSION.clear(left);
    }

    private Response askWho(Request request, String username, int status, String problem) {
        Secret browser = guard.browser(request);
        Html content = Html.of(SIGN_IN_FORM, told(problem), guard.value(browser, PURPOSE, SIGN_IN), username);
        return guard.bind(Page.of(status, "Sign in", content).toResponse(), browser);
    }

    private Response show(Request request, Visitor visitor, int status, String problem) {
        Secret browser = guard.browser(request);
        Directory directory = live.current().directory();
        Overview overview = accounts.overview(visitor);
        List<Html> sessions = new ArrayList<>();
        for (Open open : overview.sessions()) sessions.add(session(open, visitor, directory, browser));
        Html content = Html.of(
                ACCOUNT,
                visitor.user().username(),
                told(problem),
                Html.join(sessions),
                button(visitor, browser, END_ALL, "", Html.NOTHING, "Sign out everywhere"),
                applications(overview, visitor, directory, browser));
        return guard.bind(Page.of(status, "Your account", content).toResponse(), browser);
    }

    private Html session(Open open, Visitor visitor, Directory directory, Secret browser) {
        Session session = open.session();
        boolean isThis = session.id().equals(visitor.session().id());
        List<String> names = open.clients().stream()
                .filter(client -> !client.equals(ClientId.FIRST_PARTY))
                .map(client -> name(client, directory))
                .toList();
        return Html.of(
                SESSION,
                Device.of(session.userAgent()),
                isThis ? " (this browser)" : "",
                session.createdAt(),
                minutes(session.createdAt()),
                session.address(),
                names.isEmpty() ? "" : "; opened: " + String.join(", ", names),
                button(visitor, browser, END, session.id().value(), SECOND, "Sign out"));
    }

    private Html applications(Overview overview, Visitor visitor, Directory directory, Secret browser) {
        if (overview.applications().isEmpty()) return Html.of("<p>No application has access.</p>");
        List<Html> applications = new ArrayList<>();
        for (Access access : overview.applications()) {
            applications.add(Html.of(
                    APPLICATION,
                    name(access.client(), directory),
                    access.since(),
                    minutes(access.since()),
                    words(access),
                    button(visitor, browser, TAKE_BACK, access.client().value(), SECOND, "Take access back")));
        }
        return Html.of("<ul>\n{}</ul>", Html.join(applications));
    }

    private Html button(Visitor visitor, Secret browser, String action, String target, Html look, String label) {
        return Html.of(BUTTON, action, target, guard.value(browser, subject(visitor, action, target)), look, label);
    }

    private static String words(Access access) {
        List<String> words = StreamSupport.stream(access.scopes().spliterator(), false)
                .map(ScopeWords::of)
                .toList();
        return words.isEmpty() ? "act for you, without any special right" : String.join(", ", words);
    }

    private static String name(ClientId client, Directory directory) {
        return directory.client(client).map(Client::name).orElse(client.value());
    }

    private static String minutes(Instant instant) {
        return MINUTES.format(instant.atOffset(ZoneOffset.UTC));
    }

    private static Html told(String problem) {
        return problem.isEmpty() ? Html.NOTHING : Html.of("<p class=\"problem\" role=\"alert\">{}</p>\n", problem);
    }

    private static String[] subject(Visitor visitor, String action, String target) {
        return new String[] {PURPOSE, action, target, visitor.session().id().value()};
    }

    private static Response later(Response response, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
        return response.header("Retry-After", Long.toString(seconds));
    }
}
