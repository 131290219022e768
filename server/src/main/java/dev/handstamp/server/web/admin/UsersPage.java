package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Page;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.http.Response;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The users, found by the beginning of what they are called, page by page.
public final class UsersPage implements Entrance.Room {

    private static final int LINES = 25;

    /// One user.
    ///
    /// @param reference the end of the address of its page
    public record Line(
            String reference,
            String username,
            String name,
            String email,
            String roles,
            boolean disabled,
            Moment since) {}

    /// What the page shows.
    ///
    /// @param next      what the next page is asked for with; empty if this is the last one
    /// @param isInvited whether somebody is invited who has not come yet
    public record View(Head head, String query, List<Line> users, boolean isFirst, String next, boolean isInvited) {}

    @Override
    public Response handle(Clerk clerk) {
        String query = clerk.parameter("q");
        Optional<String> after = Optional.of(clerk.parameter("after")).filter(cursor -> !cursor.isEmpty());
        try {
            return show(clerk, query, after.isEmpty(), clerk.desk().userSearch().find(query, after, LINES));
        } catch (Refused refused) {
            Clerk wrong = clerk.with(refused);
            return show(wrong, query, true, new Page<>(List.of(), Optional.empty()));
        }
    }

    private static Response show(Clerk clerk, String query, boolean isFirst, Page<User> page) {
        List<Line> lines = page.map(UsersPage::line).items();
        boolean isInvited = !clerk.desk()
                .userMails()
                .invitations(Optional.empty(), 1)
                .items()
                .isEmpty();
        View view = new View(clerk.head(), query, lines, isFirst, page.next().orElse(""), isInvited);
        return clerk.page("admin/Users", clerk.words().text("admin.users.title"), view);
    }

    private static Line line(User user) {
        return new Line(
                Reference.of(user.subject().value()),
                user.username().value(),
                user.name(),
                user.email(),
                Brief.of(user.roles().stream().map(RoleName::value).collect(Collectors.joining(", "))),
                user.disabled(),
                Moment.of(user.createdAt()));
    }
}
