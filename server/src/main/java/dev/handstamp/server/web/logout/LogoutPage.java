package dev.handstamp.server.web.logout;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.RedirectUri;
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
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Endings;
import dev.handstamp.server.issuance.IdTokens;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.logout.LogoutRequest.Sound;
import dev.handstamp.server.web.logout.LogoutRequest.Wrong;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The end session endpoint: signs the browser out, and every application with it.
///
/// Whoever brings an ID token of the user who is signed in speaks for that user, and nothing is asked. Everybody else
/// could be a page that only wants to be a nuisance: then the user decides.
///
/// @see <a href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html">OpenID Connect RP-Initiated Logout
/// 1.0</a>
public final class LogoutPage implements Endpoint {

    private static final String PATH = "/logout";
    private static final String PURPOSE = "logout";

    private static final String QUESTION = """
        <h1>Sign out?</h1>
        <p class="soft">You are signed in as {}.{} Every application that you opened with this sign-in is signed out.</p>
        {}<form method="post" action="/logout">
        <input type="hidden" name="form" value="{}">
        {}<button id="logout-confirm" name="decision" value="leave">Sign out</button>
        <button id="logout-cancel" class="second" name="decision" value="stay">Stay signed in</button>
        </form>""";

    private static final String HIDDEN = """
        <input type="hidden" name="{}" value="{}">
        """;

    private final Live live;
    private final Browsers browsers;
    private final Endings endings;
    private final IdTokens idTokens;
    private final FormGuard guard;

    public LogoutPage(Live live, Browsers browsers, Endings endings, IdTokens idTokens, FormGuard guard) {
        this.live = live;
        this.browsers = browsers;
        this.endings = endings;
        this.idTokens = idTokens;
        this.guard = guard;
    }

    @Override
    public Response handle(Request request) {
        boolean posted = request.method().equals("POST");
        FormResult read = posted ? Form.parse(request) : Form.parseQuery(request);
        return switch (read) {
            case MalformedForm malformed -> wrong(malformed.status(), malformed.problem());
            // A form of another site comes without our cookie; a redirect brings it along.
            case Form form when posted && !form.has(FormGuard.FIELD) -> Response.seeOther(PATH + query(form.toMap()));
            case Form form -> handle(request, form, posted);
        };
    }

    private Response handle(Request request, Form form, boolean posted) {
        Snapshot known = live.current();
        return switch (LogoutRequest.check(form, idTokens, known)) {
            case Wrong(var problem) -> wrong(400, problem);
            case Sound sound -> handle(request, form, posted, sound, known);
        };
    }

    private Response handle(Request request, Form form, boolean posted, Sound sound, Snapshot known) {
        Optional<Visitor> visitor =
                HostCookie.SESSION.read(request).map(Secret::new).flatMap(browsers::visitor);
        if (visitor.isEmpty()) return signedOut(sound);
        if (posted) return decide(request, form, sound, visitor.get(), known);
        return isMeant(sound, visitor.get(), known)
                ? leave(request, sound, visitor.get(), known)
                : ask(request, sound, visitor.get(), 200, "");
    }

    private Response decide(Request request, Form form, Sound sound, Visitor visitor, Snapshot known) {
        if (guard.isForged(request, form, subject(visitor))) {
            return ask(request, sound, visitor, 403, "That did not come from this page. Decide here.");
        }
        return switch (form.get("decision").orElse("")) {
            case "leave" -> leave(request, sound, visitor, known);
            case "stay" -> stayed();
            default -> ask(request, sound, visitor, 400, "Choose one of the two.");
        };
    }

    private Response leave(Request request, Sound sound, Visitor visitor, Snapshot known) {
        endings.logOut(
                visitor.session().id(),
                visitor.user().subject(),
                sound.client().map(Client::id).orElse(ClientId.FIRST_PARTY),
                known.directory(),
                Callers.of(request));
        return signedOut(sound);
    }

    /// The user whom the client means is the one who is signed in.
    private boolean isMeant(Sound sound, Visitor visitor, Snapshot known) {
        return sound.hint()
                .filter(hint -> idTokens.isAbout(hint, visitor.user(), known))
                .isPresent();
    }

    private Response ask(Request request, Sound sound, Visitor visitor, int status, String problem) {
        Secret browser = guard.browser(request);
        List<Html> hidden = new ArrayList<>();
        sound.parameters().forEach((name, value) -> hidden.add(Html.of(HIDDEN, name, value)));
        Html content = Html.of(
                QUESTION,
                visitor.user().username(),
                sound.client()
                        .map(client -> " " + client.name() + " asks you to sign out.")
                        .orElse(""),
                problem.isEmpty() ? Html.NOTHING : Html.of("<p class=\"problem\" role=\"alert\">{}</p>\n", problem),
                guard.value(browser, subject(visitor)),
                Html.join(hidden));
        Page page = Page.of(status, "Sign out?", content);
        Optional<Page> leading = sound.to().map(RedirectUri::scheme).map(page::leadingTo);
        return guard.bind(leading.orElse(page).toResponse(), browser);
    }

    private static Response signedOut(Sound sound) {
        Response response = sound.target()
                .map(target -> Response.seeOther(target).noStore())
                .orElseGet(() -> Page.message(200, "Signed out", "You are signed out here. You can close this page.")
                        .toResponse());
        return HostCookie.SESSION.clear(response);
    }

    private static Response stayed() {
        return Page.message(200, "Nothing has changed", "You are still signed in. You can close this page.")
                .toResponse();
    }

    private static Response wrong(int status, String problem) {
        return Page.message(
                        status,
                        "This is an error",
                        problem + " Nothing has happened; you may still be signed in.",
                        "Sign out here",
                        PATH)
                .toResponse();
    }

    private static String[] subject(Visitor visitor) {
        return new String[] {PURPOSE, visitor.session().id().value()};
    }

    private static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }
}
