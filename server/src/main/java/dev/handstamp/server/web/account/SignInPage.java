package dev.handstamp.server.web.account;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Browsers.SignInRequest;
import dev.handstamp.server.issuance.SignInOutcome.Busy;
import dev.handstamp.server.issuance.SignInOutcome.NeedsSecondFactor;
import dev.handstamp.server.issuance.SignInOutcome.SignedIn;
import dev.handstamp.server.issuance.SignInOutcome.StartAgain;
import dev.handstamp.server.issuance.SignInOutcome.Throttled;
import dev.handstamp.server.issuance.SignInOutcome.WrongCredentials;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Visit;
import java.time.Duration;

/// Where people sign in who want to see their account, and come from no application.
public final class SignInPage implements Door {

    private static final String PURPOSE = "account sign-in";

    /// What the page shows.
    public record View(String username, String problem, String form) {}

    private final Lobby lobby;
    private final Browsers browsers;
    private final FormGuard guard;

    public SignInPage(Lobby lobby, Browsers browsers, FormGuard guard) {
        this.lobby = lobby;
        this.browsers = browsers;
        this.guard = guard;
    }

    @Override
    public Response handle(Visit visit) {
        if (lobby.visitor(visit.request()).isPresent()) {
            return Response.seeOther(AccountPlace.PROFILE.path()).noStore(); // In another tab by now.
        }
        return visit.posted() ? signIn(visit) : ask(visit, 200, "");
    }

    private Response signIn(Visit visit) {
        if (guard.isForged(visit.request(), visit.form(), PURPOSE)) {
            return ask(visit, 403, visit.words().text("account.forged"));
        }
        SignInRequest asked = new SignInRequest(
                visit.parameter("username"),
                visit.parameter("password"),
                ClientId.FIRST_PARTY,
                Callers.of(visit.request()));
        return switch (browsers.signIn(
                asked, HostCookie.SESSION.read(visit.request()).map(Secret::new))) {
            case SignedIn(var cookie) ->
                HostCookie.SESSION.set(
                        Response.seeOther(AccountPlace.PROFILE.path()).noStore(), cookie.value());
            case NeedsSecondFactor(var step) ->
                HostCookie.LOGIN.set(Response.seeOther("/login/totp").noStore(), step.value());
            case StartAgain _ -> Response.seeOther(Lobby.SIGN_IN).noStore();
            case WrongCredentials _ -> ask(visit, 403, visit.words().text("account.sign-in.wrong"));
            case Throttled(var retryAfter) ->
                later(ask(visit, 429, visit.words().text("account.too-many")), retryAfter);
            case Busy(var retryAfter) -> later(ask(visit, 503, visit.words().text("account.busy")), retryAfter);
        };
    }

    private Response ask(Visit visit, int status, String problem) {
        Secret browser = guard.browser(visit.request());
        View view = new View(visit.parameter("username"), problem, guard.value(browser, PURPOSE));
        String title = visit.words().text("account.sign-in.title");
        return guard.bind(
                Page.of(status, visit.words(), "account/SignIn", title, view).toResponse(), browser);
    }

    private static Response later(Response response, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
        return response.header("Retry-After", Long.toString(seconds));
    }
}
