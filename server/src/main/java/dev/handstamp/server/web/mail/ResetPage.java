package dev.handstamp.server.web.mail;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.MailTickets.Linked;
import dev.handstamp.server.issuance.MailWishes;
import dev.handstamp.server.issuance.MailWishes.Wish;
import dev.handstamp.server.issuance.PasswordResets;
import dev.handstamp.server.issuance.PasswordResets.NoRoom;
import dev.handstamp.server.issuance.PasswordResets.Over;
import dev.handstamp.server.issuance.PasswordResets.Reset;
import dev.handstamp.server.issuance.PasswordResets.Unacceptable;
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

/// Where a user who has forgotten the password asks for a mail, and where its link leads.
public final class ResetPage implements Door {

    public static final String PATH = "/reset";
    public static final String TOKEN = "token";

    private static final String PURPOSE = "reset";

    private final Live live;
    private final Authorizations authorizations;
    private final MailWishes wishes;
    private final PasswordResets resets;
    private final FormGuard guard;
    private final InstantSource clock;

    public ResetPage(
            Live live,
            Authorizations authorizations,
            MailWishes wishes,
            PasswordResets resets,
            FormGuard guard,
            InstantSource clock) {
        this.live = live;
        this.authorizations = authorizations;
        this.wishes = wishes;
        this.resets = resets;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public Response handle(Visit visit) {
        if (!wishes.areTaken()) return MailPages.off(visit);
        if (visit.form().has(TOKEN)) return set(visit, new Secret(visit.parameter(TOKEN)));
        Directory directory = live.current().directory();
        Optional<Way> way = Way.of(visit, authorizations, directory, clock.instant());
        return way.isEmpty() ? Kept.over(visit) : ask(way.get().dressed(visit, directory), way.get());
    }

    private Response ask(Visit visit, Way way) {
        Messages words = visit.words();
        if (!visit.posted()) return showAsking(visit, way, 200, Problem.NONE);
        if (guard.isForged(visit.request(), visit.form(), PURPOSE, way.id())) {
            return showAsking(visit, way, 403, Problem.of(words.text("by-mail.forged")));
        }
        Optional<Duration> later = wishes.ask(new Wish(
                MailKind.RESET,
                visit.parameter("username"),
                words.language(),
                way.kept().map(Kept::name),
                guard.browser(visit.request()),
                DeviceCookies.of(visit.request(), false),
                false,
                Callers.of(visit.request())));
        if (later.isPresent()) {
            return Waiting.until(showAsking(visit, way, 429, Problem.of(words.text("by-mail.too-many"))), later.get());
        }
        return visit.from(way.at(PATH)).aside(200, "by-mail.sent", way.at(PATH)).toResponse();
    }

    private Response showAsking(Visit visit, Way way, int status, Problem problem) {
        Messages words = visit.words();
        return MailForm.to(PATH, words.text("reset.ask"))
                .saying(words.text("reset.ask.text"))
                .withProblem(problem)
                .bringing(way.parameters())
                .asking(MailPages.name(words)
                        .holding(visit.parameter("username"))
                        .first())
                .linking(words.text("login-mail.password"), way.at("/login"))
                .show(visit, guard, status, words.text("reset.ask.title"), PURPOSE, way.id());
    }

    private Response set(Visit visit, Secret token) {
        Optional<Linked> linked = resets.find(token);
        if (linked.isEmpty()) return MailPages.over(visit, PATH);
        Visit here = MailPages.dressed(visit, linked.get().request(), authorizations, live, clock);
        return set(here, token, linked.get().user());
    }

    private Response set(Visit visit, Secret token, User user) {
        Messages words = visit.words();
        if (!visit.posted()) return showSetting(visit, token, user, 200, Problem.NONE);
        if (guard.isForged(visit.request(), visit.form(), subject(token))) {
            return showSetting(visit, token, user, 403, Problem.of(words.text("by-mail.forged")));
        }
        Secret browser = guard.browser(visit.request());
        return switch (resets.reset(token, visit.parameter("password"), browser, Callers.of(visit.request()))) {
            case Reset(var request) ->
                request.flatMap(name -> MailPages.way(name, authorizations, live, clock))
                        .map(Way::goOn)
                        .orElseGet(() -> visit.from("/login")
                                .linked(200, "reset.done", "/login")
                                .toResponse());
            case Over _ -> MailPages.over(visit, PATH);
            case Unacceptable(var flaw) -> showSetting(visit, token, user, 400, MailPages.problem(flaw, words));
            case NoRoom(var retryAfter) ->
                Waiting.until(showSetting(visit, token, user, 503, Problem.of(words.text("by-mail.busy"))), retryAfter);
        };
    }

    private Response showSetting(Visit visit, Secret token, User user, int status, Problem problem) {
        Messages words = visit.words();
        return MailForm.to(PATH, words.text("reset.set"))
                .saying(words.text("reset.set.text", user.username().value()))
                .withProblem(problem)
                .bringing(Map.of(TOKEN, token.value()))
                .asking(MailForm.Field.unseen("username", user.username().value(), "username"))
                .asking(MailPages.newPassword(words.text("by-mail.new-password"), words, resets.shortestPassword())
                        .first())
                .show(visit, guard, status, words.text("reset.set.title"), subject(token));
    }

    private static String[] subject(Secret token) {
        return new String[] {PURPOSE, "set", token.hash().value()};
    }
}
