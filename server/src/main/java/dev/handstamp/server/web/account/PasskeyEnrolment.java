package dev.handstamp.server.web.account;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.passkey.Attestation;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Passkeys;
import dev.handstamp.server.issuance.Passkeys.Change;
import dev.handstamp.server.issuance.Passkeys.Done;
import dev.handstamp.server.issuance.Passkeys.Full;
import dev.handstamp.server.issuance.Passkeys.LastWayIn;
import dev.handstamp.server.issuance.Passkeys.NoSuch;
import dev.handstamp.server.issuance.Passkeys.NotFresh;
import dev.handstamp.server.issuance.Passkeys.Offer;
import dev.handstamp.server.issuance.Passkeys.StartAgain;
import dev.handstamp.server.issuance.Passkeys.Taken;
import dev.handstamp.server.issuance.Passkeys.Unusable;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.Device;
import dev.handstamp.server.web.Doorway;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.PasskeyMessage;
import dev.handstamp.server.web.PasskeyPart;
import dev.handstamp.server.web.Visitors;
import java.time.InstantSource;
import java.util.Optional;

/// Where our script asks what a passkey is to be made of, and brings it (WebAuthn Level 3 §7.1).
public final class PasskeyEnrolment implements Endpoint {

    /// Where it asks what to make.
    public static final String OPTIONS = PasskeysPage.PATH + "/options";

    /// Where it brings what was made.
    public static final String ADD = PasskeysPage.PATH + "/add";

    private final Live live;
    private final Browsers browsers;
    private final Passkeys passkeys;
    private final Authorizations authorizations;
    private final FormGuard guard;
    private final String base;
    private final InstantSource clock;

    /// @param base the path of the issuer; empty if it has none
    public PasskeyEnrolment(
            Live live,
            Browsers browsers,
            Passkeys passkeys,
            Authorizations authorizations,
            FormGuard guard,
            String base,
            InstantSource clock) {
        this.live = live;
        this.browsers = browsers;
        this.passkeys = passkeys;
        this.authorizations = authorizations;
        this.guard = guard;
        this.base = base;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        Optional<Visitor> visitor = Visitors.of(request, browsers);
        if (visitor.isEmpty()) return PasskeyMessage.refusal(401, "over");
        Optional<PasskeyMessage> message = PasskeyMessage.parse(request)
                .filter(each -> each.text("purpose").equals(Optional.of(PasskeyPart.ENROL)));
        if (message.isEmpty()) return PasskeyMessage.refusal(400, "invalid_request");
        if (guard.isForged(request, message.get().text(FormGuard.FIELD), subject(visitor.get()))) {
            return PasskeyMessage.refusal(403, "forged");
        }
        Secret browser = HostCookie.FORM.read(request).map(Secret::new).orElseThrow();
        if (request.path().equals(OPTIONS)) return offer(visitor.get(), browser);
        Optional<Attestation> made = Attestation.parse(message.get().members().get("credential"));
        if (made.isEmpty()) return PasskeyMessage.refusal(400, "invalid_request");
        String device = Device.of(request.header("User-Agent").orElse("")).in(Doorway.words(request));
        Change change = passkeys.finish(visitor.get(), made.get(), device, browser, Callers.of(request));
        return answer(change, onward(message.get()));
    }

    private Response offer(Visitor visitor, Secret browser) {
        return switch (passkeys.begin(visitor, browser)) {
            case Offer offer -> PasskeyMessage.options(offer, passkeys.relyingParty(), passkeys.algorithms());
            case NotFresh _ -> PasskeyMessage.refusal(403, "confirm");
            case Full _ -> PasskeyMessage.refusal(409, "full");
        };
    }

    /// Where the user goes on to with what was added: an authorization request that waits for it, or the page again.
    private String onward(PasskeyMessage message) {
        Optional<Kept> waiting = Kept.find(
                message.text(Kept.PARAMETER), authorizations, live.current().directory(), clock.instant());
        return waiting.map(Kept::onward).orElse(PasskeysPage.PATH + "?done=added");
    }

    private Response answer(Change change, String onward) {
        return switch (change) {
            case Done _ -> PasskeyMessage.goOn(base, onward);
            case NotFresh _ -> PasskeyMessage.refusal(403, "confirm");
            case StartAgain _ -> PasskeyMessage.refusal(403, "start_again");
            case Unusable _ -> PasskeyMessage.refusal(400, "unsuited");
            case Full _ -> PasskeyMessage.refusal(409, "full");
            case Taken _ -> PasskeyMessage.refusal(409, "taken");
            case NoSuch _, LastWayIn _ -> PasskeyMessage.refusal(400, "failed");
        };
    }

    /// What the value is for that tells our script from forged ones: it adds nothing to another user's account.
    static String[] subject(Visitor visitor) {
        return new String[] {
            "passkey", PasskeyPart.ENROL, visitor.session().id().value()
        };
    }
}
