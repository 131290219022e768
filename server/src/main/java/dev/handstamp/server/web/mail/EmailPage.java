package dev.handstamp.server.web.mail;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.EmailChanges;
import dev.handstamp.server.issuance.EmailChanges.Asked;
import dev.handstamp.server.issuance.EmailChanges.Malformed;
import dev.handstamp.server.issuance.EmailChanges.Stale;
import dev.handstamp.server.issuance.EmailChanges.TooMany;
import dev.handstamp.server.web.Callers;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Visitors;
import dev.handstamp.server.web.Waiting;
import dev.handstamp.server.web.Way;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Where a user changes the address, or shows to read it: asks for a mail there, and follows its link in a browser in
/// which the same user is signed in.
public final class EmailPage implements Door {

    /// Where a mail is asked for; the link of the mail leads to [#LINK].
    public static final String PATH = "/account/email";

    public static final String LINK = "/email";

    private static final String PURPOSE = "email";
    private static final String EMAIL = "email";

    private final Browsers browsers;
    private final EmailChanges changes;
    private final FormGuard guard;
    private final InstantSource clock;

    public EmailPage(Browsers browsers, EmailChanges changes, FormGuard guard, InstantSource clock) {
        this.browsers = browsers;
        this.changes = changes;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public Response handle(Visit asked) {
        Optional<Visitor> visitor = Visitors.of(asked.request(), browsers);
        Visit visit = visitor.map(each -> Lobby.understood(asked, each.user())).orElse(asked);
        if (!changes.isOffered()) return MailPages.off(visit);
        if (visit.form().has(ResetPage.TOKEN)) {
            Secret token = new Secret(visit.parameter(ResetPage.TOKEN));
            return visitor.isEmpty()
                    ? visit.linked(403, "email.sign-in", "/login").toResponse()
                    : confirm(visit, token, visitor.get());
        }
        if (visitor.isEmpty() || !visitor.get().isFreshAt(clock.instant()))
            return Way.to(PATH).by("/login");
        return ask(visit, visitor.get());
    }

    private Response ask(Visit visit, Visitor visitor) {
        Messages words = visit.words();
        if (!visit.posted()) return showAsking(visit, visitor, 200, Problem.NONE);
        if (guard.isForged(visit.request(), visit.form(), subject(visitor))) {
            return showAsking(visit, visitor, 403, Problem.of(words.text("by-mail.forged")));
        }
        String typed = visit.parameter(EMAIL);
        return switch (changes.ask(visitor, typed, words.language())) {
            case Asked _ ->
                visit.aside(200, "sign-up.sent", PATH, typed.strip()).toResponse();
            case Stale _ -> Way.to(PATH).by("/login");
            case Malformed _ ->
                showAsking(visit, visitor, 400, Problem.at(words.text("sign-up.ask.email.wrong"), EMAIL));
            case TooMany(var retryAfter) ->
                Waiting.until(showAsking(visit, visitor, 429, Problem.of(words.text("by-mail.too-many"))), retryAfter);
        };
    }

    private Response showAsking(Visit visit, Visitor visitor, int status, Problem problem) {
        Messages words = visit.words();
        String typed = visit.posted() ? visit.parameter(EMAIL) : visitor.user().email();
        return MailForm.to(PATH, words.text("email.ask"))
                .saying(words.text("email.ask.text"))
                .withProblem(problem)
                .asking(MailForm.Field.of(EMAIL, words.text("sign-up.ask.email"), "email", "email")
                        .holding(typed)
                        .first())
                .linking(words.text("email.done.link"), "/account")
                .show(visit, guard, status, words.text("email.ask.title"), subject(visitor));
    }

    private Response confirm(Visit visit, Secret token, Visitor visitor) {
        Messages words = visit.words();
        User user = visitor.user();
        Optional<String> address = changes.find(token, user);
        if (address.isEmpty()) return over(visit);
        if (!visit.posted() || guard.isForged(visit.request(), visit.form(), subject(token))) {
            return MailForm.to(LINK, words.text("email.confirm"))
                    .saying(words.text(
                            "email.confirm.text", address.get(), user.username().value()))
                    .withProblem(Problem.of(visit.posted() ? words.text("by-mail.forged") : ""))
                    .bringing(Map.of(ResetPage.TOKEN, token.value()))
                    .show(visit, guard, visit.posted() ? 403 : 200, words.text("email.confirm.title"), subject(token));
        }
        boolean confirmed = changes.confirm(token, visitor, Callers.of(visit.request()));
        return confirmed
                ? visit.from("/account")
                        .linked(200, "email.done", "/account", address.get())
                        .toResponse()
                : over(visit);
    }

    private static Response over(Visit visit) {
        return visit.linked(400, "email.over", PATH).toResponse();
    }

    private static String[] subject(Visitor visitor) {
        return new String[] {PURPOSE, visitor.session().id().value()};
    }

    private static String[] subject(Secret token) {
        return new String[] {PURPOSE, "confirm", token.hash().value()};
    }
}
