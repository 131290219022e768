package dev.handstamp.server.store;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientOrigin;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.client.WrongClientMetadata;
import dev.handstamp.server.domain.session.AssuranceLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The registered clients. Every change counts the configuration's position up.
public final class ClientStore {

    private static final String INSERT = """
        INSERT INTO client
            (client_id, grant_types, scopes, secret_hash, created_at, name, redirect_uris, post_logout_redirect_uris,
             requires_pkce, asks_consent, metadata, origin, registration_token_hash, fresh_until, invited_scopes,
             required_acr, registers_users, remembers_devices)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String UPDATE = """
        UPDATE client
           SET grant_types = ?, scopes = ?, secret_hash = ?, name = ?, redirect_uris = ?,
               post_logout_redirect_uris = ?, requires_pkce = ?, metadata = ?
         WHERE client_id = ?""";

    private static final String CONFIGURE = """
        UPDATE client
           SET asks_consent = ?, required_acr = ?, registers_users = ?, remembers_devices = ?
         WHERE client_id = ?""";

    private static final String DELETE_APIS = """
        DELETE FROM client_api WHERE client_id = ?""";

    private static final String FIND_TOKEN = """
        SELECT registration_token_hash FROM client WHERE client_id = ?""";

    private static final String FIND_FRESHNESS = """
        SELECT fresh_until FROM client WHERE client_id = ?""";

    private static final String PUT_FRESHNESS = """
        UPDATE client SET fresh_until = ? WHERE client_id = ?""";

    // By the day: a client that is used all the time is written once.
    private static final String NOTE_USE = """
        UPDATE client SET used_at = ?
         WHERE client_id = ? AND origin <> 'administered' AND (used_at IS NULL OR used_at < ?)""";

    private static final String COUNT_UNUSED = """
        SELECT COUNT(*) AS unused FROM client WHERE origin = ? AND used_at IS NULL""";

    // A client that may ask in its own name leaves no trace, and was invited: it stays.
    private static final String LIST_UNUSED = """
        SELECT client_id FROM client
         WHERE origin = ? AND used_at IS NULL AND created_at < ? AND grant_types NOT LIKE '%client_credentials%'
         ORDER BY created_at LIMIT ?""";

    private static final String LIST_IDLE = """
        SELECT client_id FROM client
         WHERE origin = ? AND used_at < ?
           AND NOT EXISTS (SELECT 1 FROM user_grant WHERE user_grant.client_id = client.client_id)
         ORDER BY used_at LIMIT ?""";

    private static final String INSERT_API = """
        INSERT INTO client_api (client_id, audience) VALUES (?, ?)""";

    private static final String FIND = """
        SELECT client_id, grant_types, scopes, secret_hash, created_at, name, redirect_uris,
               post_logout_redirect_uris, requires_pkce, asks_consent, metadata, origin, invited_scopes,
               required_acr, registers_users, remembers_devices
          FROM client WHERE client_id = ?""";

    private static final String FIND_APIS = """
        SELECT client_id, audience FROM client_api WHERE client_id = ?""";

    private static final String LIST = """
        SELECT client_id, grant_types, scopes, secret_hash, created_at, name, redirect_uris,
               post_logout_redirect_uris, requires_pkce, asks_consent, metadata, origin, invited_scopes,
               required_acr, registers_users, remembers_devices
          FROM client ORDER BY client_id""";

    private static final String LIST_APIS = """
        SELECT client_id, audience FROM client_api""";

    private static final String LIST_SIGNED = """
        SELECT client_id, metadata FROM client WHERE metadata LIKE '%_signed_response_alg%'""";

    private static final String DELETE = """
        DELETE FROM client WHERE client_id = ?""";

    private record ClientApi(ClientId client, Audience audience) {

        static ClientApi from(Row row) {
            return new ClientApi(new ClientId(row.text("client_id")), new Audience(row.text("audience")));
        }
    }

    private final RevisionStore revisions = new RevisionStore();
    private final BrandStore brands = new BrandStore();
    private final ConfiguredStore configured = new ConfiguredStore();

    /// Its APIs must be registered.
    ///
    /// @return false if the identifier is taken
    public boolean insert(Transaction tx, Client client) {
        return insert(tx, client, Optional.empty(), Optional.empty());
    }

    /// Registers a client that looks after itself.
    ///
    /// @param registrationToken what it does so with (RFC 7592 §3)
    /// @param freshUntil        when its document has to be read again
    /// @return false if the identifier is taken
    public boolean insert(
            Transaction tx, Client client, Optional<SecretHash> registrationToken, Optional<Instant> freshUntil) {
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
                client.metadata().toJson(),
                client.origin().wireName(),
                registrationToken.map(SecretHash::value),
                freshUntil,
                client.invited().toString(),
                client.policy().requiredLevel().map(AssuranceLevel::wireName),
                client.policy().registersUsers(),
                client.policy().remembersDevices());
        if (inserted == 0) return false;

        for (Audience api : client.apis()) tx.execute(INSERT_API, client.id().value(), api.value());
        revisions.bumpConfiguration(tx);
        return true;
    }

    /// Changes whatever an administrator says of a client, its APIs too. Those must be registered.
    ///
    /// @return false if there is none
    public boolean configure(Transaction tx, Client client) {
        if (!update(tx, client)) return false;
        ClientPolicy policy = client.policy();
        tx.execute(
                CONFIGURE,
                client.redirection().asksConsent(),
                policy.requiredLevel().map(AssuranceLevel::wireName),
                policy.registersUsers(),
                policy.remembersDevices(),
                client.id().value());
        tx.execute(DELETE_APIS, client.id().value());
        for (Audience api : client.apis()) tx.execute(INSERT_API, client.id().value(), api.value());
        return true;
    }

    /// Changes what a client has said of itself; its APIs, what it was invited for, what is asked of its users and its
    /// origin stay.
    ///
    /// @return false if there is none
    public boolean update(Transaction tx, Client client) {
        int updated = tx.execute(
                UPDATE,
                Stored.names(client.grants().stream().map(GrantType::wireName).toList()),
                client.scopes().toString(),
                client.secretHash().map(SecretHash::value),
                client.redirection().name(),
                Stored.names(client.redirection().uris()),
                Stored.names(client.redirection().afterLogout()),
                client.redirection().requiresPkce(),
                client.metadata().toJson(),
                client.id().value());
        if (updated > 0) revisions.bumpConfiguration(tx);
        return updated > 0;
    }

    /// Whether this is what a client looks after its registration with.
    public boolean isRegistrationToken(Transaction tx, ClientId id, Secret presented) {
        return tx.find(FIND_TOKEN, row -> row.optionalText("registration_token_hash"), id.value())
                .flatMap(found -> found)
                .filter(hash -> new SecretHash(hash).matches(presented))
                .isPresent();
    }

    /// When the document of a client has to be read again.
    public Optional<Instant> freshUntil(Transaction tx, ClientId id) {
        return tx.find(FIND_FRESHNESS, row -> row.optionalInstant("fresh_until"), id.value())
                .flatMap(found -> found);
    }

    /// The document says what it said before. No server needs to hear of it.
    public void keepFresh(Transaction tx, ClientId id, Instant until) {
        tx.execute(PUT_FRESHNESS, until, id.value());
    }

    /// Remembers that a user has let this client in, if nobody but itself vouches for it.
    void noteUse(Transaction tx, ClientId id, Instant now) {
        tx.execute(NOTE_USE, now, id.value(), now.minus(Duration.ofDays(1)));
    }

    /// How many clients of this origin no user has ever let in.
    public long countUnused(Transaction tx, ClientOrigin origin) {
        return tx.list(COUNT_UNUSED, row -> row.number("unused"), origin.wireName())
                .getFirst();
    }

    /// Clients of this origin that came before this time and that no user has ever let in, the oldest first.
    public List<ClientId> unused(Transaction tx, ClientOrigin origin, Instant before, int most) {
        return tx.list(LIST_UNUSED, ClientStore::id, origin.wireName(), before, most);
    }

    /// Clients of this origin that no user has let in since, and that have nothing left of what users gave them.
    public List<ClientId> idle(Transaction tx, ClientOrigin origin, Instant since, int most) {
        return tx.list(LIST_IDLE, ClientStore::id, origin.wireName(), since, most);
    }

    private static ClientId id(Row row) {
        return new ClientId(row.text("client_id"));
    }

    public Optional<Client> find(Transaction tx, ClientId id) {
        var apis = byClient(tx.list(FIND_APIS, ClientApi::from, id.value()));
        return tx.find(FIND, row -> from(row, apis), id.value());
    }

    /// The client if there is one and it can be read.
    public Optional<Client> findReadable(Transaction tx, ClientId id) {
        var apis = byClient(tx.list(FIND_APIS, ClientApi::from, id.value()));
        return tx.find(FIND, row -> readable(row, () -> from(row, apis)), id.value())
                .flatMap(found -> found);
    }

    /// The clients that can be read. One that cannot is logged and left out: it must not take the others along.
    public List<Client> list(Transaction tx) {
        var apis = byClient(tx.list(LIST_APIS, ClientApi::from));
        return tx.list(LIST, row -> readable(row, () -> from(row, apis))).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static <T> Optional<T> readable(Row row, Supplier<T> reading) {
        return Stored.readable("client", row.text("client_id"), reading);
    }

    /// Whether there is such a client, readable or not.
    public boolean exists(Transaction tx, ClientId id) {
        return tx.find(FIND_TOKEN, row -> row.optionalText("registration_token_hash"), id.value())
                .isPresent();
    }

    /// The APIs that a client may ask for.
    public Set<Audience> apis(Transaction tx, ClientId id) {
        return Set.copyOf(tx.list(FIND_APIS, row -> ClientApi.from(row).audience(), id.value()));
    }

    /// What the clients want their answers signed with.
    public Set<Algorithm> answerSignatures(Transaction tx) {
        Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        List<Optional<ClientMetadata>> all =
                tx.list(LIST_SIGNED, row -> readable(row, () -> metadata(row.text("metadata"))));
        for (ClientMetadata metadata : all.stream().flatMap(Optional::stream).toList()) {
            for (ClientMember member : ClientMember.ANSWER_SIGNATURES) {
                metadata.algorithm(member).ifPresent(algorithms::add);
            }
        }
        return algorithms;
    }

    /// Its grants remain, and are to be revoked.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, ClientId id) {
        int deleted = tx.execute(DELETE, id.value());
        brands.delete(tx, Optional.of(id));
        configured.forget(tx, "client", id.value());
        configured.forgetRulesThatAreGone(tx);
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

    private static ClientOrigin origin(String name) {
        return Arrays.stream(ClientOrigin.values())
                .filter(origin -> origin.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> new StoreException("no origin " + name));
    }

    private static ClientMetadata metadata(String json) {
        return switch (ClientMetadata.parse(Stored.object(json))) {
            case ClientMetadata metadata -> metadata;
            case WrongClientMetadata(var faults) -> throw new StoreException("stored client metadata: " + faults);
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
                row.instant("created_at"),
                origin(row.text("origin")),
                Stored.scopes(row.text("invited_scopes")),
                new ClientPolicy(
                        row.optionalText("required_acr").map(ApiStore::level),
                        row.flag("registers_users"),
                        row.flag("remembers_devices")));
    }
}
