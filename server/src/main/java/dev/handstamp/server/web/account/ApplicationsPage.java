package dev.handstamp.server.web.account;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Shell;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Accounts;
import dev.handstamp.server.issuance.Accounts.Access;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Guest;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Part;
import dev.handstamp.server.web.ScopeWords;
import dev.handstamp.server.web.When;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which applications have access to something of a user's, with the button that takes it back.
public final class ApplicationsPage implements Lobby.Room {

    private static final String TAKE_BACK = "take-back";
    private static final int LINES = 8;

    /// One application, in words.
    ///
    /// @param scopes what it may do
    public record Line(String client, String name, When since, List<String> scopes, String form) {}

    /// What the page shows.
    ///
    /// @param done what has just happened; empty if nothing
    public record View(Shell shell, Part<Line> applications, String problem, String done) {}

    private final Live live;
    private final Accounts accounts;

    public ApplicationsPage(Live live, Accounts accounts) {
        this.live = live;
        this.accounts = accounts;
    }

    @Override
    public Response handle(Guest guest) {
        if (!guest.visit().posted()) return show(guest, 200, "");
        if (guest.isForged()) return show(guest, 403, guest.words().text("account.forged"));
        if (!guest.action().equals(TAKE_BACK))
            return show(guest, 400, guest.words().text("account.choose"));
        Directory directory = live.current().directory();
        accounts.takeBack(guest.visitor(), new ClientId(guest.target()), directory, guest.caller());
        return Response.seeOther(AccountPlace.APPLICATIONS.path() + "?done=taken-back")
                .noStore();
    }

    private Response show(Guest guest, int status, String problem) {
        Directory directory = live.current().directory();
        Part<Line> lines = Part.of(accounts.overview(guest.visitor()).applications(), guest.visit(), "page", LINES)
                .map(access -> line(guest, access, directory));
        boolean isTakenBack = guest.visit().parameter("done").equals("taken-back");
        String done = isTakenBack ? guest.words().text("account.applications.done") : "";
        View view = new View(guest.shell(AccountPlace.APPLICATIONS), lines, problem, done);
        return guest.page(status, "account/Applications", guest.words().text("account.applications.title"), view);
    }

    private static Line line(Guest guest, Access access, Directory directory) {
        return new Line(
                access.client().value(),
                guest.name(access.client(), directory),
                When.of(access.since(), guest.words()),
                words(access, directory, guest.words()),
                guest.form(TAKE_BACK, access.client().value()));
    }

    /// In the words of each API, where it has some.
    private static List<String> words(Access access, Directory directory, Messages words) {
        Set<String> lines = new LinkedHashSet<>();
        access.scopes().forEach((audience, scopes) -> {
            Descriptions said = directory
                    .api(audience)
                    .map(api -> ScopeWords.said(api, directory, words))
                    .orElse(Descriptions.NONE);
            if (!scopes.isEmpty()) lines.addAll(ScopeWords.of(scopes, said, List.of(words.language()), words));
        });
        return lines.isEmpty() ? ScopeWords.of(Scopes.NONE, words) : List.copyOf(lines);
    }
}
