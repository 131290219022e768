package dev.handstamp.server.administration;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.SharedSecret;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientAuthenticationMethod;
import dev.handstamp.server.domain.client.ClientFault;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.client.ClientRules;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.client.WrongClientMetadata;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.signal.SignalScopes;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.issuance.ClientDeletion;
import dev.handstamp.server.issuance.ClientSecrets;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.RefusedClientStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The registered clients (RFC 6749 §2).
public final class Clients {

    public static final int SHORTEST_SECRET = 32;

    private static final int LONGEST_SECRET = 256;

    /// What tokens are bound by to their holder, once it is registered.
    private static final List<ClientMember> BINDINGS =
            List.of(ClientMember.DPOP_BOUND_ACCESS_TOKENS, ClientMember.TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS);

    static final Scopes IDENTITY = Scopes.of(Arrays.stream(IdentityScope.values())
                    .map(IdentityScope::wireName)
                    .toList())
            .orElseThrow();

    /// The scopes that are no API's.
    static final Scopes OF_NO_API = IDENTITY.union(SignalScopes.ALL);

    /// A client to be.
    ///
    /// @param secret   empty: one is made
    /// @param isPublic whether it has no secret at all, as an application in a browser or on a device
    /// @param metadata further members by their registered names (RFC 7591 §2), as JSON
    /// @param policy   what is asked of the users that it sends
    public record NewClient(
            String id,
            Collection<String> grants,
            Collection<String> apis,
            Collection<String> scopes,
            Optional<Secret> secret,
            boolean isPublic,
            NewRedirection redirection,
            Map<String, Object> metadata,
            NewPolicy policy) {

        /// A client of whose users nothing special is asked.
        public NewClient(
                String id,
                Collection<String> grants,
                Collection<String> apis,
                Collection<String> scopes,
                Optional<Secret> secret,
                boolean isPublic,
                NewRedirection redirection,
                Map<String, Object> metadata) {
            this(id, grants, apis, scopes, secret, isPublic, redirection, metadata, NewPolicy.NONE);
        }

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

    /// What is to be asked of the users that a client sends; empty parts stay as they are, or ask nothing.
    ///
    /// @param requiredAcr      `none` asks for nothing any more
    /// @param registersUsers   whether strangers may register on their way to it
    /// @param remembersDevices whether a remembered device may stand in for the second factor
    public record NewPolicy(
            Optional<String> requiredAcr, Optional<Boolean> registersUsers, Optional<Boolean> remembersDevices) {

        public static final NewPolicy NONE = new NewPolicy(Optional.empty(), Optional.empty(), Optional.empty());

        private ClientPolicy from(ClientPolicy before) {
            return new ClientPolicy(
                    requiredAcr.map(Parsed::level).orElse(before.requiredLevel()),
                    registersUsers.orElse(before.registersUsers()),
                    remembersDevices.orElse(before.remembersDevices()));
        }
    }

    /// What is to become different; empty parts stay as they are.
    ///
    /// @param metadata  members to set by their registered names, as JSON; a null takes one away
    /// @param secret    another one that was chosen
    /// @param newSecret whether another one is made
    public record Change(
            SetChange grants,
            SetChange apis,
            SetChange scopes,
            RedirectionChange redirection,
            Map<String, Object> metadata,
            NewPolicy policy,
            Optional<Secret> secret,
            boolean newSecret) {

        public static final Change NONE = new Change(
                SetChange.NONE,
                SetChange.NONE,
                SetChange.NONE,
                RedirectionChange.NONE,
                Map.of(),
                NewPolicy.NONE,
                Optional.empty(),
                false);

        /// Whether all of it is about what users are asked for, which is never the client's to say.
        private boolean isOnlyPolicy() {
            return equals(new Change(
                    NONE.grants,
                    NONE.apis,
                    NONE.scopes,
                    NONE.redirection,
                    NONE.metadata,
                    policy,
                    Optional.empty(),
                    false));
        }
    }

    /// How users are to be sent to a client and back from now on; empty parts stay as they are.
    public record RedirectionChange(
            Optional<String> name,
            SetChange uris,
            SetChange afterLogout,
            Optional<Boolean> requiresPkce,
            Optional<Boolean> asksConsent) {

        public static final RedirectionChange NONE = new RedirectionChange(
                Optional.empty(), SetChange.NONE, SetChange.NONE, Optional.empty(), Optional.empty());

        private Redirection from(Redirection before) {
            return redirection(new NewRedirection(
                    name.orElse(before.name()),
                    uris.from("redirect URI", texts(before.uris())),
                    afterLogout.from("post-logout redirect URI", texts(before.afterLogout())),
                    requiresPkce.orElse(before.requiresPkce()),
                    asksConsent.orElse(before.asksConsent())));
        }

        private static List<String> texts(List<RedirectUri> uris) {
            return uris.stream().map(RedirectUri::value).toList();
        }
    }

    /// The client, and its secret for the only time; a public one has none.
    public record Added(Client client, Optional<Secret> secret) {}

    /// The client as it is now.
    ///
    /// @param secret if it was given another one, for the only time
    public record Changed(Client client, Optional<Secret> secret) {}

    /// A client as it is to be, ready to be stored.
    ///
    /// @param secret what it authenticates with from now on, if that is another one
    /// @param sealed the same for the store, where the client signs with it
    record Prepared(Client client, Optional<Secret> secret, Optional<String> sealed) {}

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
    private final GrantStore grants = new GrantStore();
    private final ExchangeRuleStore rules = new ExchangeRuleStore();
    private final RefusedClientStore refusedClients = new RefusedClientStore();
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
        Prepared prepared = prepared(wanted, clock.instant());
        database.inTransaction(tx -> {
            insert(tx, prepared);
            return prepared;
        });
        return new Added(prepared.client, prepared.secret);
    }

