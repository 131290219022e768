package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.web.Part;
import java.util.Map;
import java.util.stream.Collectors;

/// The roles, what they carry, and how many users have each.
public final class RolesPage implements Entrance.Room {

    private static final int LINES = 25;

    /// So many holders are counted for a line; the page of a role counts all.
    private static final long MOST_COUNTED = 10_000;

    /// One role.
    ///
    /// @param scopes at each API
    public record Line(String reference, String name, String scopes, String users) {}

    /// What the page shows.
    public record View(Head head, Part<Line> roles) {}

    @Override
    public Response handle(Clerk clerk) {
        Part<Role> roles = Part.of(clerk.desk().roles().list(), clerk.visit(), "page", LINES);
        Map<RoleName, Long> holders = clerk.desk().roles().holders(roles.lines(), MOST_COUNTED + 1);
        Part<Line> lines = roles.map(role -> line(clerk, role, holders.getOrDefault(role.name(), 0L)));
        return clerk.page("admin/Roles", clerk.words().text("admin.roles.title"), new View(clerk.head(), lines));
    }

    private static Line line(Clerk clerk, Role role, long holders) {
        String scopes = role.scopes().keySet().stream()
                .sorted()
                .map(api -> api.value() + ": "
                        + String.join(", ", role.scopesAt(api).tokens()))
                .collect(Collectors.joining("; "));
        return new Line(
                Reference.of(role.name().value()),
                role.name().value(),
                Brief.of(scopes),
                holders > MOST_COUNTED
                        ? clerk.words().text("admin.role.users.more", MOST_COUNTED)
                        : String.valueOf(holders));
    }
}
