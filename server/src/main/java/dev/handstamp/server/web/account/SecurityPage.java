package dev.handstamp.server.web.account;

import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.user.PasswordHash;
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
import dev.handstamp.server.issuance.OwnCredentials.Outcome;
import dev.handstamp.server.issuance.OwnCredentials.State;
import dev.handstamp.server.issuance.OwnCredentials.UnusablePassword;
import dev.handstamp.server.issuance.OwnCredentials.WrongCode;
import dev.handstamp.server.issuance.Passkeys;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Guest;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.When;
import java.util.List;
import java.util.Optional;

/// How a user signs in: password, authenticator application with its recovery codes, passkeys.
public final class SecurityPage implements Lobby.Room {

    private static final String REMOVE = "remove-authenticator";
    private static final String RENEW = "renew-codes";

    /// What the page shows.
    ///
    /// @param authenticatorSince empty if there is no authenticator
    public record View(
            Shell shell,
            boolean hasPassword,
            Optional<When> authenticatorSince,
            long codesLeft,
            List<String> passkeys,
            String done,
            String problem,
            String remove,
            String renew) {}

    /// Recovery codes, for the one time that they are shown.
    ///
    /// @param onward where the user goes on to
    public record Codes(Shell shell, List<String> codes, String onward) {}

    private final Live live;
    private final OwnCredentials credentials;
    private final Passkeys passkeys;

    public SecurityPage(Live live, OwnCredentials credentials, Passkeys passkeys) {
        this.live = live;
        this.credentials = credentials;
        this.passkeys = passkeys;
    }

    @Override
    public Response handle(Guest guest) {
        if (!guest.visit().posted()) return show(guest, 200, "");
        if (guest.isForged()) return show(guest, 403, guest.words().text("account.forged"));
        OwnCredentials.Asked asked = guest.asks(live.current().directory());
        return switch (guest.action()) {
            case REMOVE -> answer(guest, credentials.removeAuthenticator(asked));
            case RENEW -> answer(guest, credentials.renewRecoveryCodes(asked));
            default -> show(guest, 400, guest.words().text("account.choose"));
        };
    }

    private Response answer(Guest guest, Outcome outcome) {
        return switch (outcome) {
            case Done(var cookie) ->
                HostCookie.SESSION.set(
                        Response.seeOther(AccountPlace.SECURITY.path() + "?done=removed")
                                .noStore(),
                        cookie.value());
            case DoneWithCodes(var cookie, var codes) ->
                HostCookie.SESSION.set(codes(guest, codes, AccountPlace.SECURITY.path()), cookie.value());
            case NotFresh _ -> guest.signInAgain(AccountPlace.SECURITY.path());
            case Needed(var by) -> {
                String name = guest.name(by, live.current().directory());
                yield show(guest, 409, guest.words().text("account.security.needed", name));
            }
            case Otherwise _ -> Response.seeOther(AccountPlace.SECURITY.path()).noStore();
            case FlawedPassword _, UnusablePassword _, NoRoom _, WrongCode _, Offer _ ->
                throw new IllegalStateException("nothing that was asked for here");
        };
    }

    /// A page that cannot be opened again.
    static Response codes(Guest guest, List<String> codes, String onward) {
        Codes view = new Codes(guest.shell(AccountPlace.SECURITY), codes, onward);
        return guest.page(200, "account/RecoveryCodes", guest.words().text("account.codes.title"), view);
    }

    private static String done(Guest guest) {
        return switch (guest.visit().parameter("done")) {
            case "password" -> guest.words().text("account.security.done.password");
            case "removed" -> guest.words().text("account.security.done.removed");
            default -> "";
        };
    }

    private Response show(Guest guest, int status, String problem) {
        State state = credentials.state(guest.visitor());
        View view = new View(
                guest.shell(AccountPlace.SECURITY),
                !guest.visitor().user().passwordHash().equals(PasswordHash.NONE),
                state.authenticatorSince().map(since -> When.of(since, guest.words())),
                state.recoveryCodesLeft(),
                passkeys.list(guest.visitor().user().subject()).stream()
                        .map(Passkey::name)
                        .map(Object::toString)
                        .toList(),
                done(guest),
                problem,
                guest.form(REMOVE, ""),
                guest.form(RENEW, ""));
        return guest.page(status, "account/Security", guest.words().text("account.security.title"), view);
    }
}
