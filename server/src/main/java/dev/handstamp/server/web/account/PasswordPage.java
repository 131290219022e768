package dev.handstamp.server.web.account;

import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Shell;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.OwnCredentials;
import dev.handstamp.server.issuance.OwnCredentials.Done;
import dev.handstamp.server.issuance.OwnCredentials.DoneWithCodes;
import dev.handstamp.server.issuance.OwnCredentials.FlawedPassword;
import dev.handstamp.server.issuance.OwnCredentials.Needed;
import dev.handstamp.server.issuance.OwnCredentials.NoRoom;
import dev.handstamp.server.issuance.OwnCredentials.NotFresh;
import dev.handstamp.server.issuance.OwnCredentials.Offer;
import dev.handstamp.server.issuance.OwnCredentials.Otherwise;
import dev.handstamp.server.issuance.OwnCredentials.UnusablePassword;
import dev.handstamp.server.issuance.OwnCredentials.WrongCode;
import dev.handstamp.server.issuance.PasswordPolicy;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Guest;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.PasswordWords;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Waiting;

/// Where a user sets another password. Whoever has not just signed in does so first, which takes the present one, or a
/// passkey.
public final class PasswordPage implements Lobby.Room {

    public static final String PATH = "/account/password";

    private static final String CHANGE = "change";
    private static final String PASSWORD = "password";
    private static final String AGAIN = "again";

    /// What the page shows.
    ///
    /// @param username so that a password manager knows whose it is
    public record View(Shell shell, String username, String hint, Problem problem, String form) {}

    private final Live live;
    private final OwnCredentials credentials;
    private final PasswordPolicy policy;

    public PasswordPage(Live live, OwnCredentials credentials, PasswordPolicy policy) {
        this.live = live;
        this.credentials = credentials;
        this.policy = policy;
    }

    @Override
    public Response handle(Guest guest) {
        if (!credentials.isFresh(guest.visitor())) return guest.signInAgain(PATH);
        return guest.visit().posted() ? change(guest) : show(guest, 200, Problem.NONE);
    }

    private Response change(Guest guest) {
        Messages words = guest.words();
        if (guest.isForged()) return show(guest, 403, Problem.of(words.text("account.forged")));
        String password = guest.visit().parameter(PASSWORD);
        if (!password.equals(guest.visit().parameter(AGAIN))) {
            return show(guest, 400, Problem.at(words.text("password.differs"), PASSWORD, AGAIN));
        }
        OwnCredentials.Asked asked = guest.asks(live.current().directory());
        return switch (credentials.changePassword(asked, password)) {
            case Done(var cookie) ->
                HostCookie.SESSION.set(
                        Response.seeOther(AccountPlace.SECURITY.path() + "?done=password")
                                .noStore(),
                        cookie.value());
            case NotFresh _ -> guest.signInAgain(PATH);
            case FlawedPassword(var flaw) ->
                show(guest, 400, Problem.at(PasswordWords.of(flaw, policy, words), PASSWORD));
            case UnusablePassword _ -> show(guest, 400, Problem.at(PasswordWords.tooLong(words), PASSWORD));
            case NoRoom(var retryAfter) ->
                Waiting.until(show(guest, 503, Problem.of(words.text("login.busy"))), retryAfter);
            case DoneWithCodes _, Needed _, Offer _, Otherwise _, WrongCode _ ->
                throw new IllegalStateException("nothing that was asked for here");
        };
    }

    private Response show(Guest guest, int status, Problem problem) {
        View view = new View(
                guest.shell(AccountPlace.SECURITY),
                guest.visitor().user().username().value(),
                PasswordWords.hint(policy, guest.words()),
                problem,
                guest.form(CHANGE, ""));
        return guest.page(status, "account/Password", guest.words().text("account.password.title"), view);
    }
}