    /// The client that is wished for, every part of it found possible by itself. Not within a transaction.
    Prepared prepared(NewClient wanted, Instant now) {
        Client client = checked(wanted);
        Optional<Secret> secret = wanted.secret();
        boolean bySecret = !wanted.isPublic() && isBySecret(client.metadata());
        if (secret.isEmpty() && bySecret) secret = Optional.of(secretFor(client.metadata()));
        return sealed(
                new Client(
                        client.id(),
                        client.grants(),
                        client.apis(),
                        client.scopes(),
                        secret.map(Secret::hash),
                        client.redirection(),
                        client.metadata(),
                        now,
                        client.origin(),
                        client.invited(),
                        client.policy()),
                secret);
    }

    /// What a client becomes that is described anew. It keeps its secret, if it needs one and no other is given. Not
    /// within a transaction.
    Prepared prepared(Client before, NewClient wanted) {
        Client described = checked(wanted);
        ClientMetadata metadata = described.metadata();
        boolean bySecret = !wanted.isPublic() && isBySecret(metadata);
        boolean isUnknown = before.secretHash().isEmpty()
                || (signs(metadata) && clientSecrets.find(before.id()).isEmpty());
        boolean isKept = wanted.secret()
                .map(chosen ->
                        before.secretHash().filter(hash -> hash.matches(chosen)).isPresent())
                .orElse(true);
        Optional<Secret> secret = !bySecret || (isKept && !isUnknown)
                ? Optional.empty()
                : Optional.of(wanted.secret().orElseGet(() -> secretFor(metadata)));
        Optional<SecretHash> kept = bySecret ? before.secretHash() : Optional.empty();
        return sealed(
                new Client(
                        before.id(),
                        described.grants(),
                        described.apis(),
                        described.scopes(),
                        secret.map(Secret::hash).or(() -> kept),
                        described.redirection(),
                        metadata,
                        before.createdAt(),
                        before.origin(),
                        before.invited(),
                        described.policy()),
                secret);
    }

