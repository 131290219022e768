package dev.handstamp.server.web.mail;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.KnownDevices.Device;
import dev.handstamp.server.issuance.MailSignIns;
import dev.handstamp.server.issuance.MailTickets.Linked;
import dev.handstamp.server.issuance.MailWishes;
import dev.handstamp.server.issuance.MailWishes.Wish;
import dev.handstamp.server.issuance.SignInOutcome;
import dev.handstamp.server.issuance.SignInOutcome.Busy;
import dev.handstamp.server.issuance.SignInOutcome.NeedsSecondFactor;
import dev.handstamp.server.issuance.SignInOutcome.SignedIn;
import dev.handstamp.server.issuance.SignInOutcome.StartAgain;
import dev.handstamp.server.issuance.SignInOutcome.Throttled;
import dev.handstamp.server.issuance.SignInOutcome.WrongCredentials;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.DeviceCookies;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Waiting;
import dev.handstamp.server.web.Way;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Where a user signs in once with what is mailed: a code, typed in where it was asked for, or a link, opened in the
/// browser that has asked for it.
public final class MailSignInPage implements Door {

    public static final String PATH = "/login/mail";

    private static final String PURPOSE = "login by mail";
    private static final String SECOND_FACTOR = "/login/totp";
    private static final String STEP = "step";
    private static final String CODE = "code";

    /// What is mailed.
    public enum By {
        NOTHING,
        LINK,
        CODE
    }

    private final Live live;
    private final Authorizations authorizations;
    private final MailWishes wishes;
    private final MailSignIns signIns;
    private final By by;
    private final FormGuard guard;
    private final InstantSource clock;

