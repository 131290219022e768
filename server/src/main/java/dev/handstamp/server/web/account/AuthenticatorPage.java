package dev.handstamp.server.web.account;

import dev.handstamp.server.html.QrCode;
import dev.handstamp.server.html.Shell;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
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
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Way;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

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
    /// @param way    to the authorization request that waits for it, as parameters of the form; empty if none does
    public record View(
            Shell shell,
            QrCode image,
            String key,
            String sealed,
            Problem problem,
            Map<String, String> way,
            String form) {}

    private final Live live;
    private final OwnCredentials credentials;
    private final Authorizations authorizations;
    private final InstantSource clock;

    public AuthenticatorPage(
            Live live, OwnCredentials credentials, Authorizations authorizations, InstantSource clock) {
        this.live = live;
        this.credentials = credentials;
        this.authorizations = authorizations;
        this.clock = clock;
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

    private Response answer(Guest guest, Outcome outcome, int status, Problem problem) {
        Optional<Kept> waiting = guest.waiting(authorizations, live.current().directory(), clock.instant());
        String onward = waiting.map(Kept::onward).orElse(AccountPlace.SECURITY.path());
        return switch (outcome) {
            case Offer offer -> show(guest, offer, waiting, status, problem);
            case DoneWithCodes(var cookie, var codes) ->
                HostCookie.SESSION.set(SecurityPage.codes(guest, codes, onward), cookie.value());
            case NotFresh _ -> guest.signInAgain(PATH, waiting);
            case Otherwise _ -> Response.seeOther(onward).noStore();
            case Done _, FlawedPassword _, Needed _, NoRoom _, UnusablePassword _, WrongCode _ ->
                throw new IllegalStateException("nothing that was asked for here");
        };
    }

    private static Response show(Guest guest, Offer offer, Optional<Kept> waiting, int status, Problem problem) {
        View view = new View(
                guest.shell(AccountPlace.SECURITY),
                QrCode.of(offer.uri()),
                grouped(offer.secret().value()),
                offer.sealed(),
                problem,
                waiting.map(kept -> Way.of(kept).parameters()).orElse(Map.of()),
                guest.form(ADD, ""));
        return guest.page(status, "account/Authenticator", guest.words().text("account.authenticator.title"), view);
    }

    private static String grouped(String key) {
        return key.replaceAll("(.{4})(?=.)", "$1 ");
    }
}