    /// Refuses what cannot be a client, whatever else there is.
    public static void check(NewClient wanted) {
        checked(wanted);
    }

    /// Refuses what a client cannot become, whatever else there is.
    public void check(String id, Change change) {
        prepared(find(id), change);
    }

    /// A client like the one that is wished for, every part of it found possible by itself: without its secret.
    static Client checked(NewClient wanted) {
        ClientId id = Parsed.clientId(wanted.id());
        Optional<Secret> secret = wanted.secret().map(Clients::strong);
        if (wanted.isPublic() && secret.isPresent()) throw new Refused("refused.client.public-secret");
        ClientMetadata metadata = metadata(wanted.metadata());
        boolean bySecret = !wanted.isPublic() && isBySecret(metadata);
        Client client = new Client(
                        id,
                        grantTypes(wanted.grants()),
                        Parsed.audiences(wanted.apis()),
                        Parsed.scopes(wanted.scopes()),
                        secret.map(Secret::hash)
                                .or(() -> bySecret ? Optional.of(new SecretHash("")) : Optional.empty()),
                        redirection(wanted.redirection()),
                        metadata,
                        Instant.EPOCH)
                .withPolicy(wanted.policy().from(ClientPolicy.NONE));
        refuseContradictions(client, wanted.isPublic());
        return client;
    }

