package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.client.WrongClientMetadata;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The registered clients. Every change counts the configuration's position up.
public final class ClientStore {

    private static final String INSERT = """
        INSERT INTO client
            (client_id, grant_types, scopes, secret_hash, created_at, name, redirect_uris, post_logout_redirect_uris,
             requires_pkce, asks_consent, metadata)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String INSERT_API = """
        INSERT INTO client_api (client_id, audience) VALUES (?, ?)""";

    private static final String FIND = """
        SELECT client_id, grant_types, scopes, secret_hash, created_at, name, redirect_uris,
               post_logout_redirect_uris, requires_pkce, asks_consent, metadata
          FROM client WHERE client_id = ?""";

    private static final String FIND_APIS = """
        SELECT client_id, audience FROM client_api WHERE client_id = ?""";

    private static final String LIST = """
        SELECT client_id, grant_types, scopes, secret_hash, created_at, name, redirect_uris,
               post_logout_redirect_uris, requires_pkce, asks_consent, metadata
          FROM client ORDER BY client_id""";

    private static final String LIST_APIS = """
        SELECT client_id, audience FROM client_api""";

    private static final String DELETE = """
        DELETE FROM client WHERE client_id = ?""";

    private record ClientApi(ClientId client, Audience audience) {

        static ClientApi from(Row row) {
            return new ClientApi(new ClientId(row.text("client_id")), new Audience(row.text("audience")));
        }
    }

    private final RevisionStore revisions = new RevisionStore();

    /// Its APIs must be registered.
    ///
    /// @return false if the identifier is taken
    public boolean insert(Transaction tx, Client client) {
        int inserted = tx.execute(
                INSERT,
                client.id().value(),
                Stored.names(client.grants().stream().map(GrantType::wireName).toList()),
                client.scopes().toString(),
                client.secretHash().map(SecretHash::value),
                client.createdAt(),
                client.redirection().name(),
                Stored.names(client.redirection().uris()),
                Stored.names(client.redirection().afterLogout()),
                client.redirection().requiresPkce(),
                client.redirection().asksConsent(),
                client.metadata().toJson());
        if (inserted == 0) return false;

        for (Audience api : client.apis()) tx.execute(INSERT_API, client.id().value(), api.value());
        revisions.bumpConfiguration(tx);
        return true;
    }

    public Optional<Client> find(Transaction tx, ClientId id) {
        var apis = byClient(tx.list(FIND_APIS, ClientApi::from, id.value()));
        return tx.find(FIND, row -> from(row, apis), id.value());
    }

    public List<Client> list(Transaction tx) {
        var apis = byClient(tx.list(LIST_APIS, ClientApi::from));
        return tx.list(LIST, row -> from(row, apis));
    }

    /// Its grants remain, and are to be revoked.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, ClientId id) {
        int deleted = tx.execute(DELETE, id.value());
        if (deleted > 0) revisions.bumpConfiguration(tx);
        return deleted > 0;
    }

    private static Map<ClientId, Set<Audience>> byClient(List<ClientApi> all) {
        return all.stream()
                .collect(Collectors.groupingBy(
                        ClientApi::client, Collectors.mapping(ClientApi::audience, Collectors.toSet())));
    }

    private static List<RedirectUri> redirectUris(String text) {
        return Stored.names(text).stream().map(RedirectUri::new).toList();
    }

    private static ClientMetadata metadata(String json) {
        return switch (ClientMetadata.parse(Stored.object(json))) {
            case ClientMetadata metadata -> metadata;
            case WrongClientMetadata(var problems) -> throw new StoreException("stored client metadata: " + problems);
        };
    }

    private static Client from(Row row, Map<ClientId, Set<Audience>> apis) {
        ClientId id = new ClientId(row.text("client_id"));
        Set<GrantType> grants = new HashSet<>();
        for (String name : Stored.names(row.text("grant_types"))) {
            grants.add(GrantType.named(name).orElseThrow(() -> new StoreException("no grant type " + name)));
        }
        return new Client(
                id,
                grants,
                apis.getOrDefault(id, Set.of()),
                Stored.scopes(row.text("scopes")),
                row.optionalText("secret_hash").map(SecretHash::new),
                new Redirection(
                        row.text("name"),
                        redirectUris(row.text("redirect_uris")),
                        redirectUris(row.text("post_logout_redirect_uris")),
                        row.flag("requires_pkce"),
                        row.flag("asks_consent")),
                metadata(row.text("metadata")),
                row.instant("created_at"));
    }
}
