package dev.handstamp.server.web.account;

import dev.handstamp.server.html.Shell;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.OwnData;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Guest;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Problem;
import java.util.Map;
import java.util.Optional;

/// Where users take along what is kept of them, or have it deleted. Both need a sign-in of just now.
public final class DataPage implements Lobby.Room {

    private static final String EXPORT = "export";
    private static final String DELETE = "delete";
    private static final String CONFIRM = "confirm";

    /// What the page shows.
    public record View(Shell shell, String username, String typed, Problem problem, String export, String delete) {}

    private final OwnData data;

    public DataPage(OwnData data) {
        this.data = data;
    }

    @Override
    public Response handle(Guest guest) {
        if (!guest.visit().posted()) return show(guest, 200, Problem.NONE);
        if (guest.isForged()) return show(guest, 403, Problem.of(guest.words().text("account.forged")));
        return switch (guest.action()) {
            case EXPORT -> export(guest);
            case DELETE -> delete(guest);
            default -> show(guest, 400, Problem.of(guest.words().text("account.choose")));
        };
    }

    private Response export(Guest guest) {
        Optional<Map<String, Object>> all = data.export(guest.visitor());
        if (all.isEmpty()) return guest.signInAgain(AccountPlace.DATA.path());
        return Response.json(200, all.get())
                .noStore()
                .header("Content-Disposition", "attachment; filename=\"account.json\"");
    }

    private Response delete(Guest guest) {
        return switch (data.delete(guest.visitor(), guest.visit().parameter(CONFIRM), guest.caller())) {
            case DONE ->
                HostCookie.SESSION.clear(
                        guest.visit().message(200, "account.deleted").toResponse());
            case NOT_FRESH -> guest.signInAgain(AccountPlace.DATA.path());
            case NOT_CONFIRMED ->
                show(guest, 400, Problem.at(guest.words().text("account.data.delete.not-confirmed"), CONFIRM));
            case LAST_ADMINISTRATOR ->
                show(guest, 409, Problem.of(guest.words().text("account.data.delete.last-administrator")));
        };
    }

    private static Response show(Guest guest, int status, Problem problem) {
        View view = new View(
                guest.shell(AccountPlace.DATA),
                guest.visitor().user().username().value(),
                guest.visit().posted() ? guest.visit().parameter(CONFIRM) : "",
                problem,
                guest.form(EXPORT, ""),
                guest.form(DELETE, ""));
        return guest.page(status, "account/Data", guest.words().text("account.data.title"), view);
    }
}
