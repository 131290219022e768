package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Users.Added;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.http.Response;
import java.util.List;
import java.util.Map;

/// Adds a user.
public final class NewUserPage implements Entrance.Room {

    private static final String ADD = "add";

    /// What the page shows: what was typed, never the password.
    public record View(Head head, Fields fields, String form) {}

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attempt(NewUserPage::add, NewUserPage::show);
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
                clerk.form(ADD));
        return clerk.page("admin/NewUser", clerk.words().text("admin.new-user.title"), view);
    }
}
