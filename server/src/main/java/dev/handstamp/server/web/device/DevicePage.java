package dev.handstamp.server.web.device;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.grant.DeviceAuthorization;
import dev.handstamp.server.domain.grant.PendingRequest.Denied;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.grant.UserCode;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.html.Asset;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.DeviceAuthorizations;
import dev.handstamp.server.issuance.DeviceAuthorizations.Found;
import dev.handstamp.server.issuance.DeviceAuthorizations.Throttled;
import dev.handstamp.server.issuance.DeviceAuthorizations.Unknown;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.ScopeWords;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Visitors;
import dev.handstamp.server.web.Voucher;
import dev.handstamp.server.web.Waiting;
import dev.handstamp.server.web.Way;
import dev.handstamp.server.web.When;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
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
public final class DevicePage implements Door {

    private static final String PATH = "/device";
    private static final String LOGIN = "/login";
    private static final String SECOND_FACTOR = "/login/totp";
    private static final String NEW_FACTOR = "/login/factor";
    private static final String CODE = "user_code";
    private static final String ENTERING = "device code";
    private static final String DECIDING = "device";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// What the page shows that asks for a code.
    ///
    /// @param code as it was typed in, or stands in the address
    /// @param form the value that tells this form from forged ones
    public record Entry(String code, Problem problem, String form) {}

    /// What the page shows that asks for a decision.
    ///
    /// @param another where somebody else signs in
    /// @param time    when the device asked
    /// @param form    the value that tells this form from forged ones
    public record View(
            String username,
            String another,
            String problem,
            String client,
            When time,
            String address,
            Voucher voucher,
            List<String> scopes,
            String request,
            String form) {}

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
    public Response handle(Visit visit) {
        if (visit.form().get(Kept.PARAMETER).isPresent()) return decide(visit);
        return visit.posted() ? enter(visit) : ask(visit, visit.parameter(CODE), 200, Problem.NONE);
    }

    private Response enter(Visit visit) {
        String typed = visit.parameter(CODE);
        Messages words = visit.words();
        if (guard.isForged(visit.request(), visit.form(), ENTERING)) {
            return ask(visit, typed, 403, Problem.of(words.text("device.forged")));
        }
        return switch (devices.enter(typed, Callers.of(visit.request()))) {
            case Found(var device) ->
                Response.seeOther(PATH + "?request="
                                + authorizations.keep(device).id().value())
                        .noStore();
            case Unknown _ -> ask(visit, typed, 400, Problem.at(words.text("device.code.unknown"), CODE));
            case Throttled(var retryAfter) ->
                Waiting.until(ask(visit, typed, 429, Problem.of(words.text("device.throttled"))), retryAfter);
        };
    }

    private Response ask(Visit visit, String typed, int status, Problem problem) {
        Secret browser = guard.browser(visit.request());
        String shown = UserCode.parse(typed).map(UserCode::shown).orElse("");
        Entry entry = new Entry(shown, problem, guard.value(browser, ENTERING));
        Messages words = visit.words();
        Page page = visit.page(status, "device/Enter", words.text("device.enter.title"), entry);
        return guard.bind(page.toResponse(), browser);
    }

    private Response decide(Visit visit) {
        Directory directory = live.current().directory();
        Optional<Kept> kept = Kept.find(visit.form().get(Kept.PARAMETER), authorizations, directory, clock.instant());
        Optional<DeviceAuthorization> device =
                kept.flatMap(found -> Authorizations.deviceOf(found.request())).flatMap(devices::open);
        if (kept.isEmpty() || device.isEmpty()) return over(visit);
        Optional<Visitor> visitor = Visitors.of(visit.request(), browsers);
        Kept read = visitor.map(each -> kept.get().readBy(each.user())).orElse(kept.get());
        return decide(read.dressed(visit, directory), read, device.get(), visitor, directory);
    }

