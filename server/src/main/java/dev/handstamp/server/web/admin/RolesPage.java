package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.http.Response;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The roles, what they carry, and how many users have each.
public final class RolesPage implements Entrance.Room {

    /// One role.
    ///
    /// @param scopes at each API
    public record Line(String reference, String name, List<String> scopes, long users) {}

    /// What the page shows.
    public record View(Head head, List<Line> roles) {}

    @Override
    public Response handle(Clerk clerk) {
        Map<RoleName, Long> holders = clerk.desk().roles().holders();
        List<Line> lines = clerk.desk().roles().list().stream()
                .map(role -> line(role, holders))
                .toList();
        return clerk.page("admin/Roles", clerk.words().text("admin.roles.title"), new View(clerk.head(), lines));
    }

    private static Line line(Role role, Map<RoleName, Long> holders) {
        List<String> scopes = role.scopes().keySet().stream()
                .sorted()
                .map(api -> api.value() + ": "
                        + role.scopesAt(api).tokens().stream().collect(Collectors.joining(", ")))
                .toList();
        return new Line(
                Reference.of(role.name().value()), role.name().value(), scopes, holders.getOrDefault(role.name(), 0L));
    }
}
