package dev.handstamp.server.web.login;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.passkey.Assertion;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.Browsers.PasskeyRequest;
import dev.handstamp.server.issuance.KnownDevices.Device;
import dev.handstamp.server.issuance.PasskeyOutcome.Refused;
import dev.handstamp.server.issuance.PasskeyOutcome.SignedIn;
import dev.handstamp.server.issuance.PasskeyOutcome.StartAgain;
import dev.handstamp.server.issuance.PasskeyOutcome.Unknown;
import dev.handstamp.server.issuance.Passkeys;
import dev.handstamp.server.issuance.Passkeys.Purpose;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.DeviceCookies;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.PasskeyMessage;
import dev.handstamp.server.web.PasskeyPart;
import dev.handstamp.server.web.Way;
import java.time.InstantSource;
import java.util.Optional;

/// Where our script asks what passkeys are to sign, and brings what they have signed (WebAuthn Level 3 §7.2).
///
/// Answers name no user and tell nobody whether there is one: a passkey names its user by itself.
public final class PasskeySignIn implements Endpoint {

    /// Where the script brings what was signed.
    public static final String PATH = "/login/passkey";

    /// Where it asks what is to be signed.
    public static final String OPTIONS = PATH + "/options";

    private final Live live;
    private final Authorizations authorizations;
    private final Browsers browsers;
    private final Passkeys passkeys;
    private final FormGuard guard;
    private final String base;
    private final InstantSource clock;

    /// @param base the path of the issuer; empty if it has none
    public PasskeySignIn(
            Live live,
            Authorizations authorizations,
            Browsers browsers,
            Passkeys passkeys,
            FormGuard guard,
            String base,
            InstantSource clock) {
        this.live = live;
        this.authorizations = authorizations;
        this.browsers = browsers;
        this.passkeys = passkeys;
        this.guard = guard;
        this.base = base;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        Optional<PasskeyMessage> message = PasskeyMessage.parse(request);
        Optional<String> word = message.flatMap(each -> each.text("purpose"));
        Optional<Purpose> purpose = word.flatMap(PasskeySignIn::purpose);
        if (message.isEmpty() || word.isEmpty() || purpose.isEmpty()) {
            return PasskeyMessage.refusal(400, "invalid_request");
        }
        Optional<Way> way = way(message.get());
        if (way.isEmpty()) return PasskeyMessage.refusal(400, "over");
        String[] subject = PasskeyPart.subject(word.get(), way.get());
        if (guard.isForged(request, message.get().text(FormGuard.FIELD), subject)) {
            return PasskeyMessage.refusal(403, "forged");
        }
        Secret browser = HostCookie.FORM.read(request).map(Secret::new).orElseThrow();
        if (request.path().equals(OPTIONS)) return ask(request, purpose.get(), browser);
        Optional<Assertion> assertion = Assertion.parse(message.get().members().get("credential"));
        if (assertion.isEmpty()) return PasskeyMessage.refusal(400, "invalid_request");
        PasskeyRequest shown = new PasskeyRequest(
                assertion.get(), purpose.get(), browser, way.get().client(), Callers.of(request));
        Device device = DeviceCookies.of(request, false);
        return switch (browsers.prove(shown, step(request), before(request), device)) {
            case SignedIn in -> {
                Response on = PasskeyMessage.goOn(base, path(way.get()));
                yield LoginPage.forget(
                        HostCookie.LOGIN.clear(DeviceCookies.bind(on, in.cookie(), in.device())), request);
            }
            case Unknown _ -> PasskeyMessage.refusal(403, "unknown_passkey");
            case Refused _ -> PasskeyMessage.refusal(403, "refused");
            case StartAgain _ -> PasskeyMessage.refusal(403, "start_again");
        };
    }

    private Response ask(Request request, Purpose purpose, Secret browser) {
        Optional<Subject> of = browsers.expected(purpose, step(request), before(request));
        if (of.isEmpty() && purpose != Purpose.SIGN_IN) return PasskeyMessage.refusal(403, "start_again");
        return PasskeyMessage.options(passkeys.ask(purpose, browser, of), passkeys.relyingParty());
    }

    /// Empty for a request that is over.
    private Optional<Way> way(PasskeyMessage message) {
        Optional<String> name = message.text(Kept.PARAMETER);
        if (name.isEmpty())
            return Optional.of(Way.to(message.text(Way.PARAMETER).orElse("")));
        return Kept.find(name, authorizations, live.current().directory(), clock.instant())
                .map(Way::of);
    }

    private static String path(Way way) {
        return way.goOn().headers().stream()
                .filter(header -> header.name().equals("Location"))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static Optional<Secret> step(Request request) {
        return HostCookie.LOGIN.read(request).map(Secret::new);
    }

    private static Optional<Secret> before(Request request) {
        return HostCookie.SESSION.read(request).map(Secret::new);
    }

    private static Optional<Purpose> purpose(String word) {
        return switch (word) {
            case PasskeyPart.SIGN_IN -> Optional.of(Purpose.SIGN_IN);
            case PasskeyPart.SECOND_FACTOR -> Optional.of(Purpose.SECOND_FACTOR);
            case PasskeyPart.CONFIRM -> Optional.of(Purpose.CONFIRM);
            default -> Optional.empty();
        };
    }
}
