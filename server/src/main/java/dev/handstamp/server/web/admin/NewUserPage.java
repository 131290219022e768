package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Page;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.UserMails.NewInvitation;
import dev.handstamp.server.administration.Users.Added;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.UserInvitation;
import dev.handstamp.server.http.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Adds a user, or invites somebody by mail to become one; and shows who was invited and has not come yet.
public final class NewUserPage implements Entrance.Room {

    static final String PATH = "/admin/users/new";

    private static final String ADD = "add";
    private static final String INVITE = "invite";
    private static final String UNINVITE = "uninvite";
    private static final int LINES = 25;

    /// One invitation.
    ///
    /// @param inviter the name of the user who has invited; what the audit log calls anybody else
    public record Line(
            String email,
            String name,
            String roles,
            String inviter,
            Moment since,
            Moment until,
            UserPage.Button withdraw) {}

    /// What the page shows: what was typed, never the password.
    ///
    /// @param fields  of a user to be
    /// @param invited of an invitation to be
    /// @param next    what the next page of invitations is asked for with; empty if this is the last one
    public record View(
            Head head,
            Fields fields,
            Fields invited,
            String form,
            String invite,
            List<Line> invitations,
            boolean isFirst,
            String next) {}

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attempt(NewUserPage::act, NewUserPage::show);
    }

    private static Response act(Clerk clerk) {
        return switch (clerk.action()) {
            case ADD -> add(clerk);
            case INVITE -> invite(clerk);
            case UNINVITE -> {
                clerk.desk().userMails().withdraw(clerk.target());
                yield clerk.done(PATH, Clerk.Done.UNINVITED);
            }
            default -> throw new Refused("admin.choose");
        };
    }

    private static Response invite(Clerk clerk) {
        NewInvitation wanted = new NewInvitation(
                clerk.parameter("email").strip(),
                clerk.parameter("name"),
                Fields.words(clerk.parameter("role")),
                clerk.words().language());
        clerk.desk().userMails().invite(wanted);
        return clerk.done(PATH, Clerk.Done.MAILED);
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
        Optional<String> after = Fields.some(clerk.parameter("after"));
        try {
            return show(clerk, after.isEmpty(), clerk.desk().userMails().invitations(after, LINES));
        } catch (Refused refused) {
            return show(clerk.with(refused), true, new Page<>(List.of(), Optional.empty()));
        }
    }

    private static Response show(Clerk clerk, boolean isFirst, Page<UserInvitation> page) {
        View view = new View(
                clerk.head(),
                typed(clerk, ADD),
                typed(clerk, INVITE),
                clerk.form(ADD),
                clerk.form(INVITE),
                lines(clerk, page.items()),
                isFirst,
                page.next().orElse(""));
        return clerk.page("admin/NewUser", clerk.words().text("admin.new-user.title"), view);
    }

    private static Fields typed(Clerk clerk, String action) {
        boolean isSent = clerk.action().equals(action);
        List<String> names = isSent ? List.of("username", "name", "email", "role") : List.of();
        return Fields.of(clerk, Fields.sent(clerk, names), action);
    }

    private static List<Line> lines(Clerk clerk, List<UserInvitation> invitations) {
        Map<String, String> inviters = new LinkedHashMap<>();
        List<Line> lines = new ArrayList<>();
        for (UserInvitation each : invitations) {
            lines.add(new Line(
                    each.email().value(),
                    each.name(),
                    each.roles().stream().map(RoleName::value).collect(Collectors.joining(", ")),
                    inviters.computeIfAbsent(each.inviter(), actor -> name(clerk, actor)),
                    Moment.of(each.createdAt()),
                    Moment.of(each.expiresAt()),
                    new UserPage.Button(each.id(), clerk.form(UNINVITE, each.id()))));
        }
        return lines;
    }

    private static String name(Clerk clerk, String actor) {
        try {
            return clerk.desk().users().find(actor).username().value();
        } catch (Refused _) {
            return actor;
        }
    }
}
