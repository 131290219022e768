package dev.handstamp.server.web.mail;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.MailWishes;
import dev.handstamp.server.issuance.MailWishes.Wish;
import dev.handstamp.server.issuance.SignUps;
import dev.handstamp.server.issuance.SignUps.Invited;
import dev.handstamp.server.issuance.SignUps.NameTaken;
import dev.handstamp.server.issuance.SignUps.NoRoom;
import dev.handstamp.server.issuance.SignUps.Over;
import dev.handstamp.server.issuance.SignUps.SignedUp;
import dev.handstamp.server.issuance.SignUps.TooMany;
import dev.handstamp.server.issuance.SignUps.Unacceptable;
import dev.handstamp.server.issuance.SignUps.WrongFullName;
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

/// Where somebody makes an account: first an address, then, by the link that is mailed there, name and password.
///
/// To whoever does not read that mail, the page says the same of every address.
public final class SignUpPage implements Door {

    public static final String PATH = "/sign-up";

    private static final String PURPOSE = "sign-up";
    private static final String EMAIL = "email";
    private static final String USERNAME = "username";
    private static final String NAME = "name";

    private final Live live;
    private final Authorizations authorizations;
    private final MailWishes wishes;
    private final SignUps signUps;
    private final SignUps.Access access;
    private final FormGuard guard;
    private final InstantSource clock;

