package dev.handstamp.cli;

import dev.handstamp.server.administration.SetChange;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp role`: what users may do at each API.
@Command(
        name = "role",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Roles: the scopes that users have at each API.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp role add vip --api https://api.example/orders --scope orders:write",
            "  handstamp user change vera --add-role vip"
        })
final class RoleCommand {

    @Command(
            name = "add",
            description = "Makes a role, or gives more scopes at an API to one that exists.",
            footerHeading = "%nExample:%n",
            footer = "  handstamp role add vip --api https://api.example/orders --scope orders:write")
    int add(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "ROLE") String name,
            @Option(names = "--api", paramLabel = "URL", description = "The API that the scopes are of.") @Nullable
                    String api,
            @Option(names = "--scope", paramLabel = "SCOPE", description = "A scope at that API; may be repeated.")
                    @Nullable
                    List<String> scopes) {
        return store.with(office -> {
            Role role = office.roles().add(name, Optional.ofNullable(api), Given.list(scopes));
            return printed.one(object(role), shown(role));
        });
    }

    @Command(
            name = "update",
            description = {
                "Changes what a role carries at an API.",
                "Tokens of its holders are refused at once where it carries less."
            },
            footerHeading = "%nExample:%n",
            footer = "  handstamp role update vip --api https://api.example/orders --scope orders:read")
    int update(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "ROLE") String name,
            @Option(
                            names = "--api",
                            required = true,
                            paramLabel = "URL",
                            description = "The API that the scopes are of.")
                    String api,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            description =
                                    "A scope from now on, in place of all that it carried there; may be repeated.")
                    @Nullable
                    List<String> scopes,
            @Option(names = "--add-scope", paramLabel = "SCOPE", description = "One scope more; may be repeated.")
                    @Nullable
                    List<String> more,
            @Option(names = "--remove-scope", paramLabel = "SCOPE", description = "One scope less; may be repeated.")
                    @Nullable
                    List<String> less) {
        SetChange change = Given.change(scopes, more, less);
        if (change.isNone()) throw new WrongUsage("nothing to change: say what is to be different");
        return store.with(office -> {
            Role role = office.roles().update(name, api, change);
            return printed.one(object(role), shown(role));
        });
    }

    @Command(name = "list", description = "Lists the roles, and how many users have each.")
    int list(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            List<Role> roles = office.roles().list();
            Map<RoleName, Long> holders = office.roles().holders(roles, Long.MAX_VALUE);
            return printed.many(
                    roles.stream().map(role -> counted(role, holders)).toList(),
                    List.of("ROLE", "USERS", "SCOPES"),
                    roles.stream()
                            .map(role ->
                                    List.of(role.name().value(), String.valueOf(users(role, holders)), scopes(role)))
                            .toList(),
                    "No roles yet: handstamp role add ROLE --api URL --scope SCOPE");
        });
    }

    @Command(
            name = "delete",
            description = {
                "Deletes a role and takes it from everybody who has it; with --api only its scopes there, "
                        + "and with --scope only those.",
                "Tokens of its holders are refused at once."
            })
    int delete(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "ROLE") String name,
            @Option(names = "--api", paramLabel = "URL", description = "Takes away only scopes at this API.") @Nullable
                    String api,
            @Option(names = "--scope", paramLabel = "SCOPE", description = "Takes away only this; may be repeated.")
                    @Nullable
                    List<String> scopes) {
        if (api == null && scopes != null) throw new WrongUsage("scopes belong to an API: say which with --api");
        return store.with(office -> {
            if (api != null) {
                Role narrowed = office.roles().narrow(name, api, Given.list(scopes));
                return printed.one(object(narrowed), shown(narrowed));
            }
            Role deleted = office.roles().delete(name);
            return printed.done(object(deleted), "Deleted the role " + deleted.name() + ".");
        });
    }

    private static Map<String, Object> counted(Role role, Map<RoleName, Long> holders) {
        Map<String, Object> object = object(role);
        object.put("users", users(role, holders));
        return object;
    }

    private static long users(Role role, Map<RoleName, Long> holders) {
        return holders.getOrDefault(role.name(), 0L);
    }

    private static Map<String, Object> object(Role role) {
        Map<String, String> scopes = new TreeMap<>();
        role.scopes().forEach((audience, each) -> scopes.put(audience.value(), each.toString()));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("role", role.name().value());
        object.put("scopes", scopes);
        return object;
    }

    private static Map<String, String> shown(Role role) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("role", role.name().value());
        shown.put("scopes", scopes(role));
        return shown;
    }

    private static String scopes(Role role) {
        String scopes = new TreeMap<Audience, Object>(role.scopes())
                .entrySet().stream()
                        .map(each -> each.getValue() + " at " + each.getKey())
                        .collect(Collectors.joining("; "));
        return scopes.isEmpty() ? "none" : scopes;
    }
}
