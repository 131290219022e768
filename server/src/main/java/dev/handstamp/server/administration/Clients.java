package dev.handstamp.server.administration;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.SharedSecret;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientAuthenticationMethod;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientRules;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.client.WrongClientMetadata;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.signal.SignalScopes;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.issuance.ClientDeletion;
import dev.handstamp.server.issuance.ClientSecrets;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The registered clients (RFC 6749 §2).
public final class Clients {

    public static final int SHORTEST_SECRET = 32;

    private static final int LONGEST_SECRET = 256;

    private static final Scopes IDENTITY = Scopes.of(Arrays.stream(IdentityScope.values())
                    .map(IdentityScope::wireName)
                    .toList())
            .orElseThrow();

    /// A client to be.
    ///
    /// @param secret   empty: one is made
    /// @param isPublic whether it has no secret at all, as an application in a browser or on a device
    /// @param metadata further members by their registered names (RFC 7591 §2), as JSON
    public record NewClient(
            String id,
            Collection<String> grants,
            Collection<String> apis,
            Collection<String> scopes,
            Optional<Secret> secret,
            boolean isPublic,
            NewRedirection redirection,
            Map<String, Object> metadata) {

        /// A confidential client that no user is sent to.
        public NewClient(
                String id,
                Collection<String> grants,
                Collection<String> apis,
                Collection<String> scopes,
                Optional<Secret> secret) {
            this(id, grants, apis, scopes, secret, false, NewRedirection.NONE, Map.of());
        }
    }

    /// How users are to be sent to a client and back.
    ///
    /// @param name empty: users see its identifier
    public record NewRedirection(
            String name,
            Collection<String> uris,
            Collection<String> afterLogout,
            boolean requiresPkce,
            boolean asksConsent) {

        public static final NewRedirection NONE = new NewRedirection("", List.of(), List.of(), true, true);
    }

    /// The client, and its secret for the only time; a public one has none.
    public record Added(Client client, Optional<Secret> secret) {}

    /// What was deleted.
    ///
    /// @param client what it was, if that could be read
    public record Deleted(ClientId id, Optional<Client> client) {}

    private final Database database;
    private final ClientSecrets clientSecrets;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Administrator administrator;
    private final Journal journal;
    private final ClientStore clients = new ClientStore();
    private final ApiStore apis = new ApiStore();
    private final UserStore users = new UserStore();
    private final ClientDeletion deletion = new ClientDeletion();

    /// @param encryption asked for when a client is added that signs with its secret
    public Clients(
            Database database,
            Supplier<KeyEncryption> encryption,
            Secrets secrets,
            InstantSource clock,
            Administrator administrator) {
        this.database = database;
        this.clientSecrets = new ClientSecrets(database, encryption);
        this.secrets = secrets;
        this.clock = clock;
        this.administrator = administrator;
        this.journal = new Journal(administrator);
    }

    public Added add(NewClient wanted) {
        ClientId id = Parsed.clientId(wanted.id());
        Set<GrantType> grantTypes = grantTypes(wanted.grants());
        Set<Audience> audiences = Parsed.audiences(wanted.apis());
        Scopes scopes = Parsed.scopes(wanted.scopes());
        Redirection redirection = redirection(wanted.redirection());
        Optional<Secret> secret = wanted.secret().map(Clients::strong);
        if (wanted.isPublic() && secret.isPresent()) throw new Refused("a public client has no secret");
        ClientMetadata metadata = metadata(wanted.metadata());
        boolean bySecret = !wanted.isPublic()
                && metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                        .flatMap(ClientAuthenticationMethod::named)
                        .map(ClientAuthenticationMethod::isBySecret)
                        .orElse(true);
        boolean signs = metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                .equals(Optional.of(ClientAuthenticationMethod.CLIENT_SECRET_JWT.wireName()));
        if (secret.isEmpty() && bySecret) {
            secret = Optional.of(signs ? secrets.signingSecret() : secrets.clientSecret());
        }
        Client client = new Client(
                id, grantTypes, audiences, scopes, secret.map(Secret::hash), redirection, metadata, clock.instant());
        refuseContradictions(client, wanted.isPublic());
        if (signs) secret.ifPresent(known -> refuseTooShort(known, metadata));
        return insert(client, secret);
    }

    private Added insert(Client client, Optional<Secret> secret) {
        ClientId id = client.id();
        Scopes scopes = client.scopes();
        Instant now = client.createdAt();
        boolean signsWithIt = client.authentication() == ClientAuthenticationMethod.CLIENT_SECRET_JWT;
        Optional<String> sealed = secret.filter(_ -> signsWithIt).map(known -> clientSecrets.seal(id, known));
        return database.inTransaction(tx -> {
            refuseUnknown(tx, client);
            if (users.find(tx, new Subject(id.value())).isPresent()) {
                throw new Refused("the client id " + id + " is the sub of a user: tokens would not tell them apart");
            }
            if (!clients.insert(tx, client)) throw new Refused("the client id " + id + " is taken");
            sealed.ifPresent(text -> clientSecrets.keep(tx, id, text));
            journal.note(tx, AuditEvent.Type.CLIENT_CREATED, id.value(), Map.of("scope", scopes.toString()), now);
            return new Added(client, secret);
        });
    }

