package dev.handstamp.server.store;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.Trust;
import dev.handstamp.server.domain.user.Role;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The whole configuration of clients, APIs and roles at once.
public final class DirectoryStore {

    private final RevisionStore revisions = new RevisionStore();
    private final ClientStore clients = new ClientStore();
    private final ApiStore apis = new ApiStore();
    private final RoleStore roles = new RoleStore();
    private final AssertionIssuerStore issuers = new AssertionIssuerStore();
    private final ExchangeRuleStore exchanges = new ExchangeRuleStore();

    /// The directory, at the configuration's position. To be read in one [Database#read(Function)].
    public Directory load(Transaction tx) {
        Trust trust = new Trust(exchanges.list(tx), issuers.list(tx));
        return new Directory(
                        revisions.position(tx).configurationPosition(),
                        clients.list(tx).stream().collect(Collectors.toMap(Client::id, Function.identity())),
                        apis.list(tx).stream().collect(Collectors.toMap(Api::audience, Function.identity())),
                        roles.list(tx).stream().collect(Collectors.toMap(Role::name, Function.identity())))
                .withTrust(trust);
    }
}
