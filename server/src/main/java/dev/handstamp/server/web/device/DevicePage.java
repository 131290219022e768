package dev.handstamp.server.web.device;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.grant.DeviceAuthorization;
import dev.handstamp.server.domain.grant.PendingRequest.Denied;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.grant.UserCode;
import dev.handstamp.server.domain.session.AssuranceLevel;
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
import dev.handstamp.server.issuance.DeviceAuthorizations;
import dev.handstamp.server.issuance.DeviceAuthorizations.Found;
import dev.handstamp.server.issuance.DeviceAuthorizations.Throttled;
import dev.handstamp.server.issuance.DeviceAuthorizations.Unknown;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.ScopeWords;
import dev.handstamp.server.web.Voucher;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// Where a user types in the code that a device shows, signs in, and decides.
///
/// Whoever opens the address with the code in it is asked all the same, and told that the device may be somebody
/// else's:
/// sending such an address is how others would get a device of theirs connected to the user's account (§5.4). So
/// nothing
/// that the user has allowed before counts here.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.3">RFC 8628 §3.3, user interaction</a>
public final class DevicePage implements Endpoint {

    private static final String CODE = "user_code";
    private static final String ENTERING = "device code";
    private static final String DECIDING = "device";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final String ENTER = """
        <h1>Connect a device</h1>
        <p class="soft">Type in the code that the device shows.</p>
        {}<form method="post" action="/device">
        <input type="hidden" name="form" value="{}">
        <label>Code
        <input name="user_code" value="{}" autocomplete="off" autocapitalize="characters" spellcheck="false"
          required autofocus>
        </label>
        <button id="device-continue">Continue</button>
        </form>""";

    private static final String DECIDE = """
        <h1>Connect a device to your account?</h1>
        <p class="soft">You are signed in as {}.</p>
        {}<p>A device with the application <strong>{}</strong> showed this code at {}, asking from the address {}.</p>
        {}<p>It wants to:</p>
        {}<p><strong>You have started this on another device, and have it in front of you now?</strong> If somebody has
        sent you the code or this address, do not allow it: that device would be theirs, and your account open to it.</p>
        <form method="post" action="/device">
        <input type="hidden" name="request" value="{}">
        <input type="hidden" name="form" value="{}">
        <button id="device-allow" name="decision" value="allow">Allow</button>
        <button id="device-deny" class="second" name="decision" value="deny">Do not allow</button>
        </form>""";

    private final Live live;
    private final Authorizations authorizations;
    private final DeviceAuthorizations devices;
    private final Browsers browsers;
    private final FormGuard guard;
    private final InstantSource clock;

