package dev.handstamp.server.web.account;

import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.passkey.PasskeyId;
import dev.handstamp.server.domain.passkey.PasskeyName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Asset;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.html.Shell;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Passkeys;
import dev.handstamp.server.issuance.Passkeys.Change;
import dev.handstamp.server.issuance.Passkeys.Done;
import dev.handstamp.server.issuance.Passkeys.Full;
import dev.handstamp.server.issuance.Passkeys.LastWayIn;
import dev.handstamp.server.issuance.Passkeys.NoSuch;
import dev.handstamp.server.issuance.Passkeys.NotFresh;
import dev.handstamp.server.issuance.Passkeys.StartAgain;
import dev.handstamp.server.issuance.Passkeys.Taken;
import dev.handstamp.server.issuance.Passkeys.Unusable;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Guest;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Part;
import dev.handstamp.server.web.PasskeyPart;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Way;
import dev.handstamp.server.web.When;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The page of a user's passkeys: renames and removes them. Adding one is the work of our script and of
/// [PasskeyEnrolment].
///
/// Whoever signed in too long ago proves once more who they are before anything is added or removed.
public final class PasskeysPage implements Lobby.Room {

    public static final String PATH = AccountPlace.PASSKEYS.path();

    private static final String RENAME = "rename";
    private static final String REMOVE = "remove";
    private static final int LINES = 10;
    private static final Map<String, String> DONE = Map.of(
            "added", "passkeys.done.added",
            "removed", "passkeys.done.removed",
            "renamed", "passkeys.done.renamed");

    /// What the page shows.
    ///
    /// @param problem about the name of a passkey, by its identifier
    /// @param done    what has just happened; empty if nothing
    /// @param fresh   whether passkeys may be added and removed now
    /// @param part    adds one
    /// @param confirm where the user proves once more who it is
    /// @param way     to the authorization request that waits, as parameters of the forms; empty if none does
    /// @param here    the address of this page, with that way
    public record View(
            Shell shell,
            Part<Row> passkeys,
            Problem problem,
            String done,
            boolean fresh,
            PasskeyPart part,
            String confirm,
            Map<String, String> way,
            String here) {}

    /// One passkey.
    ///
    /// @param typed  what stands in its field
    /// @param since  when it was made, in words
    /// @param used   when it was last used
    /// @param synced whether it may be on several devices
    public record Row(
            String id,
            String name,
            String typed,
            List<Object> since,
            List<Object> used,
            boolean synced,
            boolean suspended,
            String renameForm,
            String removeForm) {}

    private final Live live;
    private final Passkeys passkeys;
    private final Authorizations authorizations;
    private final InstantSource clock;

    public PasskeysPage(Live live, Passkeys passkeys, Authorizations authorizations, InstantSource clock) {
        this.live = live;
        this.passkeys = passkeys;
        this.authorizations = authorizations;
        this.clock = clock;
    }

    @Override
    public Response handle(Guest guest) {
        if (!guest.visit().posted()) return show(guest, 200, Problem.NONE);
        if (guest.isForged()) return show(guest, 403, Problem.of(guest.words().text("account.forged")));
        PasskeyId target = new PasskeyId(guest.target());
        return switch (guest.action()) {
            case RENAME -> rename(guest, target);
            case REMOVE -> {
                Change change =
                        passkeys.remove(guest.visitor(), target, live.current().directory(), guest.caller());
                yield answer(guest, change, "removed");
            }
            default -> show(guest, 400, Problem.of(guest.words().text("account.choose")));
        };
    }

    private Response rename(Guest guest, PasskeyId target) {
        Optional<PasskeyName> name = PasskeyName.parse(guest.visit().parameter("name"));
        if (name.isEmpty()) {
            return show(guest, 400, Problem.at(guest.words().text("passkeys.name-unusable"), target.value()));
        }
        Change change = passkeys.rename(guest.visitor(), target, name.get(), guest.caller());
        return answer(guest, change, "renamed");
    }

    private Response answer(Guest guest, Change change, String done) {
        Messages words = guest.words();
        return switch (change) {
            case Done _ -> {
                String here = here(waiting(guest));
                yield Response.seeOther(here + (here.equals(PATH) ? "?" : "&") + "done=" + done)
                        .noStore();
            }
            case NotFresh _ -> Response.seeOther(here(waiting(guest))).noStore();
            case LastWayIn _ -> show(guest, 409, Problem.of(words.text("passkeys.last-way-in")));
            case NoSuch _, StartAgain _, Taken _, Unusable _, Full _ ->
                show(guest, 404, Problem.of(words.text("passkeys.gone")));
        };
    }

    private Response show(Guest guest, int status, Problem problem) {
        Messages words = guest.words();
        User user = guest.visitor().user();
        boolean fresh = guest.visitor().isFreshAt(clock.instant());
        Optional<Kept> waiting = waiting(guest);
        Optional<String> done = Optional.ofNullable(DONE.get(guest.visit().parameter("done")))
                .filter(_ -> !guest.visit().posted());
        View view = new View(
                guest.shell(AccountPlace.PASSKEYS),
                part(guest, passkeys.list(user.subject()), problem).map(passkey -> row(passkey, guest)),
                problem,
                done.map(key -> words.text(key)).orElse(""),
                fresh,
                adding(guest, waiting),
                Way.to(waiting, PATH).at("/login"),
                waiting.map(kept -> Way.of(kept).parameters()).orElse(Map.of()),
                here(waiting));
        Page page = guest.visit()
                .page(status, "account/Passkeys", words.text("passkeys.title"), view)
                .running(Asset.PASSKEY);
        return guest.bind(page);
    }

    private Optional<Kept> waiting(Guest guest) {
        return guest.waiting(authorizations, live.current().directory(), clock.instant());
    }

    private static String here(Optional<Kept> waiting) {
        return waiting.map(kept -> Way.of(kept).at(PATH)).orElse(PATH);
    }

    /// What the visit asks for; if something is wrong with a name, where that is.
    private static Part<Passkey> part(Guest guest, List<Passkey> all, Problem problem) {
        if (problem.fields().isEmpty()) return Part.of(all, guest.visit(), "page", LINES);
        List<String> ids = all.stream().map(each -> each.id().value()).toList();
        return Part.around(ids.indexOf(problem.fields().getFirst()), all, "page", LINES);
    }

    private static PasskeyPart adding(Guest guest, Optional<Kept> waiting) {
        String form = guest.guard().value(guest.browser(), PasskeyEnrolment.subject(guest.visitor()));
        return new PasskeyPart(PasskeyPart.ENROL, waiting.map(Kept::id).orElse(""), "", form, false);
    }

    private static boolean isTyped(Guest guest, String id) {
        return guest.visit().posted()
                && guest.action().equals(RENAME)
                && guest.target().equals(id);
    }

    private static Row row(Passkey passkey, Guest guest) {
        Messages words = guest.words();
        String id = passkey.id().value();
        return new Row(
                id,
                passkey.name().value(),
                isTyped(guest, id)
                        ? guest.visit().parameter("name")
                        : passkey.name().value(),
                words.pieces("passkeys.since", When.of(passkey.createdAt(), words)),
                passkey.lastUsedAt()
                        .map(at -> words.pieces("passkeys.last-used", When.of(at, words)))
                        .orElseGet(() -> words.pieces("passkeys.never-used")),
                passkey.mayBeElsewhere(),
                passkey.suspendedAt().isPresent(),
                guest.form(RENAME, id),
                guest.form(REMOVE, id));
    }
}
