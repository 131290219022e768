package dev.handstamp.cli;

import dev.handstamp.server.domain.grant.Grant;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp grant`: what users have allowed.
@Command(
        name = "grant",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Grants: what users have allowed clients, and taking it back.",
        footerHeading = "%nExamples:%n",
        footer = {"  handstamp grant list vera", "  handstamp grant revoke vera --client shop"})
final class GrantCommand {

    @Command(name = "list", description = "Lists what a user has allowed, as far as it still counts; the newest first.")
    int list(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "USER") String user) {
        return store.with(office -> {
            List<Grant> grants = office.grants().list(user);
            Instant now = office.now();
            return printed.many(
                    grants.stream().map(GrantCommand::object).toList(),
                    List.of("GRANT", "CLIENT", "API", "SCOPE", "SINCE", "ENDS"),
                    grants.stream().map(grant -> row(grant, now)).toList(),
                    "Nothing is allowed.");
        });
    }

    @Command(
            name = "revoke",
            description =
                    "Revokes a grant, or all that a client has of a user: refresh tokens and tokens are refused at once.")
    int revoke(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "GRANT", arity = "0..1", description = "The grant's identifier.") @Nullable
                    String id,
            @Option(
                            names = "--client",
                            paramLabel = "CLIENT",
                            description = "All that this client has; the user is asked for consent again.")
                    @Nullable
                    String client) {
        if ((id == null) == (client == null)) throw new WrongUsage("name either a grant or --client CLIENT");
        return store.with(office -> {
            int revoked = client != null
                    ? office.grants().revokeAll(user, client)
                    : office.grants().revoke(user, id == null ? "" : id) ? 1 : 0;
            String sentence = revoked == 1 ? "Revoked 1 grant." : "Revoked " + revoked + " grants.";
            return printed.done(Map.of("revoked", revoked), sentence);
        });
    }

    private static Map<String, Object> object(Grant grant) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("grant_id", grant.id().value());
        object.put("client_id", grant.client().value());
        object.put("audience", grant.audience().value());
        object.put("scope", grant.scopes().toString());
        object.put("sid", grant.session().value());
        object.put("created_at", Shown.utc(grant.createdAt()));
        object.put("expires_at", Shown.utc(grant.expiresAt()));
        return object;
    }

    private static List<String> row(Grant grant, Instant now) {
        return List.of(
                grant.id().value(),
                grant.client().value(),
                grant.audience().value(),
                Shown.orDash(grant.scopes().toString()),
                Shown.instant(grant.createdAt(), now),
                Shown.instant(grant.expiresAt(), now));
    }
}