    private Response decide(
            Visit visit, Kept kept, DeviceAuthorization device, Optional<Visitor> visitor, Directory directory) {
        Way way = Way.of(kept);
        if (kept.request().decision().filter(Denied.class::isInstance).isPresent()) {
            return deny(visit, device, Optional.empty());
        }
        Optional<Api> api = directory.userTarget(kept.client(), device.audience());
        if (api.isEmpty()) return over(visit);
        if (visitor.isEmpty()) return way.by(LOGIN);

        boolean enough = visitor.get().isTakenBy(kept.client().policy())
                && visitor.get().proofs().level().isAtLeast(kept.client().levelAt(api.get()));
        if (!enough && browsers.hasSecondFactor(visitor.get().user().subject())) return way.by(SECOND_FACTOR);
        if (!enough) return way.by(NEW_FACTOR);

        Scopes most = directory.grantableScopesOf(visitor.get().user(), kept.client(), api.get());
        Scopes asked = device.scopes()
                .map(most::intersection)
                .orElseGet(() -> most.intersection(api.get().scopes()));
        if (asked.isEmpty() && device.scopes().isPresent()) {
            return refuse(visit, device, visitor.get(), "device.no-rights");
        }
        return visit.posted()
                ? decide(visit, kept, device, visitor.get(), asked)
                : show(visit, kept, device, visitor.get(), asked, 200, "");
    }

    private Response decide(Visit visit, Kept kept, DeviceAuthorization device, Visitor visitor, Scopes asked) {
        Messages words = visit.words();
        if (guard.isForged(visit.request(), visit.form(), subject(kept, visitor, asked))) {
            return show(visit, kept, device, visitor, asked, 403, words.text("consent.changed"));
        }
        return switch (visit.parameter("decision")) {
            case "allow" ->
                devices.allow(device, visitor, asked, Callers.of(visit.request()))
                        ? visit.message(200, "device.done").toResponse()
                        : over(visit);
            case "deny" -> deny(visit, device, Optional.of(visitor));
            default -> show(visit, kept, device, visitor, asked, 400, words.text("consent.choose"));
        };
    }

    private Response show(
            Visit visit,
            Kept kept,
            DeviceAuthorization device,
            Visitor visitor,
            Scopes asked,
            int status,
            String problem) {
        Secret browser = guard.browser(visit.request());
        Messages words = visit.words();
        Directory directory = live.current().directory();
        View view = new View(
                visitor.user().username().value(),
                Way.of(kept).at(LOGIN) + "&another=yes",
                problem,
                kept.clientName(visit.request()),
                new When(device.createdAt().toString(), TIME.format(device.createdAt())),
                device.address(),
                Voucher.of(kept.client(), ""),
                ScopeWords.of(
                        asked, descriptions(kept, device, directory, words), kept.languages(visit.request()), words),
                kept.id(),
                guard.value(browser, subject(kept, visitor, asked)));
        Page page = visit.from(Way.of(kept).at(PATH)).page(status, "device/Decide", words.text("device.title"), view);
        return guard.bind(page.running(Asset.TIMES).toResponse(), browser);
    }

    /// What the scopes allow, as the API that they are of says it.
    private static Descriptions descriptions(
            Kept kept, DeviceAuthorization device, Directory directory, Messages words) {
        return directory
                .userTarget(kept.client(), device.audience())
                .map(api -> ScopeWords.said(api, directory, words))
                .orElse(Descriptions.NONE);
    }

    private Response deny(Visit visit, DeviceAuthorization device, Optional<Visitor> visitor) {
        devices.deny(device, visitor.map(found -> found.user().subject()), Callers.of(visit.request()));
        return visit.message(200, "device.denied").toResponse();
    }

    /// @param reason key of the words that say why
    private Response refuse(Visit visit, DeviceAuthorization device, Visitor visitor, String reason) {
        devices.deny(device, Optional.of(visitor.user().subject()), Callers.of(visit.request()));
        Messages words = visit.words();
        return visit.saying(403, words.text("device.denied.title"), List.of(words.text(reason)))
                .toResponse();
    }

    private static Response over(Visit visit) {
        return visit.linked(400, "device.over", PATH).toResponse();
    }

    private static String[] subject(Kept kept, Visitor visitor, Scopes asked) {
        return new String[] {DECIDING, kept.id(), visitor.session().id().value(), asked.toString()};
    }
}
