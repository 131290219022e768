package dev.handstamp.server.web.account;

import dev.handstamp.server.html.QrCode;
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
import dev.handstamp.server.issuance.OwnCredentials.UnusablePassword;
import dev.handstamp.server.issuance.OwnCredentials.WrongCode;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Guest;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Problem;

/// Where a user sets an authenticator application up (RFC 6238): a QR code to scan or a key to type, then a code of it.
/// Each page offers another key; the one whose code comes back counts.
public final class AuthenticatorPage implements Lobby.Room {

    public static final String PATH = "/account/authenticator";

    private static final String ADD = "add";
    private static final String CODE = "code";

    /// What the page shows.
    ///
    /// @param key    what the QR code holds, to be typed
    /// @param sealed the same for us
    public record View(Shell shell, QrCode image, String key, String sealed, Problem problem, String form) {}

    private final Live live;
    private final OwnCredentials credentials;

    public AuthenticatorPage(Live live, OwnCredentials credentials) {
        this.live = live;
        this.credentials = credentials;
    }

    @Override
    public Response handle(Guest guest) {
        if (!guest.visit().posted())
            return answer(guest, credentials.offerAuthenticator(guest.visitor()), 200, Problem.NONE);
        if (guest.isForged()) {
            Outcome another = credentials.offerAuthenticator(guest.visitor());
            return answer(guest, another, 403, Problem.of(guest.words().text("account.forged")));
        }
        String sealed = guest.visit().parameter("sealed");
        OwnCredentials.Asked asked = guest.asks(live.current().directory());
        Outcome outcome =
                credentials.addAuthenticator(asked, sealed, guest.visit().parameter(CODE));
        if (!(outcome instanceof WrongCode)) return answer(guest, outcome, 200, Problem.NONE);
        Outcome again = credentials.offerAgain(guest.visitor(), sealed);
        return answer(guest, again, 403, Problem.at(guest.words().text("account.authenticator.wrong"), CODE));
    }

    private static Response answer(Guest guest, Outcome outcome, int status, Problem problem) {
        return switch (outcome) {
            case Offer offer -> show(guest, offer, status, problem);
            case DoneWithCodes(var cookie, var codes) ->
                HostCookie.SESSION.set(SecurityPage.codes(guest, codes), cookie.value());
            case NotFresh _ -> guest.signInAgain(PATH);
            case Otherwise _ -> Response.seeOther(AccountPlace.SECURITY.path()).noStore();
            case Done _, FlawedPassword _, Needed _, NoRoom _, UnusablePassword _, WrongCode _ ->
                throw new IllegalStateException("nothing that was asked for here");
        };
    }

    private static Response show(Guest guest, Offer offer, int status, Problem problem) {
        View view = new View(
                guest.shell(AccountPlace.SECURITY),
                QrCode.of(offer.uri()),
                grouped(offer.secret().value()),
                offer.sealed(),
                problem,
                guest.form(ADD, ""));
        return guest.page(status, "account/Authenticator", guest.words().text("account.authenticator.title"), view);
    }

    private static String grouped(String key) {
        return key.replaceAll("(.{4})(?=.)", "$1 ");
    }
}
