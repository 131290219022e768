package dev.handstamp.server.web.consent;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.Scopes;
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
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.ScopeWords;
import dev.handstamp.server.web.Voucher;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a signed-in user decides what a client may do.
///
/// The form names nothing that could be changed on the way: what is allowed is what the kept request says was shown,
/// and
/// a form counts for its session, its request and those scopes alone.
public final class ConsentPage implements Endpoint {

    private static final String PURPOSE = "consent";

    private static final String FORM = """
        <h1>Allow {}?</h1>
        <p class="soft">You are signed in as {}. The answer goes to {}.</p>
        {}{}<form method="post" action="/consent">
        <input type="hidden" name="request" value="{}">
        <input type="hidden" name="form" value="{}">
        <button id="consent-allow" name="decision" value="allow">Allow</button>
        <button id="consent-deny" class="second" name="decision" value="deny">Do not allow</button>
        </form>""";

    private final Live live;
    private final Authorizations authorizations;
    private final Browsers browsers;
    private final FormGuard guard;
    private final InstantSource clock;

    public ConsentPage(
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
        Optional<Visitor> visitor =
                HostCookie.SESSION.read(request).map(Secret::new).flatMap(browsers::visitor);
        Optional<Scopes> asked = kept.get().request().asked();
        // Signed out meanwhile, or come here by another way: the authorization endpoint knows what comes first.
        if (visitor.isEmpty() || asked.isEmpty()) return kept.get().goOn();
        return posted
                ? decide(request, form, kept.get(), visitor.get(), asked.get())
                : show(request, kept.get(), visitor.get(), asked.get(), 200, "");
    }

    private Response decide(Request request, Form form, Kept kept, Visitor visitor, Scopes asked) {
        if (guard.isForged(request, form, subject(kept, visitor, asked))) {
            return show(request, kept, visitor, asked, 403, "Something has changed. Read it and decide again.");
        }
        switch (form.get("decision").orElse("")) {
            case "allow" -> authorizations.allow(kept.name(), kept.request(), visitor, asked, Callers.of(request));
            case "deny" ->
                authorizations.deny(
                        kept.name(), kept.request(), Optional.of(visitor.user().subject()), Callers.of(request));
            default -> {
                return show(request, kept, visitor, asked, 400, "Choose one of the two.");
            }
        }
        return kept.goOn();
    }

    private Response show(Request request, Kept kept, Visitor visitor, Scopes asked, int status, String problem) {
        Secret browser = guard.browser(request);
        Html content = Html.of(
                FORM,
                kept.clientName(request),
                visitor.user().username(),
                recipient(kept),
                Voucher.of(kept.client(), Optional.of(recipient(kept))),
                told(problem, asked),
                kept.id(),
                guard.value(browser, subject(kept, visitor, asked)));
        Page page = Page.of(status, "Allow " + kept.clientName(request) + "?", content)
                .leadingTo(kept.scheme());
        return guard.bind(page.toResponse(), browser);
    }

    private static Html told(String problem, Scopes asked) {
        List<Html> lines = new ArrayList<>();
        if (!problem.isEmpty()) lines.add(Html.of("<p class=\"problem\" role=\"alert\">{}</p>\n", problem));
        lines.add(Html.of("<p>It asks to:</p>\n"));
        lines.add(ScopeWords.list(asked));
        return Html.join(lines);
    }

    private static String[] subject(Kept kept, Visitor visitor, Scopes asked) {
        return new String[] {PURPOSE, kept.id(), visitor.session().id().value(), asked.toString()};
    }

    private static String recipient(Kept kept) {
        return kept.request()
                .parameter("redirect_uri")
                .map(RedirectUri::new)
                .or(() -> kept.client().redirection().only())
                .map(RedirectUri::recipient)
                .orElse("the application");
    }
}
