package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.UserMails.NewInvitation;
import dev.handstamp.server.administration.Users.Added;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.http.Response;
import java.util.List;
import java.util.Map;

/// Adds a user, or invites somebody by mail to become one.
public final class NewUserPage implements Entrance.Room {

    private static final String ADD = "add";
    private static final String INVITE = "invite";

    /// What the page shows: what was typed, never the password.
    public record View(Head head, Fields fields, String form, String invite) {}

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attempt(NewUserPage::act, NewUserPage::show);
    }

    private static Response act(Clerk clerk) {
        return switch (clerk.action()) {
            case ADD -> add(clerk);
            case INVITE -> invite(clerk);
            default -> throw new Refused(clerk.words().text("admin.choose"));
        };
    }

    private static Response invite(Clerk clerk) {
        NewInvitation wanted = new NewInvitation(
                clerk.parameter("email").strip(),
                clerk.parameter("name"),
                Fields.words(clerk.parameter("role")),
                clerk.words().language());
        clerk.desk().userMails().invite(wanted);
        return clerk.done(clerk.path(), Clerk.Done.MAILED);
    }

    private static Response add(Clerk clerk) {
        NewUser wanted = new NewUser(
                clerk.parameter("username").strip(),
                clerk.parameter("name"),
                clerk.parameter("email").strip(),
                Fields.words(clerk.parameter("role")),
                Map.of());
        Added added = clerk.desk().users().add(wanted, clerk.parameter("password"));
        return clerk.done(UserPage.path(added.user().subject()), Clerk.Done.ADDED);
    }

    private static Response show(Clerk clerk) {
        View view = new View(
                clerk.head(),
                Fields.of(clerk, Fields.sent(clerk, List.of("username", "name", "email", "role"))),
                clerk.form(ADD),
                clerk.form(INVITE));
        return clerk.page("admin/NewUser", clerk.words().text("admin.new-user.title"), view);
    }
}