    public List<Client> list() {
        return database.read(clients::list);
    }

    public Client find(String id) {
        return database.read(tx -> find(tx, id));
    }

    /// Deletes a client, even one whose registration cannot be read any more; its grants and tokens end with it.
    public Deleted delete(String id) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            ClientId client = parsed(id);
            if (!clients.exists(tx, client)) throw unknown(id);
            Deleted deleted = new Deleted(client, clients.findReadable(tx, client));
            deletion.delete(tx, client, administrator.event(AuditEvent.Type.CLIENT_DELETED, id, Map.of(), now), now);
            return deleted;
        });
    }

    private Client find(Transaction tx, String id) {
        return clients.find(tx, parsed(id)).orElseThrow(() -> unknown(id));
    }

    /// Of a client that a document describes, the identifier is an address.
    private static ClientId parsed(String id) {
        return id.contains("://") ? new ClientId(id) : Parsed.clientId(id);
    }

    private static Refused unknown(String id) {
        return new Refused("there is no client " + id);
    }

    private static void refuseContradictions(Client client, boolean isPublic) {
        ClientAuthenticationMethod method = client.authentication();
        Optional<String> problem = ClientRules.problemOf(client);
        if (problem.isPresent()) throw new Refused(problem.get());
        if (isPublic != (method == ClientAuthenticationMethod.NONE)) {
            throw new Refused("token_endpoint_auth_method is " + method.wireName() + ": a public client has none, and"
                    + " every other client one of its own");
        }
    }

    private static Redirection redirection(NewRedirection wanted) {
        return new Redirection(
                Parsed.name(wanted.name()),
                Parsed.redirectUris(wanted.uris()),
                Parsed.redirectUris(wanted.afterLogout()),
                wanted.requiresPkce(),
                wanted.asksConsent());
    }

    private static ClientMetadata metadata(Map<String, Object> wanted) {
        return switch (ClientMetadata.parse(wanted)) {
            case ClientMetadata metadata -> metadata;
            case WrongClientMetadata(var problems) -> throw new Refused(String.join("; ", problems));
        };
    }

    private void refuseUnknown(Transaction tx, Client client) {
        Scopes offered = client.asksUsers() ? IDENTITY : Scopes.NONE;
        Scopes always = client.mayUse(GrantType.CLIENT_CREDENTIALS) ? SignalScopes.ALL : Scopes.NONE;
        for (Audience audience : client.apis()) {
            Api api = apis.find(tx, audience).orElseThrow(() -> new Refused("there is no API " + audience));
            offered = offered.union(api.scopes());
        }
        for (String scope : client.scopes()) {
            if (offered.contains(scope) || always.contains(scope)) continue;
            String known = offered.isEmpty() ? "" : "; they have " + offered;
            throw new Refused("none of the client's APIs has the scope " + scope + known);
        }
    }

    private static Set<GrantType> grantTypes(Collection<String> names) {
        Set<GrantType> types = EnumSet.noneOf(GrantType.class);
        for (String name : names) {
            types.add(GrantType.called(name).orElseThrow(() -> Parsed.refused("grant type", name, allGrantTypes())));
        }
        if (types.isEmpty()) throw new Refused("a client needs a grant type: " + allGrantTypes());
        return types;
    }

    private static String allGrantTypes() {
        return Arrays.stream(GrantType.values()).map(GrantType::shortName).collect(Collectors.joining(", "));
    }

    /// A secret that someone chose. Its hash is a plain digest, so it has to be long.
    /// RFC 7518 §3.2: a secret is no shorter than the hash that it is used with.
    private static void refuseTooShort(Secret secret, ClientMetadata metadata) {
        Optional<Algorithm> algorithm = metadata.algorithm(ClientMember.TOKEN_ENDPOINT_AUTH_SIGNING_ALG);
        if (algorithm.isEmpty()) return;
        try {
            SharedSecret.of(algorithm.get(), secret.value().getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new Refused(e.getMessage() + " (RFC 7518 §3.2)");
        }
    }

    private static Secret strong(Secret chosen) {
        String value = chosen.value();
        boolean printable = value.chars().allMatch(character -> character >= 0x20 && character <= 0x7E);
        boolean fits = printable && value.length() >= SHORTEST_SECRET && value.length() <= LONGEST_SECRET;
        if (!fits) throw new Refused("a chosen secret has 32 to 256 printable ASCII characters (RFC 6749 A.2)");
        if (value.chars().distinct().count() < 10) {
            throw new Refused("a chosen secret must be random: this one repeats a few characters");
        }
        return chosen;
    }
}
