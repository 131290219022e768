package dev.handstamp.server.web.consent;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Caller;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.ScopeWords;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Visitors;
import dev.handstamp.server.web.Voucher;
import dev.handstamp.server.web.Way;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Where a signed-in user decides what a client may do.
///
/// The form names nothing that could be changed on the way: what is allowed is what the kept request says was shown,
/// and
/// a form counts for its session, its request and those scopes alone.
public final class ConsentPage implements Door {

    private static final String PATH = "/consent";
    private static final String PURPOSE = "consent";

    /// What the page shows.
    ///
    /// @param another  where somebody else signs in
    /// @param logo     address of the client's logo; empty if it has none
    /// @param problem  empty if there is none
    /// @param form     the value that tells this form from forged ones
    public record View(
            String username,
            String another,
            String recipient,
            String logo,
            Voucher voucher,
            List<String> scopes,
            String problem,
            String request,
            String form) {}

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
    public Response handle(Visit visit) {
        Directory directory = live.current().directory();
        Optional<Kept> found = Kept.find(visit.form().get(Kept.PARAMETER), authorizations, directory, clock.instant());
        if (found.isEmpty()) return Kept.over(visit);
        Optional<Visitor> visitor = Visitors.of(visit.request(), browsers);
        Optional<Scopes> asked = found.get().request().asked();
        // Signed out meanwhile, or come here by another way: the authorization endpoint knows what comes first.
        if (visitor.isEmpty() || asked.isEmpty()) return found.get().goOn();
        Kept kept = found.get().readBy(visitor.get().user());
        Visit here = kept.dressed(visit, directory);
        return visit.posted()
                ? decide(here, kept, visitor.get(), asked.get())
                : show(here, kept, visitor.get(), asked.get(), 200, "");
    }

    private Response decide(Visit visit, Kept kept, Visitor visitor, Scopes asked) {
        if (guard.isForged(visit.request(), visit.form(), subject(kept, visitor, asked))) {
            return show(visit, kept, visitor, asked, 403, visit.words().text("consent.changed"));
        }
        Caller caller = Callers.of(visit.request());
        switch (visit.parameter("decision")) {
            case "allow" -> authorizations.allow(kept.name(), kept.request(), visitor, asked, caller);
            case "deny" ->
                authorizations.deny(
                        kept.name(), kept.request(), Optional.of(visitor.user().subject()), caller);
            default -> {
                return show(visit, kept, visitor, asked, 400, visit.words().text("consent.choose"));
            }
        }
        return kept.goOn();
    }

    private Response show(Visit visit, Kept kept, Visitor visitor, Scopes asked, int status, String problem) {
        Secret browser = guard.browser(visit.request());
        Messages words = visit.words();
        Directory directory = live.current().directory();
        String recipient = recipient(kept).orElseGet(() -> words.text("consent.application"));
        Optional<String> logo = kept.text(ClientMember.LOGO_URI, visit.request());
        View view = new View(
                visitor.user().username().value(),
                Way.of(kept).at("/login") + "&another=yes",
                recipient,
                logo.orElse(""),
                Voucher.of(kept.client(), recipient),
                ScopeWords.of(asked, kept.descriptions(directory, words), kept.languages(visit.request()), words),
                problem,
                kept.id(),
                guard.value(browser, subject(kept, visitor, asked)));
        String title = words.text("consent.title", kept.clientName(visit.request()));
        Page page = visit.from(Way.of(kept).at(PATH)).page(status, "consent/Consent", title, view);
        Page shown = logo.map(uri -> page.showing(URI.create(uri))).orElse(page);
        return guard.bind(shown.toResponse(), browser);
    }

    private static String[] subject(Kept kept, Visitor visitor, Scopes asked) {
        return new String[] {PURPOSE, kept.id(), visitor.session().id().value(), asked.toString()};
    }

    private static Optional<String> recipient(Kept kept) {
        return kept.request()
                .parameter("redirect_uri")
                .map(RedirectUri::new)
                .or(() -> kept.client().redirection().only())
                .map(RedirectUri::recipient);
    }
}