    public DevicePage(
            Live live,
            Authorizations authorizations,
            DeviceAuthorizations devices,
            Browsers browsers,
            FormGuard guard,
            InstantSource clock) {
        this.live = live;
        this.authorizations = authorizations;
        this.devices = devices;
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
            case Form form when form.get(Kept.PARAMETER).isPresent() -> decide(request, form, posted);
            case Form form when posted -> enter(request, form);
            case Form form -> ask(request, code(form), 200, "");
        };
    }

    private Response enter(Request request, Form form) {
        String typed = code(form);
        if (guard.isForged(request, form, ENTERING)) {
            return ask(request, typed, 403, "That did not come from this page. Go on from here.");
        }
        return switch (devices.enter(typed, Callers.of(request))) {
            case Found(var device) ->
                Response.seeOther("/device?request="
                                + authorizations.keep(device).id().value())
                        .noStore();
            case Unknown _ -> ask(request, typed, 400, "There is no device with this code, or it waited too long.");
            case Throttled(var retryAfter) ->
                ask(request, typed, 429, "Too many wrong codes. Wait a little, then try again.")
                        .header("Retry-After", seconds(retryAfter));
        };
    }

    private Response ask(Request request, String typed, int status, String problem) {
        Secret browser = guard.browser(request);
        String shown = UserCode.parse(typed).map(UserCode::shown).orElse("");
        Html content = Html.of(ENTER, told(problem), guard.value(browser, ENTERING), shown);
        return guard.bind(Page.of(status, "Connect a device", content).toResponse(), browser);
    }

    private Response decide(Request request, Form form, boolean posted) {
        Directory directory = live.current().directory();
        Optional<Kept> kept = Kept.find(form.get(Kept.PARAMETER), authorizations, directory, clock.instant());
        Optional<DeviceAuthorization> device =
                kept.flatMap(found -> Authorizations.deviceOf(found.request())).flatMap(devices::open);
        if (kept.isEmpty() || device.isEmpty()) return over();
        if (kept.get().request().decision().filter(Denied.class::isInstance).isPresent()) {
            return deny(request, device.get(), Optional.empty());
        }
        Optional<Visitor> visitor =
                HostCookie.SESSION.read(request).map(Secret::new).flatMap(browsers::visitor);
        Optional<Api> api =
                directory.userTarget(kept.get().client(), device.get().audience());
        if (api.isEmpty()) return over();
        if (visitor.isEmpty())
            return Response.seeOther("/login?request=" + kept.get().id()).noStore();

        boolean enough = visitor.get()
                .proofs()
                .level()
                .isAtLeast(api.get().requiredLevel().orElse(AssuranceLevel.AAL1));
        if (!enough && browsers.hasSecondFactor(visitor.get().user().subject())) {
            return Response.seeOther("/login/totp?request=" + kept.get().id()).noStore();
        }
        if (!enough) return refuse(request, device.get(), visitor.get(), "You have no second factor to show.");

        Scopes most =
                directory.grantableScopesOf(visitor.get().user(), kept.get().client(), api.get());
        Scopes asked = device.get()
                .scopes()
                .map(most::intersection)
                .orElseGet(() -> most.intersection(api.get().scopes()));
        if (asked.isEmpty() && device.get().scopes().isPresent()) {
            String none = "You have none of the rights that the application asks for.";
            return refuse(request, device.get(), visitor.get(), none);
        }
        return posted
                ? decide(request, form, kept.get(), device.get(), visitor.get(), asked)
                : show(request, kept.get(), device.get(), visitor.get(), asked, 200, "");
    }

    private Response decide(
            Request request, Form form, Kept kept, DeviceAuthorization device, Visitor visitor, Scopes asked) {
        if (guard.isForged(request, form, subject(kept, visitor, asked))) {
            String problem = "Something has changed. Read it and decide again.";
            return show(request, kept, device, visitor, asked, 403, problem);
        }
        return switch (form.get("decision").orElse("")) {
            case "allow" ->
                devices.allow(device, visitor, asked, Callers.of(request))
                        ? message(200, "The device is connected", "Go on there. You can close this page.")
                        : over();
            case "deny" -> deny(request, device, Optional.of(visitor));
            default -> show(request, kept, device, visitor, asked, 400, "Choose one of the two.");
        };
    }

    private Response show(
            Request request,
            Kept kept,
            DeviceAuthorization device,
            Visitor visitor,
            Scopes asked,
            int status,
            String problem) {
        Secret browser = guard.browser(request);
        Html content = Html.of(
                DECIDE,
                visitor.user().username(),
                told(problem),
                kept.clientName(request),
                TIME.format(device.createdAt()),
                device.address(),
                Voucher.of(kept.client(), Optional.empty()),
                ScopeWords.list(asked),
                kept.id(),
                guard.value(browser, subject(kept, visitor, asked)));
        return guard.bind(
                Page.of(status, "Connect a device to your account?", content).toResponse(), browser);
    }

    private Response deny(Request request, DeviceAuthorization device, Optional<Visitor> visitor) {
        devices.deny(device, visitor.map(found -> found.user().subject()), Callers.of(request));
        return message(200, "The device is not connected", "It is told that you said no. You can close this page.");
    }

    private Response refuse(Request request, DeviceAuthorization device, Visitor visitor, String reason) {
        devices.deny(device, Optional.of(visitor.user().subject()), Callers.of(request));
        return message(403, "The device is not connected", reason);
    }

    private static String[] subject(Kept kept, Visitor visitor, Scopes asked) {
        return new String[] {DECIDING, kept.id(), visitor.session().id().value(), asked.toString()};
    }

    private static String code(Form form) {
        return form.get(CODE).orElse("");
    }

    private static Html told(String problem) {
        return problem.isEmpty() ? Html.NOTHING : Html.of("<p class=\"problem\" role=\"alert\">{}</p>\n", problem);
    }

    private static Response over() {
        return Page.message(
                        400,
                        "This code is no longer good",
                        "It was open for too long, or somebody has decided already.",
                        "Type in another code",
                        "/device")
                .toResponse();
    }

    private static Response message(int status, String title, String text) {
        return Page.message(status, title, text).toResponse();
    }

    private static String seconds(Duration retryAfter) {
        return Long.toString(Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds()));
    }
}
