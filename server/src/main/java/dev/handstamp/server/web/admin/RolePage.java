package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.Roles;
import dev.handstamp.server.administration.SetChange;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One role with its scopes at each API, or a new one.
public final class RolePage implements Entrance.Room {

    static final String ADD = "add";
    static final String SCOPES = "scopes";
    static final String GIVE = "give";
    static final String DELETE = "delete";

    private static final String NEW = "/admin/roles/new";
    private static final List<String> FIELDS = List.of("apis", "scopes");
    private static final int LINES = 8;

    /// What the role carries at an API.
    ///
    /// @param form   what tells its field from those of the others
    /// @param fields the scopes, one a line, as they were typed just now or are stored
    /// @param known  all that the API has
    public record Carried(String audience, String form, Fields fields, String known, UserPage.Button set) {}

    /// What the page shows.
    ///
    /// @param name empty for a new one
    public record View(
            Head head,
            String path,
            String name,
            long users,
            Fields fields,
            Part<Carried> carried,
            String add,
            String give,
            String delete) {}

    private final Live live;

    public RolePage(Live live) {
        this.live = live;
    }

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attempt(this::act, RolePage::show);
    }

    private Response act(Clerk clerk) {
        Roles roles = clerk.desk().roles();
        return switch (clerk.action()) {
            case ADD -> {
                Role role = roles.create(clerk.parameter("role").strip());
                yield clerk.done(
                        AdminPlace.ROLES.path() + "/" + Reference.of(role.name().value()), Clerk.Done.ADDED);
            }
            case SCOPES -> carry(clerk, clerk.target(), SetChange.to(scopes(clerk)));
            case GIVE -> {
                List<String> scopes = scopes(clerk);
                if (scopes.isEmpty()) throw Refused.about("scope", "admin.role.give.none");
                // What the role carries there already is not shown here: it stays.
                SetChange more = new SetChange(Optional.empty(), scopes, List.of());
                yield carry(clerk, clerk.parameter("apis").strip(), more);
            }
            case DELETE -> {
                refuseOwn(clerk, roles.find(clerk.named()), Optional.empty());
                roles.delete(clerk.named());
                yield clerk.done(AdminPlace.ROLES.path(), Clerk.Done.DELETED);
            }
            default -> throw new Refused("admin.choose");
        };
    }

    private static List<String> scopes(Clerk clerk) {
        return Fields.words(clerk.parameter("scopes"));
    }

    private Response carry(Clerk clerk, String api, SetChange change) {
        Roles roles = clerk.desk().roles();
        refuseOwn(clerk, roles.find(clerk.named()), Optional.of(api));
        roles.update(clerk.named(), api, change);
        return clerk.done(clerk.path(), Clerk.Done.SAVED);
    }

    /// Who would then let the administrator in again?
    ///
    /// @param api the one at which it is changed; empty: it is deleted
    private void refuseOwn(Clerk clerk, Role role, Optional<String> api) {
        Optional<Audience> own = live.current().directory().administration();
        boolean administers = clerk.visitor().user().roles().contains(role.name())
                && own.filter(audience -> !role.scopesAt(audience).isEmpty()).isPresent();
        boolean concernsOwn = api.isEmpty() || own.map(Audience::value).equals(api);
        if (administers && concernsOwn) throw Refused.about(api.isEmpty() ? "" : "scope", "admin.role.own");
    }

    private static Response show(Clerk clerk) {
        if (clerk.path().equals(NEW)) {
            View view = new View(
                    clerk.head(),
                    NEW,
                    "",
                    0,
                    Fields.of(clerk, Fields.sent(clerk, List.of("role"))),
                    Part.first(List.of(), LINES),
                    clerk.form(ADD),
                    "",
                    "");
            return clerk.page("admin/Role", clerk.words().text("admin.role.new"), view);
        }
        try {
            return show(clerk, clerk.desk().roles().find(clerk.named()));
        } catch (Refused _) {
            return clerk.missing();
        }
    }

    private static Response show(Clerk clerk, Role role) {
        List<Api> apis = clerk.desk().apis().list().stream()
                .filter(api -> !role.scopesAt(api.audience()).isEmpty())
                .toList();
        View view = new View(
                clerk.head(),
                clerk.path(),
                role.name().value(),
                clerk.desk().roles().holders(role),
                clerk.action().equals(GIVE) ? Fields.of(clerk, Fields.sent(clerk, FIELDS)) : Fields.NONE,
                part(clerk, apis).map(api -> carried(clerk, role, api, apis.indexOf(api))),
                "",
                clerk.form(GIVE),
                clerk.form(DELETE));
        return clerk.page("admin/Role", role.name().value(), view);
    }

    /// What the visit asks for; if scopes were sent, the part where those stand.
    private static Part<Api> part(Clerk clerk, List<Api> apis) {
        if (!clerk.action().equals(SCOPES)) return Part.of(apis, clerk.visit(), "page", LINES);
        List<String> audiences =
                apis.stream().map(api -> api.audience().value()).toList();
        return Part.around(audiences.indexOf(clerk.target()), apis, "page", LINES);
    }

    private static Carried carried(Clerk clerk, Role role, Api api, int index) {
        String audience = api.audience().value();
        boolean isTyped = clerk.action().equals(SCOPES) && clerk.target().equals(audience);
        String scopes = isTyped
                ? clerk.parameter("scopes")
                : String.join("\n", role.scopesAt(api.audience()).tokens());
        Map<String, String> values = Map.of("scopes", scopes);
        return new Carried(
                audience,
                "at-" + index + "-",
                isTyped ? Fields.of(clerk, values) : new Fields(values, Map.of()),
                String.join(", ", api.scopes().tokens()),
                new UserPage.Button(audience, clerk.form(SCOPES, audience)));
    }
}
