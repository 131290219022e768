package dev.handstamp.server.web.account;

import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Shell;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Accounts;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Guest;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Problem;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a user is called, and in which language it is spoken to.
public final class ProfilePage implements Lobby.Room {

    private static final String SAVE = "save";
    private static final String NAME = "name";
    private static final String LOCALE = "locale";

    /// A language to choose, in its own words.
    public record Language(String tag, String name, boolean isChosen) {}

    /// What the page shows.
    ///
    /// @param maySendMail whether another address can be shown to be read
    /// @param languages   those that the pages speak
    public record View(
            Shell shell,
            User user,
            boolean maySendMail,
            String name,
            List<Language> languages,
            boolean isOfBrowser,
            boolean isSaved,
            Problem problem,
            String form) {}

    private final Accounts accounts;
    private final boolean maySendMail;

    public ProfilePage(Accounts accounts, boolean maySendMail) {
        this.accounts = accounts;
        this.maySendMail = maySendMail;
    }

    @Override
    public Response handle(Guest guest) {
        if (!guest.visit().posted()) return show(guest, guest.visitor().user().name(), 200, Problem.NONE);
        String name = guest.visit().parameter(NAME).strip();
        String locale = guest.visit().parameter(LOCALE);
        Messages words = guest.words();
        if (guest.isForged()) return show(guest, name, 403, Problem.of(words.text("account.forged")));
        if (!User.isName(name)) {
            return show(guest, name, 400, Problem.at(words.text("account.profile.name.wrong"), NAME));
        }
        if (!locale.isEmpty() && !Messages.languages().contains(locale)) {
            return show(guest, name, 400, Problem.at(words.text("account.profile.locale.wrong"), LOCALE));
        }
        accounts.describe(guest.visitor(), name, locale, guest.caller());
        return Response.seeOther(AccountPlace.PROFILE.path() + "?done=saved").noStore();
    }

    private Response show(Guest guest, String name, int status, Problem problem) {
        User user = guest.visitor().user();
        String locale = guest.visit().posted()
                ? guest.visit().parameter(LOCALE)
                : user.attributes().getOrDefault(LOCALE, "").toString();
        View view = new View(
                guest.shell(AccountPlace.PROFILE),
                user,
                maySendMail,
                name,
                languages(locale),
                !Messages.languages().contains(locale),
                guest.visit().parameter("done").equals("saved"),
                problem,
                guest.form(SAVE, ""));
        return guest.page(status, "account/Profile", guest.words().text("account.profile.title"), view);
    }

    private static List<Language> languages(String chosen) {
        Set<String> tags = new TreeSet<>(Messages.languages());
        return tags.stream()
                .map(tag -> new Language(tag, Messages.of(List.of(tag)).text("page.language"), tag.equals(chosen)))
                .toList();
    }
}