    public MailSignInPage(
            Live live,
            Authorizations authorizations,
            MailWishes wishes,
            MailSignIns signIns,
            By by,
            FormGuard guard,
            InstantSource clock) {
        this.live = live;
        this.authorizations = authorizations;
        this.wishes = wishes;
        this.signIns = signIns;
        this.by = by;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public Response handle(Visit visit) {
        if (by == By.NOTHING || !wishes.areTaken()) return MailPages.off(visit);
        if (visit.form().has(ResetPage.TOKEN)) return link(visit, new Secret(visit.parameter(ResetPage.TOKEN)));
        Directory directory = live.current().directory();
        Optional<Way> found = Way.of(visit, authorizations, directory, clock.instant());
        if (found.isEmpty()) return Kept.over(visit);
        Way way = found.get();
        Visit here = way.dressed(visit, directory);
        boolean coming = here.parameter(STEP).equals(CODE) && by == By.CODE;
        return coming ? code(here, way) : ask(here, way);
    }

    private Response ask(Visit visit, Way way) {
        Messages words = visit.words();
        if (!visit.posted()) return showAsking(visit, way, 200, Problem.NONE);
        if (guard.isForged(visit.request(), visit.form(), PURPOSE, way.id())) {
            return showAsking(visit, way, 403, Problem.of(words.text("by-mail.forged")));
        }
        Secret step = signIns.newStep();
        Optional<Duration> later = wishes.ask(new Wish(
                MailKind.SIGN_IN,
                visit.parameter("username"),
                words.language(),
                way.kept().map(Kept::name),
                step,
                DeviceCookies.of(visit.request(), false),
                by == By.CODE,
                Callers.of(visit.request())));
        if (later.isPresent()) {
            return Waiting.until(showAsking(visit, way, 429, Problem.of(words.text("by-mail.too-many"))), later.get());
        }
        Response next = by == By.CODE
                ? Response.seeOther(way.at(PATH) + "&" + STEP + "=" + CODE).noStore()
                : visit.from(way.at(PATH))
                        .aside(200, "by-mail.sent", way.at(PATH))
                        .toResponse();
        return HostCookie.MAIL.set(next, step.value());
    }

    private Response showAsking(Visit visit, Way way, int status, Problem problem) {
        Messages words = visit.words();
        return MailForm.to(PATH, words.text("login-mail.ask"))
                .saying(words.text("login-mail.ask.text"))
                .withProblem(problem)
                .bringing(way.parameters())
                .asking(MailPages.name(words)
                        .holding(visit.parameter("username"))
                        .first())
                .linking(words.text("login-mail.password"), way.at("/login"))
                .show(visit, guard, status, words.text("login-mail.ask.title"), PURPOSE, way.id());
    }

    private Response code(Visit visit, Way way) {
        Messages words = visit.words();
        Optional<Secret> step = HostCookie.MAIL.read(visit.request()).map(Secret::new);
        if (step.isEmpty()) return Response.seeOther(way.at(PATH)).noStore();
        if (!visit.posted()) return showCode(visit, way, 200, Problem.NONE);
        if (guard.isForged(visit.request(), visit.form(), PURPOSE, CODE, way.id())) {
            return showCode(visit, way, 403, Problem.of(words.text("by-mail.forged")));
        }
        Optional<Secret> before = HostCookie.SESSION.read(visit.request()).map(Secret::new);
        Device device = DeviceCookies.of(visit.request(), false);
        SignInOutcome outcome = signIns.byCode(
                visit.parameter(CODE), step.get(), way.client(), Callers.of(visit.request()), device, before);
        return switch (outcome) {
            case SignedIn in -> in(way, in);
            case NeedsSecondFactor(var half) ->
                HostCookie.MAIL.clear(HostCookie.LOGIN.set(way.by(SECOND_FACTOR), half.value()));
            case WrongCredentials _, StartAgain _ ->
                showCode(visit, way, 403, Problem.at(words.text("login-mail.code.wrong"), CODE));
            case Throttled(var retryAfter) ->
                Waiting.until(showCode(visit, way, 429, Problem.of(words.text("by-mail.busy"))), retryAfter);
            case Busy(var retryAfter) ->
                Waiting.until(showCode(visit, way, 503, Problem.of(words.text("by-mail.busy"))), retryAfter);
        };
    }

    private Response showCode(Visit visit, Way way, int status, Problem problem) {
        Messages words = visit.words();
        return MailForm.to(PATH, words.text("login-mail.code.submit"))
                .saying(words.text("login-mail.code.text"))
                .withProblem(problem)
                .bringing(way.parameters())
                .bringing(Map.of(STEP, CODE))
                .asking(MailForm.Field.of(CODE, words.text("login-mail.code"), "text", "one-time-code")
                        .first())
                .linking(words.text("login-mail.code.again"), way.at(PATH))
                .linking(words.text("login-mail.password"), way.at("/login"))
                .show(visit, guard, status, words.text("login-mail.code.title"), PURPOSE, CODE, way.id());
    }

    private Response link(Visit visit, Secret token) {
        Optional<Secret> step = HostCookie.MAIL.read(visit.request()).map(Secret::new);
        if (step.isEmpty())
            return visit.linked(400, "login-mail.link.browser", PATH).toResponse();
        Optional<Linked> linked = signIns.find(token, step.get());
        if (linked.isEmpty()) return MailPages.over(visit, PATH);
        Visit here = MailPages.dressed(visit, linked.get().request(), authorizations, live, clock);
        return link(here, token, step.get(), linked.get());
    }

    private Response link(Visit visit, Secret token, Secret step, Linked linked) {
        Messages words = visit.words();
        if (!visit.posted() || guard.isForged(visit.request(), visit.form(), subject(token))) {
            return MailForm.to(PATH, words.text("login-mail.link.submit"))
                    .saying(words.text(
                            "login-mail.link.text", linked.user().username().value()))
                    .withProblem(Problem.of(visit.posted() ? words.text("by-mail.forged") : ""))
                    .bringing(Map.of(ResetPage.TOKEN, token.value()))
                    .show(
                            visit,
                            guard,
                            visit.posted() ? 403 : 200,
                            words.text("login-mail.link.title"),
                            subject(token));
        }
        Way way = linked.request()
                .flatMap(name -> MailPages.way(name, authorizations, live, clock))
                .orElseGet(() -> Way.to("/account"));
        Optional<Secret> before = HostCookie.SESSION.read(visit.request()).map(Secret::new);
        Device device = DeviceCookies.of(visit.request(), false);
        SignInOutcome outcome = signIns.byLink(token, step, way.client(), Callers.of(visit.request()), device, before);
        return switch (outcome) {
            case SignedIn in -> in(way, in);
            case NeedsSecondFactor(var half) ->
                HostCookie.MAIL.clear(HostCookie.LOGIN.set(way.by(SECOND_FACTOR), half.value()));
            case WrongCredentials _, StartAgain _, Throttled _, Busy _ -> MailPages.over(visit, PATH);
        };
    }

    private static Response in(Way way, SignedIn in) {
        return HostCookie.MAIL.clear(DeviceCookies.bind(way.goOn(), in.cookie(), in.device()));
    }

    private static String[] subject(Secret token) {
        return new String[] {PURPOSE, "link", token.hash().value()};
    }
}