    /// What a client becomes by a change. Not within a transaction.
    Prepared prepared(Client before, Change change) {
        if (before.isSelfDescribed() && !change.isOnlyPolicy()) {
            throw new Refused("refused.client.self-described", before.id());
        }
        Optional<Secret> chosen = change.secret.map(Clients::strong);
        ClientMetadata metadata =
                change.metadata.isEmpty() ? before.metadata() : metadata(merged(before.metadata(), change.metadata));
        boolean bySecret = isBySecret(metadata);
        // A public client says so by having neither a method nor a secret.
        boolean staysPublic = before.isPublic()
                && metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD).isEmpty();
        boolean isWanted = chosen.isPresent() || change.newSecret;
        if (isWanted && (!bySecret || staysPublic)) {
            throw new Refused("refused.client.no-secret", before.id());
        }
        boolean isUnknown = before.secretHash().isEmpty()
                || (signs(metadata) && clientSecrets.find(before.id()).isEmpty());
        boolean isNeeded = bySecret && !staysPublic && (isWanted || isUnknown);
        Optional<Secret> secret =
                isNeeded ? Optional.of(chosen.orElseGet(() -> secretFor(metadata))) : Optional.empty();
        Optional<SecretHash> kept = bySecret ? before.secretHash() : Optional.empty();
        Client after = new Client(
                before.id(),
                change.grants.isNone()
                        ? before.grants()
                        : grantTypes(change.grants.from("grant type", shortNames(before.grants()))),
                Parsed.audiences(change.apis.from("API", before.apis())),
                Parsed.scopes(change.scopes.from("scope", before.scopes().tokens())),
                secret.map(Secret::hash).or(() -> kept),
                before.isSelfDescribed() ? before.redirection() : change.redirection.from(before.redirection()),
                metadata,
                before.createdAt(),
                before.origin(),
                before.invited(),
                change.policy.from(before.policy()));
        if (!before.isSelfDescribed()) refuseContradictions(after, after.isPublic());
        return sealed(after, secret);
    }

    private Prepared sealed(Client client, Optional<Secret> secret) {
        boolean signs = signs(client.metadata());
        if (signs) secret.ifPresent(known -> refuseTooShort(known, client.metadata()));
        Optional<String> sealed = secret.filter(_ -> signs).map(known -> clientSecrets.seal(client.id(), known));
        return new Prepared(client, secret, sealed);
    }

    void insert(Transaction tx, Prepared prepared) {
        Client client = prepared.client;
        ClientId id = client.id();
        refuseUnknown(tx, client);
        if (Author.isReserved(id.value())) throw Refused.about("client id", "refused.client.reserved", id);
        if (users.find(tx, new Subject(id.value())).isPresent()) {
            throw Refused.about("client id", "refused.client.is-sub", id);
        }
        if (!clients.insert(tx, client))
            throw new Refused(Refused.Kind.CONFLICT, "refused.client.taken", id).concerning("client id");
        prepared.sealed.ifPresent(text -> clientSecrets.keep(tx, id, text));
        Map<String, String> details = Map.of("scope", client.scopes().toString());
        journal.note(tx, AuditEvent.Type.CLIENT_CREATED, id.value(), details, client.createdAt());
    }

    /// Changes what a client is. What takes something away from it has every token of it refused that was issued until
    /// now, and ends the grants that it could have no more of.
    public Changed update(String id, Change change) {
        return update(id, change, (_, _) -> {});
    }

    /// The same, if nobody objects to what the client was, or to what it becomes.
    ///
    /// @param objection may throw: then nothing is changed
    public Changed update(String id, Change change, BiConsumer<Client, Client> objection) {
        Client before = find(id);
        Prepared prepared = prepared(before, change);
        objection.accept(before, prepared.client);
        Instant now = clock.instant();
        Client after = database.inTransaction(tx -> {
            if (!find(tx, id).equals(before)) throw new Refused(Refused.Kind.CHANGED, "refused.client.changed", id);
            return replace(tx, before, prepared, now);
        });
        return new Changed(after, prepared.secret);
    }

    /// Makes a client what it is to be, with all that follows.
    Client replace(Transaction tx, Client before, Prepared prepared, Instant now) {
        Client after = prepared.client.isSelfDescribed() ? prepared.client : tidied(tx, before, prepared.client);
        if (after.equals(before)) return after;
        ClientId id = after.id();
        if (after.renamesUsersOf(before)) {
            throw Refused.about("subject_type", "refused.client.renames", id);
        }
        if (!after.isSelfDescribed()) refuseUnknown(tx, after);
        Set<Audience> audiences = new HashSet<>(before.apis());
        audiences.addAll(grants.audiences(tx, id));
        Set<ClientId> exchanging = rules.exchanging(tx, audiences);
        clients.configure(tx, after);
        prepared.sealed.ifPresent(text -> clientSecrets.keep(tx, id, text));
        if (!signs(after.metadata())) clientSecrets.forget(tx, id);
        endGrants(tx, before, after, now);
        journal.note(tx, AuditEvent.Type.CLIENT_CHANGED, id.value(), differences(before, after), now);
        if (!isNarrowed(before, after)) return after;
        journal.cutOff(tx, Kind.CLIENT, id.value(), AuditEvent.Type.CLIENT_CHANGED, audiences, now);
        journal.cutOffExchanged(tx, exchanging, AuditEvent.Type.CLIENT_CHANGED, now);
        return after;
    }

    /// Without the scopes that it had of an API that it has no more, and that no other one of its APIs has.
    private Client tidied(Transaction tx, Client before, Client after) {
        Scopes offered = OF_NO_API;
        for (Audience audience : after.apis()) {
            offered = offered.union(apis.find(tx, audience).map(Api::scopes).orElse(Scopes.NONE));
        }
        return after.withScopes(after.scopes().minus(before.scopes().minus(offered)));
    }

    /// What it can have no more of is over, and does not come back with the right to it.
    private void endGrants(Transaction tx, Client before, Client after, Instant now) {
        boolean refreshed = before.mayUse(GrantType.REFRESH_TOKEN) && !after.mayUse(GrantType.REFRESH_TOKEN);
        boolean asked = before.asksUsers() && !after.asksUsers();
        boolean asserted = before.mayUse(GrantType.JWT_BEARER) && !after.mayUse(GrantType.JWT_BEARER);
        if (refreshed || asked || asserted) grants.revokeAll(tx, after.id(), now);
        for (Audience audience : before.apis()) {
            if (!after.apis().contains(audience)) grants.revokeAll(tx, after.id(), audience, now);
        }
    }

    private static boolean isNarrowed(Client before, Client after) {
        return !after.grants().containsAll(before.grants())
                || !after.apis().containsAll(before.apis())
                || !after.scopes().containsAll(before.scopes())
                || after.policy().level().compareTo(before.policy().level()) > 0
                || BINDINGS.stream()
                        .anyMatch(binding -> after.metadata().isSet(binding)
                                && !before.metadata().isSet(binding))
                || (after.isHeldToFapi() && !before.isHeldToFapi());
    }

    /// What the audit trail says of a change: what it became, but no secret.
    private static Map<String, String> differences(Client before, Client after) {
        Map<String, String> details = new TreeMap<>();
        if (!before.grants().equals(after.grants())) {
            details.put("grant_types", String.join(" ", shortNames(after.grants())));
        }
        if (!before.apis().equals(after.apis())) {
            details.put(
                    "apis",
                    String.join(
                            " ",
                            new TreeSet<>(after.apis())
                                    .stream().map(Audience::value).toList()));
        }
        if (!before.scopes().equals(after.scopes()))
            details.put("scope", after.scopes().toString());
        if (!before.redirection().equals(after.redirection())) details.put("redirection", "changed");
        if (!before.metadata().equals(after.metadata())) details.put("metadata", "changed");
        if (!before.policy().equals(after.policy())) {
            ClientPolicy policy = after.policy();
            details.put("required_acr", policy.level().wireName());
            details.put("registers_users", Boolean.toString(policy.registersUsers()));
            details.put("remembers_devices", Boolean.toString(policy.remembersDevices()));
        }
        if (!before.secretHash().equals(after.secretHash())) details.put("secret", "changed");
        return details;
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
            delete(tx, client, now);
            return deleted;
        });
    }

    void delete(Transaction tx, ClientId id, Instant now) {
        AuditEvent event = administrator.event(AuditEvent.Type.CLIENT_DELETED, id.value(), Map.of(), now);
        deletion.delete(tx, id, event, now);
        if (isAddress(id.value())) refusedClients.put(tx, id, now);
    }

    /// The clients described by a document that were deleted, and do not come back by themselves.
    public List<ClientId> refused() {
        return database.read(refusedClients::list);
    }

    /// Lets a client that a document describes come again, which was deleted.
    public void readmit(String id) {
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            ClientId client = parsed(id);
            if (!refusedClients.delete(tx, client)) {
                throw new Refused(Refused.Kind.UNKNOWN, "refused.client.not-refused", Refused.quoted(id));
            }
            journal.note(tx, AuditEvent.Type.CLIENT_CHANGED, id, Map.of("readmitted", "true"), now);
            return client;
        });
    }

    private Client find(Transaction tx, String id) {
        return clients.find(tx, parsed(id)).orElseThrow(() -> unknown(id));
    }

    /// Of a client that a document describes, the identifier is an address.
    private static ClientId parsed(String id) {
        return isAddress(id) ? new ClientId(id) : Parsed.clientId(id);
    }

    private static boolean isAddress(String id) {
        return id.contains("://");
    }

    private static Refused unknown(String id) {
        return new Refused(Refused.Kind.UNKNOWN, "refused.client.unknown", id);
    }

    private static void refuseContradictions(Client client, boolean isPublic) {
        ClientAuthenticationMethod method = client.authentication();
        Optional<ClientFault> fault = ClientRules.faultOf(client);
        if (fault.isPresent()) throw Refused.of(List.of(fault.get()));
        if (isPublic != (method == ClientAuthenticationMethod.NONE)) {
            throw Refused.about("token_endpoint_auth_method", "refused.client.method", method.wireName());
        }
    }

    private static Redirection redirection(NewRedirection wanted) {
        return new Redirection(
                Parsed.name(wanted.name()),
                Parsed.redirectUris("redirect_uris", wanted.uris()),
                Parsed.redirectUris("post_logout_redirect_uris", wanted.afterLogout()),
                wanted.requiresPkce(),
                wanted.asksConsent());
    }

    static ClientMetadata metadata(Map<String, Object> wanted) {
        return switch (ClientMetadata.parse(wanted)) {
            case ClientMetadata metadata -> metadata;
            case WrongClientMetadata(var faults) -> throw Refused.of(faults);
        };
    }

    /// The members that there are, with these in their place; a null takes one away.
    private static Map<String, Object> merged(ClientMetadata before, Map<String, Object> more) {
        Map<String, Object> all = new LinkedHashMap<>(before.toObject());
        all.putAll(more);
        return all;
    }

    private static boolean isBySecret(ClientMetadata metadata) {
        return metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                .flatMap(ClientAuthenticationMethod::named)
                .map(ClientAuthenticationMethod::isBySecret)
                .orElse(true);
    }

    private static boolean signs(ClientMetadata metadata) {
        return metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                .equals(Optional.of(ClientAuthenticationMethod.CLIENT_SECRET_JWT.wireName()));
    }

    private Secret secretFor(ClientMetadata metadata) {
        return signs(metadata) ? secrets.signingSecret() : secrets.clientSecret();
    }

    private static List<String> shortNames(Set<GrantType> types) {
        return types.stream().map(GrantType::shortName).sorted().toList();
    }

    private void refuseUnknown(Transaction tx, Client client) {
        Scopes offered = client.asksUsers() ? IDENTITY : Scopes.NONE;
        Scopes always = client.mayUse(GrantType.CLIENT_CREDENTIALS) ? SignalScopes.ALL : Scopes.NONE;
        for (Audience audience : client.apis()) {
            Api api = apis.find(tx, audience).orElseThrow(() -> Refused.about("API", "refused.api.unknown", audience));
            offered = offered.union(api.scopes());
        }
        for (String scope : client.scopes()) {
            if (offered.contains(scope) || always.contains(scope)) continue;
            throw offered.isEmpty()
                    ? Refused.about("scope", "refused.client.scope-unknown.none", scope)
                    : Refused.about("scope", "refused.client.scope-unknown", scope, offered);
        }
    }

    static Set<GrantType> grantTypes(Collection<String> names) {
        Set<GrantType> types = EnumSet.noneOf(GrantType.class);
        for (String name : names) {
            types.add(GrantType.called(name)
                    .orElseThrow(() ->
                            Refused.about("grant type", "refused.form.grant", Refused.quoted(name), allGrantTypes())));
        }
        if (types.isEmpty()) throw Refused.about("grant type", "refused.client.grant-missing", allGrantTypes());
        return types;
    }

    private static String allGrantTypes() {
        return Arrays.stream(GrantType.values()).map(GrantType::shortName).collect(Collectors.joining(", "));
    }

    /// RFC 7518 §3.2: a secret is no shorter than the hash that it is used with.
    private static void refuseTooShort(Secret secret, ClientMetadata metadata) {
        Optional<Algorithm> algorithm = metadata.algorithm(ClientMember.TOKEN_ENDPOINT_AUTH_SIGNING_ALG);
        if (algorithm.isEmpty()) return;
        try {
            SharedSecret.of(algorithm.get(), secret.value().getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new Refused("refused.client.secret-short", String.valueOf(e.getMessage()));
        }
    }

    /// A secret that someone chose. Its hash is a plain digest, so it has to be long.
    static Secret strong(Secret chosen) {
        String value = chosen.value();
        boolean printable = value.chars().allMatch(character -> character >= 0x20 && character <= 0x7E);
        boolean fits = printable && value.length() >= SHORTEST_SECRET && value.length() <= LONGEST_SECRET;
        if (!fits) throw new Refused("refused.client.secret-form");
        if (value.chars().distinct().count() < 10) {
            throw new Refused("refused.client.secret-weak");
        }
        return chosen;
    }
}
