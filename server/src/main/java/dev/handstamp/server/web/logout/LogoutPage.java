package dev.handstamp.server.web.logout;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Endings;
import dev.handstamp.server.issuance.IdTokens;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.Doorway;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Visitors;
import dev.handstamp.server.web.logout.LogoutRequest.Sound;
import dev.handstamp.server.web.logout.LogoutRequest.Wrong;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
public final class LogoutPage implements Door {

    private static final String PATH = "/logout";
    private static final String ACCOUNT = "/account";
    private static final String PURPOSE = "logout";
    private static final String UI_LOCALES = "ui_locales"; // RP-Initiated Logout 1.0 §2

    /// What the page shows.
    ///
    /// @param client     who asks, as a sentence; empty if nobody says so
    /// @param parameters what the form has to bring along
    /// @param form       the value that tells this form from forged ones
    public record View(String username, String client, String problem, Map<String, String> parameters, String form) {}

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
    public Response handle(Visit visit) {
        boolean asking = visit.posted() && !visit.form().has(FormGuard.FIELD);
        // A form of another site comes without our cookie; a redirect brings it along.
        if (asking) return Response.seeOther(PATH + query(visit.form().toMap()));
        Optional<Visitor> visitor = Visitors.of(visit.request(), browsers);
        Visit here = visit.in(Messages.of(languages(visit, visitor)));
        Snapshot known = live.current();
        return switch (LogoutRequest.check(here.form(), idTokens, known)) {
            case Wrong(var problem) -> wrong(here, problem);
            case Sound sound -> handle(here.wearing(look(sound, known)), sound, visitor, known);
        };
    }

    private static List<String> languages(Visit visit, Optional<Visitor> visitor) {
        List<String> own = Doorway.languages(
                visit.request(), visitor.flatMap(each -> each.user().locale()));
        return Messages.wanted(visit.form().get(UI_LOCALES), own);
    }

    private Response handle(Visit visit, Sound sound, Optional<Visitor> visitor, Snapshot known) {
        if (visitor.isEmpty()) return signedOut(visit, sound);
        if (visit.posted()) return decide(visit, sound, visitor.get(), known);
        return isMeant(sound, visitor.get(), known)
                ? leave(visit, sound, visitor.get(), known)
                : ask(visit, sound, visitor.get(), 200, "");
    }

    private Response decide(Visit visit, Sound sound, Visitor visitor, Snapshot known) {
        Messages words = visit.words();
        if (guard.isForged(visit.request(), visit.form(), subject(visitor))) {
            return ask(visit, sound, visitor, 403, words.text("logout.forged"));
        }
        return switch (visit.parameter("decision")) {
            case "leave" -> leave(visit, sound, visitor, known);
            case "stay" -> visit.linked(200, "logout.stayed", ACCOUNT).toResponse();
            default -> ask(visit, sound, visitor, 400, words.text("consent.choose"));
        };
    }

    private Response leave(Visit visit, Sound sound, Visitor visitor, Snapshot known) {
        endings.logOut(
                visitor.session().id(),
                visitor.user().subject(),
                sound.client().map(Client::id).orElse(ClientId.FIRST_PARTY),
                known.directory(),
                Callers.of(visit.request()));
        return signedOut(visit, sound);
    }

    /// The user whom the client means is the one who is signed in.
    private boolean isMeant(Sound sound, Visitor visitor, Snapshot known) {
        return sound.hint()
                .filter(hint -> idTokens.isAbout(hint, visitor.user(), known))
                .isPresent();
    }

    private Response ask(Visit visit, Sound sound, Visitor visitor, int status, String problem) {
        Secret browser = guard.browser(visit.request());
        Messages words = visit.words();
        View view = new View(
                visitor.user().username().value(),
                sound.client()
                        .map(client -> words.text("logout.client", client.name(languages(visit, Optional.of(visitor)))))
                        .orElse(""),
                problem,
                sound.parameters(),
                guard.value(browser, subject(visitor)));
        Page page = visit.page(status, "logout/Logout", words.text("logout.title"), view);
        Optional<Page> leading = sound.to().map(RedirectUri::scheme).map(page::leadingTo);
        return guard.bind(leading.orElse(page).toResponse(), browser);
    }

    private static Response signedOut(Visit visit, Sound sound) {
        Response response = sound.target()
                .map(target -> Response.seeOther(target).noStore())
                .orElseGet(() -> visit.linked(200, "logout.done", ACCOUNT).toResponse());
        return HostCookie.SESSION.clear(response);
    }

    /// @param problem key of the words that say what is wrong
    private static Response wrong(Visit visit, String problem) {
        return visit.linked(400, "logout.wrong", PATH, visit.words().text(problem))
                .toResponse();
    }

    private static Look look(Sound sound, Snapshot known) {
        return Look.of(known.directory().brandOf(sound.client().map(Client::id).orElse(ClientId.FIRST_PARTY)));
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