    public SignUpPage(
            Live live,
            Authorizations authorizations,
            MailWishes wishes,
            SignUps signUps,
            SignUps.Access access,
            FormGuard guard,
            InstantSource clock) {
        this.live = live;
        this.authorizations = authorizations;
        this.wishes = wishes;
        this.signUps = signUps;
        this.access = access;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public Response handle(Visit visit) {
        boolean invited = visit.form().has(ResetPage.TOKEN);
        boolean closed = access == SignUps.Access.OFF || (!invited && access != SignUps.Access.OPEN);
        if (closed) return closed(visit);
        if (!wishes.areTaken()) return MailPages.off(visit);
        if (invited) return make(visit, new Secret(visit.parameter(ResetPage.TOKEN)));
        Directory directory = live.current().directory();
        Optional<Way> way = Way.of(visit, authorizations, directory, clock.instant());
        if (way.isEmpty()) return Kept.over(visit);
        Visit here = way.get().dressed(visit, directory);
        return way.get().takesStrangers() ? ask(here, way.get()) : closed(here);
    }

    private static Response closed(Visit visit) {
        return visit.linked(404, "sign-up.closed", "/login").toResponse();
    }

    /// Where nobody can ask for a link, only whoever has invited can send another one.
    private Response over(Visit visit) {
        return access == SignUps.Access.OPEN
                ? MailPages.over(visit, PATH)
                : visit.linked(400, "sign-up.over", "/login").toResponse();
    }

    private Response ask(Visit visit, Way way) {
        Messages words = visit.words();
        if (!visit.posted()) return showAsking(visit, way, 200, Problem.NONE);
        if (guard.isForged(visit.request(), visit.form(), PURPOSE, way.id())) {
            return showAsking(visit, way, 403, Problem.of(words.text("by-mail.forged")));
        }
        Optional<EmailAddress> address = EmailAddress.parse(visit.parameter(EMAIL));
        if (address.isEmpty()) {
            return showAsking(visit, way, 400, Problem.at(words.text("sign-up.ask.email.wrong"), EMAIL));
        }
        Optional<Duration> later = wishes.ask(new Wish(
                MailKind.REGISTER,
                address.get().value(),
                words.language(),
                way.kept().map(Kept::name),
                guard.browser(visit.request()),
                DeviceCookies.of(visit.request(), false),
                false,
                Callers.of(visit.request())));
        if (later.isPresent()) {
            return Waiting.until(showAsking(visit, way, 429, Problem.of(words.text("by-mail.too-many"))), later.get());
        }
        return visit.from(way.at(PATH))
                .aside(200, "sign-up.sent", way.at(PATH), address.get().value())
                .toResponse();
    }

    private Response showAsking(Visit visit, Way way, int status, Problem problem) {
        Messages words = visit.words();
        return MailForm.to(PATH, words.text("sign-up.ask"))
                .saying(words.text("sign-up.ask.text"))
                .withProblem(problem)
                .bringing(way.parameters())
                .asking(MailForm.Field.of(EMAIL, words.text("sign-up.ask.email"), "email", "email")
                        .holding(visit.parameter(EMAIL))
                        .first())
                .linking(words.text("login-mail.password"), way.at("/login"))
                .show(visit, guard, status, words.text("sign-up.ask.title"), PURPOSE, way.id());
    }

    private Response make(Visit visit, Secret token) {
        Optional<Invited> invited = signUps.find(token);
        if (invited.isEmpty()) return over(visit);
        Visit here = MailPages.dressed(visit, invited.get().request(), authorizations, live, clock);
        return make(here, token, invited.get());
    }

    private Response make(Visit visit, Secret token, Invited invited) {
        Messages words = visit.words();
        if (!visit.posted()) return showMaking(visit, token, invited, 200, Problem.NONE);
        if (guard.isForged(visit.request(), visit.form(), subject(token))) {
            return showMaking(visit, token, invited, 403, Problem.of(words.text("by-mail.forged")));
        }
        SignUps.Request request = new SignUps.Request(
                visit.parameter(USERNAME),
                visit.parameter(NAME),
                visit.parameter("password"),
                guard.browser(visit.request()),
                Callers.of(visit.request()));
        return switch (signUps.signUp(token, request)) {
            case SignedUp done ->
                done.request()
                        .flatMap(name -> MailPages.way(name, authorizations, live, clock))
                        .map(Way::goOn)
                        .orElseGet(() -> visit.from("/login")
                                .linked(
                                        200,
                                        "sign-up.done",
                                        "/login",
                                        done.user().username().value())
                                .toResponse());
            case Over _ -> over(visit);
            case NameTaken(var malformed) ->
                showMaking(
                        visit,
                        token,
                        invited,
                        malformed ? 400 : 409,
                        Problem.at(
                                words.text(malformed ? "by-mail.username.wrong" : "by-mail.username.taken"), USERNAME));
            case WrongFullName _ ->
                showMaking(visit, token, invited, 400, Problem.at(words.text("by-mail.full-name.wrong"), NAME));
            case Unacceptable(var flaw) -> showMaking(visit, token, invited, 400, MailPages.problem(flaw, words));
            case NoRoom(var retryAfter) ->
                Waiting.until(
                        showMaking(visit, token, invited, 503, Problem.of(words.text("by-mail.busy"))), retryAfter);
            case TooMany(var retryAfter) ->
                Waiting.until(
                        showMaking(visit, token, invited, 429, Problem.of(words.text("by-mail.busy"))), retryAfter);
        };
    }

    private Response showMaking(Visit visit, Secret token, Invited invited, int status, Problem problem) {
        Messages words = visit.words();
        String name = visit.posted() ? visit.parameter(NAME) : invited.name();
        return MailForm.to(PATH, words.text("sign-up.make"))
                .saying(words.text("sign-up.make.text", invited.email()))
                .withProblem(problem)
                .bringing(Map.of(ResetPage.TOKEN, token.value()))
                .asking(MailForm.Field.of(USERNAME, words.text("by-mail.username"), "text", "username")
                        .holding(visit.parameter(USERNAME))
                        .first())
                .asking(MailForm.Field.of(NAME, words.text("by-mail.full-name"), "text", "name")
                        .holding(name)
                        .optional())
                .asking(MailPages.newPassword(words.text("by-mail.password"), words, signUps.shortestPassword()))
                .show(visit, guard, status, words.text("sign-up.make.title"), subject(token));
    }

    private static String[] subject(Secret token) {
        return new String[] {PURPOSE, "make", token.hash().value()};
    }
}
