package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Desk;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.html.Asset;
import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Visit;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// An administrator at a page, with every operation in its name.
///
/// A form counts for its session, its page, its action and its target alone: `action` and `target` are fields of it.
///
/// @param problem what went wrong with the form that was sent; empty if nothing did
/// @param reasons why an operation has refused it; empty if none has
/// @param path    of the page
public record Clerk(
        Visit visit,
        Visitor visitor,
        AdminPlace here,
        Secret browser,
        FormGuard guard,
        Desk desk,
        Instant now,
        int status,
        String problem,
        List<Refused.Reason> reasons,
        String path) {

    static final String ACTION = "action";
    static final String TARGET = "target";

    private static final String PURPOSE = "admin";
    private static final String DONE = "done";

    /// What can have been done, for the page after it.
    enum Done {
        SAVED,
        ADDED,
        DELETED,
        DISABLED,
        ENABLED,
        ENDED,
        PASSWORD,
        FACTOR,
        ROTATED,
        RETIRED,
        MAILED,
        UNINVITED,
        TAKEN_BACK,
        REVOKED;

        private String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private String key() {
            return "admin.done." + wireName();
        }
    }

    Messages words() {
        return visit.words();
    }

    /// The words for one of several things.
    ///
    /// @param name its part of the key
    String word(String key, String name, Object... values) {
        return words().text(key + "." + name, values);
    }

    /// The same in pieces, for a page that marks up the moments among the values.
    List<Object> sentence(String key, String name, Object... values) {
        return words().pieces(key + "." + name, values);
    }

    String action() {
        return visit.parameter(ACTION);
    }

    String target() {
        return visit.parameter(TARGET);
    }

    String parameter(String name) {
        return visit.parameter(name);
    }

    /// The content of a file that was sent; empty if none was chosen.
    Optional<byte[]> file(String name) {
        return visit.form().file(name);
    }

    /// What the last segment of the address names.
    String named() {
        return Reference.read(path());
    }

    /// The value that tells a form of this page from forged ones.
    String form(String action, String target) {
        return guard.value(browser, subject(action, target));
    }

    String form(String action) {
        return form(action, "");
    }

    /// Does what a form asks for, or shows the page again with what stands in the way: a forged form, a sign-in that is
    /// too long ago, the words of the operation.
    Response attempt(Function<Clerk, Response> act, Function<Clerk, Response> show) {
        if (!visit.posted()) return show.apply(this);
        if (isForged()) return show.apply(with(403, words().text("admin.forged")));
        if (!visitor.isFreshAt(now)) return show.apply(with(403, words().text("admin.confirm")));
        return tried(act, show);
    }

    /// The same for a form that changes nothing: however long ago the sign-in was.
    Response attemptToLook(Function<Clerk, Response> act, Function<Clerk, Response> show) {
        if (!visit.posted()) return show.apply(this);
        return isForged() ? show.apply(with(403, words().text("admin.forged"))) : tried(act, show);
    }

    private Response tried(Function<Clerk, Response> act, Function<Clerk, Response> show) {
        try {
            return act.apply(this);
        } catch (Refused refused) {
            return show.apply(with(refused));
        }
    }

    /// This one, for whom something went wrong.
    Clerk with(int newStatus, String newProblem) {
        return with(newStatus, newProblem, List.of(), path);
    }

    /// The same for what an operation refuses.
    Clerk with(Refused refused) {
        String said = refused.reasons().stream()
                .map(reason -> reason.in(words()))
                .distinct()
                .collect(Collectors.joining("; "));
        return with(400, said, refused.reasons(), path);
    }

    /// This one at another page.
    Clerk at(String otherPath) {
        return with(status, problem, reasons, otherPath);
    }

    private Clerk with(int newStatus, String newProblem, List<Refused.Reason> newReasons, String newPath) {
        return new Clerk(visit, visitor, here, browser, guard, desk, now, newStatus, newProblem, newReasons, newPath);
    }

    /// Back to a page of ours, which then says what was done.
    Response done(String path, Done done) {
        return Response.seeOther(path + "?" + DONE + "=" + done.wireName()).noStore();
    }

    Head head() {
        return new Head(
                here.shell(visitor.user().username().value(), words()),
                problem,
                visit.posted() && !visitor.isFreshAt(now) ? Entrance.signIn(path()) : "",
                doneBefore().map(done -> words().text(done.key())).orElse(""));
    }

    /// A page with forms.
    ///
    /// @param view what the template knows as `it`
    Response page(String template, String title, Object view) {
        return bound(visit.from(path).page(status, template, title, view).running(Asset.TIMES));
    }

    /// A page with a form that a script of ours watches over.
    Response scripted(String template, String title, Object view) {
        return bound(visit.from(path).page(status, template, title, view).running(Asset.ADMIN));
    }

    /// The same, with a part that is renewed by itself, and tells times.
    Response renewed(String template, String title, Object view) {
        return bound(visit.from(path)
                .page(status, template, title, view)
                .running(Asset.ADMIN)
                .running(Asset.TIMES));
    }

    /// A scripted page, with a part that shows how other pages look.
    Response previewing(Look look, String template, String title, Object view) {
        return bound(
                visit.page(status, template, title, view).running(Asset.ADMIN).previewing(look));
    }

    private Response bound(Page page) {
        return guard.bind(page.toResponse(), browser);
    }

    /// There is no such thing.
    Response missing() {
        return visit.linked(404, "admin.missing", here.path()).toResponse();
    }

    private Optional<Done> doneBefore() {
        if (visit.posted()) return Optional.empty();
        for (Done each : Done.values()) {
            if (each.wireName().equals(parameter(DONE))) return Optional.of(each);
        }
        return Optional.empty();
    }

    private boolean isForged() {
        return guard.isForged(visit.request(), visit.form(), subject(action(), target()));
    }

    private String[] subject(String action, String target) {
        return new String[] {
            PURPOSE, path(), action, target, visitor.session().id().value()
        };
    }
}
