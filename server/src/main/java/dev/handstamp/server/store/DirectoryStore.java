package dev.handstamp.server.store;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.Trust;
import dev.handstamp.server.domain.user.Role;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The whole configuration of clients, APIs and roles at once.
public final class DirectoryStore {

    private static final String ADMINISTRATION = "administration";

    private static final String FIND_SETTING = """
        SELECT value FROM setting WHERE name = ?""";

    private static final String PUT_SETTING = """
        INSERT INTO setting (name, value) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value""";

    private final RevisionStore revisions = new RevisionStore();
    private final ClientStore clients = new ClientStore();
    private final ApiStore apis = new ApiStore();
    private final RoleStore roles = new RoleStore();
    private final AssertionIssuerStore issuers = new AssertionIssuerStore();
    private final BrandStore brands = new BrandStore();
    private final ExchangeRuleStore exchanges = new ExchangeRuleStore();

    /// The directory, at the configuration's position. To be read in one [Database#read(Function)].
    public Directory load(Transaction tx) {
        Trust trust = new Trust(exchanges.list(tx), issuers.list(tx));
        return new Directory(
                        revisions.position(tx).configurationPosition(),
                        clients.list(tx).stream().collect(Collectors.toMap(Client::id, Function.identity())),
                        apis.list(tx).stream().collect(Collectors.toMap(Api::audience, Function.identity())),
                        roles.list(tx).stream().collect(Collectors.toMap(Role::name, Function.identity())))
                .withTrust(trust)
                .withAdministration(administration(tx))
                .withBrands(brands.list(tx));
    }

    /// As much of the directory as says who administers this server: its own API and the roles.
    public Directory loadRights(Transaction tx) {
        Optional<Audience> own = administration(tx);
        return new Directory(
                        revisions.position(tx).configurationPosition(),
                        Map.of(),
                        own.flatMap(audience -> apis.find(tx, audience)).stream()
                                .collect(Collectors.toMap(Api::audience, Function.identity())),
                        roles.list(tx).stream().collect(Collectors.toMap(Role::name, Function.identity())))
                .withAdministration(own);
    }

    /// The API that is this server's own.
    public Optional<Audience> administration(Transaction tx) {
        return tx.find(FIND_SETTING, row -> new Audience(row.text("value")), ADMINISTRATION);
    }

    /// Says which API is this server's own.
    public void setAdministration(Transaction tx, Audience audience) {
        tx.execute(PUT_SETTING, ADMINISTRATION, audience.value());
        revisions.bumpConfiguration(tx);
    }
}
