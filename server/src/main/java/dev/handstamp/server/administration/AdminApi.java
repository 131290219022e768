package dev.handstamp.server.administration;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DirectoryStore;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The server's own API among all others, so that tokens for it are asked for, given and taken back like any.
public final class AdminApi {

    private static final Administrator SERVER = new Administrator(Author.SERVER, "", "", "");

    private final Database database;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Journal journal = new Journal(SERVER);
    private final ApiStore apis = new ApiStore();
    private final RoleStore roles = new RoleStore();
    private final ClientStore clients = new ClientStore();
    private final DirectoryStore directories = new DirectoryStore();

    public AdminApi(Database database, Secrets secrets, InstantSource clock) {
        this.database = database;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// Registers the API where it is not registered, with the scopes that this version knows, and the role
    /// `administrator` that has them all. A role of that name which somebody else has made is left as it is: its
    /// holders were never meant to administer this server.
    public void register(String issuer) {
        Audience audience = AdminScope.audience(issuer);
        if (database.read(tx -> isRegistered(tx, audience))) return;
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            if (isRegistered(tx, audience)) return audience;
            Optional<Api> renamed = directories
                    .administration(tx)
                    .filter(before -> !before.equals(audience))
                    .flatMap(before -> apis.find(tx, before));
            if (renamed.isPresent()) rename(tx, renamed.get(), audience, now);
            Scopes added = putApi(tx, audience, now);
            directories.setAdministration(tx, audience);
            putRole(tx, audience, added, now);
            return audience;
        });
    }

    private boolean isRegistered(Transaction tx, Audience audience) {
        return directories.administration(tx).equals(Optional.of(audience))
                && apis.find(tx, audience)
                        .filter(api -> api.scopes().equals(AdminScope.ALL))
                        .isPresent();
    }

    /// The issuer has another name than before, and so has its API: whoever could administer still can. Tokens of the
    /// old name are nobody's any more.
    private void rename(Transaction tx, Api api, Audience audience, Instant now) {
        Audience before = api.audience();
        apis.insert(
                tx,
                new Api(
                        audience,
                        api.scopes(),
                        api.algorithm(),
                        api.tokenLifetime(),
                        api.claims(),
                        api.secretHash(),
                        api.statusList(),
                        false,
                        api.requiredLevel(),
                        now,
                        api.words()));
        for (Role role : roles.list(tx)) {
            Scopes carried = role.scopesAt(before);
            if (!carried.isEmpty())
                roles.put(tx, role.withScopesAt(audience, carried).withScopesAt(before, Scopes.NONE));
        }
        for (Client client : clients.list(tx)) {
            if (!client.apis().contains(before)) continue;
            Set<Audience> after = new HashSet<>(client.apis());
            after.remove(before);
            after.add(audience);
            clients.configure(tx, client.withApis(after));
        }
        apis.delete(tx, before);
        Map<String, String> details = Map.of("renamed_from", before.value());
        journal.note(tx, AuditEvent.Type.API_CHANGED, audience.value(), details, now);
    }

    /// @return the scopes that it did not have before
    private Scopes putApi(Transaction tx, Audience audience, Instant now) {
        Optional<Api> before = apis.find(tx, audience);
        Map<String, String> details = Map.of("scope", AdminScope.ALL.toString());
        if (before.isEmpty()) {
            apis.insert(
                    tx,
                    new Api(
                            audience,
                            AdminScope.ALL,
                            Algorithm.RS256,
                            Api.DEFAULT_TOKEN_LIFETIME,
                            List.of(),
                            secrets.clientSecret().hash(),
                            false,
                            false,
                            Optional.empty(),
                            now,
                            Descriptions.NONE)); // The pages have words for them in every language.
            journal.note(tx, AuditEvent.Type.API_CREATED, audience.value(), details, now);
            return AdminScope.ALL;
        }
        Api api = before.get();
        apis.update(
                tx,
                new Api(
                        audience,
                        AdminScope.ALL,
                        api.algorithm(),
                        api.tokenLifetime(),
                        api.claims(),
                        api.secretHash(),
                        api.statusList(),
                        false,
                        api.requiredLevel(),
                        api.createdAt(),
                        api.words()));
        journal.note(tx, AuditEvent.Type.API_CHANGED, audience.value(), details, now);
        return AdminScope.ALL.minus(api.scopes());
    }

    private void putRole(Transaction tx, Audience audience, Scopes added, Instant now) {
        if (added.isEmpty()) return;
        RoleName name = new RoleName(AdminScope.ROLE);
        Optional<Role> before = roles.find(tx, name);
        boolean isOurs = before.isPresent() && !before.get().scopesAt(audience).isEmpty();
        boolean isNew = added.equals(AdminScope.ALL);
        if (before.isPresent() && !isOurs) {
            Log.warn(
                    "a role administrator was there before: it does not administer this server unless you say so",
                    "say",
                    "handstamp role add administrator --api " + audience + " --scope …");
            return;
        }
        if (before.isEmpty() && !isNew) return; // Somebody has deleted it.
        Role after = before.map(role ->
                        role.withScopesAt(audience, role.scopesAt(audience).union(added)))
                .orElseGet(() -> new Role(name, Map.of(audience, added)));
        roles.put(tx, after);
        AuditEvent.Type type = before.isEmpty() ? AuditEvent.Type.ROLE_CREATED : AuditEvent.Type.ROLE_CHANGED;
        Map<String, String> details =
                Map.of(audience.value(), after.scopesAt(audience).toString());
        journal.note(tx, type, name.value(), details, now);
    }
}
