package dev.handstamp.server.administration;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DirectoryStore;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The APIs that tokens are issued for (RFC 8707).
public final class Apis {

    private static final int MOST_CLAIMS = 50;

    /// An API to be.
    ///
    /// @param statusList whether its tokens name their place in a status list
    /// @param open       whether clients that nobody here has registered may ask for it
    /// @param words      what its scopes allow, by scope and language
    public record NewApi(
            String audience,
            Collection<String> scopes,
            Optional<String> algorithm,
            Optional<Duration> tokenLifetime,
            Collection<String> claims,
            boolean statusList,
            boolean open,
            Optional<String> requiredAcr,
            Map<String, Map<String, String>> words) {

        /// One whose scopes are their own words.
        public NewApi(
                String audience,
                Collection<String> scopes,
                Optional<String> algorithm,
                Optional<Duration> tokenLifetime,
                Collection<String> claims,
                boolean statusList,
                boolean open,
                Optional<String> requiredAcr) {
            this(audience, scopes, algorithm, tokenLifetime, claims, statusList, open, requiredAcr, Map.of());
        }

        /// One for registered clients alone, that takes users however they signed in.
        public NewApi(
                String audience,
                Collection<String> scopes,
                Optional<String> algorithm,
                Optional<Duration> tokenLifetime,
                Collection<String> claims,
                boolean statusList) {
            this(audience, scopes, algorithm, tokenLifetime, claims, statusList, false, Optional.empty());
        }

        /// One without status lists.
        public NewApi(
                String audience,
                Collection<String> scopes,
                Optional<String> algorithm,
                Optional<Duration> tokenLifetime,
                Collection<String> claims) {
            this(audience, scopes, algorithm, tokenLifetime, claims, false);
        }
    }

    /// The API with what it is told only once.
    ///
    /// @param secret what it authenticates with at introspection, its audience being the user name
    /// @param shared what it checks its tokens with, if they are signed with a shared secret
    public record Added(Api api, Secret secret, Optional<SharedSecrets> shared) {}

    /// What is to become different; empty parts stay as they are.
    ///
    /// @param words       by scope and language, besides those that there are; an empty text takes one away
    /// @param requiredAcr `none` asks for nothing any more
    /// @param newSecret   whether it is given another secret for introspection; the one that it has ends
    public record Change(
            SetChange scopes,
            Map<String, Map<String, String>> words,
            Optional<String> algorithm,
            Optional<Duration> tokenLifetime,
            SetChange claims,
            Optional<Boolean> statusList,
            Optional<Boolean> open,
            Optional<String> requiredAcr,
            boolean newSecret) {

        public static final Change NONE = new Change(
                SetChange.NONE,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                SetChange.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);

        static Change toOpen(boolean open) {
            return new Change(
                    NONE.scopes,
                    NONE.words,
                    NONE.algorithm,
                    NONE.tokenLifetime,
                    NONE.claims,
                    NONE.statusList,
                    Optional.of(open),
                    NONE.requiredAcr,
                    false);
        }
    }

    /// The API as it is now, with what it is told only once.
    ///
    /// @param secret if it was given another one
    /// @param shared what it checks its tokens with, if they are signed with a shared secret only now
    public record Changed(Api api, Optional<Secret> secret, Optional<SharedSecrets> shared) {}

    private final Database database;
    private final Supplier<SigningKeys> signingKeys;
    private final Keys keys;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Administrator administrator;
    private final Journal journal;
    private final ApiStore apis = new ApiStore();
    private final ExchangeRuleStore rules = new ExchangeRuleStore();
    private final GrantStore grants = new GrantStore();
    private final RoleStore roles = new RoleStore();
    private final ClientStore clients = new ClientStore();
    private final DirectoryStore directories = new DirectoryStore();

    /// Works on the given store.
    ///
    /// @param signingKeys opened when keys are needed
    public Apis(
            Database database,
            Supplier<SigningKeys> signingKeys,
            Keys keys,
            Secrets secrets,
            InstantSource clock,
            Administrator administrator) {
        this.database = database;
        this.signingKeys = signingKeys;
        this.keys = keys;
        this.secrets = secrets;
        this.clock = clock;
        this.administrator = administrator;
        this.journal = new Journal(administrator);
    }

    /// Registers an API, and makes the keys that its algorithm needs.
    public Added add(NewApi wanted) {
        Secret secret = secrets.clientSecret();
        Instant now = clock.instant();
        Api api = parsed(wanted, secret.hash(), now);
        if (database.read(tx -> apis.find(tx, api.audience())).isPresent()) throw taken(api.audience());
        SigningKeys.Fresh fresh = signingKeys.get().fresh(api.algorithm(), api.audience());
        database.inTransaction(tx -> {
            insert(tx, api, fresh, now);
            return api;
        });
        return new Added(api, secret, keys.sharedSecrets(api.audience()));
    }

    /// Changes what an API is. What takes something away from those who use it has every token for it refused that was
    /// issued until now: a scope or a claim less, another algorithm, a shorter life, a higher level, closing it.
    public Changed update(String audience, Change change) {
        return update(audience, change, _ -> {});
    }

    /// The same, if nobody objects to what the API was.
    ///
    /// @param objection may throw: then nothing is changed
    public Changed update(String audience, Change change, Consumer<Api> objection) {
        Api before = find(audience);
        objection.accept(before);
        Optional<Secret> secret = change.newSecret ? Optional.of(secrets.clientSecret()) : Optional.empty();
        Api after = changed(before, change, secret);
        boolean isSignedOtherwise = before.algorithm() != after.algorithm();
        Optional<SigningKeys.Fresh> fresh = isSignedOtherwise ? Optional.of(freshKeys(after)) : Optional.empty();
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            if (!find(tx, audience).equals(before))
                throw new Refused(Refused.Kind.CHANGED, "refused.api.changed", audience);
            replace(tx, before, after, fresh, now);
            return after;
        });
        return new Changed(after, secret, isSignedOtherwise ? keys.sharedSecrets(after.audience()) : Optional.empty());
    }

    /// Whether it is the API by which this server is administered.
    public boolean isOwn(Api api) {
        return database.read(tx -> isOwn(tx, api.audience()));
    }

    public List<Api> list() {
        return database.read(apis::list);
    }

    public Api find(String audience) {
        return database.read(tx -> find(tx, audience));
    }

    /// Opens an API to clients that nobody here has registered, or closes it to them: what they hold for it is refused
    /// from then on.
    public Api open(String audience, boolean open) {
        return update(audience, Change.toOpen(open)).api();
    }

    /// Deletes an API, takes it from clients and roles, and ends every grant and token for it.
    public Api delete(String audience) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Api api = find(tx, audience);
            delete(tx, api, now);
            return api;
        });
    }

    /// Refuses what cannot be an API, whatever else there is.
    public static void check(NewApi wanted) {
        parsed(wanted, new SecretHash(""), Instant.EPOCH);
    }

    /// The API that is wished for, every part of it found possible.
    static Api parsed(NewApi wanted, SecretHash secretHash, Instant now) {
        Audience audience = Parsed.audience(wanted.audience());
        Scopes scopes = Parsed.scopes(wanted.scopes());
        Descriptions words = Parsed.descriptions(wanted.words());
        refuseUndescribed(audience, scopes, words);
        return new Api(
                audience,
                scopes,
                wanted.algorithm().map(Parsed::algorithm).orElse(Algorithm.RS256),
                wanted.tokenLifetime().map(Apis::lifetime).orElse(Api.DEFAULT_TOKEN_LIFETIME),
                claims(wanted.claims()),
                secretHash,
                wanted.statusList(),
                wanted.open(),
                wanted.requiredAcr().flatMap(Parsed::level),
                now,
                words);
    }

    /// Keys for an API that is about to be registered, or to be signed for otherwise. Takes its time: not within a
    /// transaction.
    SigningKeys.Fresh freshKeys(Api api) {
        return signingKeys.get().fresh(api.algorithm(), api.audience());
    }

    void insert(Transaction tx, Api api, SigningKeys.Fresh fresh, Instant now) {
        if (!apis.insert(tx, api)) throw taken(api.audience());
        signingKeys.get().ensure(tx, fresh, now, administrator.author());
        journal.note(
                tx,
                AuditEvent.Type.API_CREATED,
                api.audience().value(),
                Map.of(
                        "algorithm",
                        api.algorithm().joseName(),
                        "scope",
                        api.scopes().toString()),
                now);
    }

    /// Makes an API what it is to be, with all that follows.
    ///
    /// @param fresh needed where the algorithm is another one
    void replace(Transaction tx, Api before, Api after, Optional<SigningKeys.Fresh> fresh, Instant now) {
        if (after.equals(before)) return;
        Audience audience = after.audience();
        if (isOwn(tx, audience)) refuseOtherwise(before, after);
        boolean isSignedOtherwise = before.algorithm() != after.algorithm();
        if (isSignedOtherwise && after.algorithm().isSymmetric()) refuseExchanged(tx, after);
        Set<ClientId> exchanging = rules.exchanging(tx, Set.of(audience));
        apis.update(tx, after);
        takeFromOthers(tx, after, before.scopes().minus(after.scopes()), now);
        if (isSignedOtherwise) {
            keys.withdrawShared(tx, audience, now);
            signingKeys.get().ensure(tx, fresh.orElseThrow(), now, administrator.author());
        }
        journal.note(tx, AuditEvent.Type.API_CHANGED, audience.value(), differences(before, after), now);
        if (!isNarrowed(before, after)) return;
        journal.cutOff(tx, Kind.API, audience.value(), AuditEvent.Type.API_CHANGED, Set.of(audience), now);
        journal.cutOffExchanged(tx, exchanging, AuditEvent.Type.API_CHANGED, now);
    }

    void delete(Transaction tx, Api api, Instant now) {
        String audience = api.audience().value();
        if (isOwn(tx, api.audience())) {
            throw new Refused(Refused.Kind.CONFLICT, "refused.api.own-stays", audience);
        }
        Set<ClientId> exchanging = rules.exchanging(tx, Set.of(api.audience()));
        apis.delete(tx, api.audience());
        grants.revokeAll(tx, api.audience(), now);
        keys.withdrawShared(tx, api.audience(), now);
        journal.note(tx, AuditEvent.Type.API_DELETED, audience, Map.of(), now);
        journal.cutOff(tx, Kind.API, audience, AuditEvent.Type.API_DELETED, Set.of(api.audience()), now);
        journal.cutOffExchanged(tx, exchanging, AuditEvent.Type.API_DELETED, now);
    }

    /// Whether it is the API by which this server is administered.
    boolean isOwn(Transaction tx, Audience audience) {
        return directories.administration(tx).equals(Optional.of(audience));
    }

    /// Its scopes are what the server knows, a secret that somebody shares would make anybody an administrator, and to
    /// strangers it is never open.
    private static void refuseOtherwise(Api before, Api after) {
        Refused refused = new Refused(Refused.Kind.CONFLICT, "refused.api.own-fixed", after.audience());
        if (!after.scopes().equals(before.scopes())) throw refused.concerning("scope");
        if (after.open()) throw refused.concerning("open");
        if (after.algorithm().isSymmetric()) throw refused.concerning("signature algorithm");
    }

    private Api changed(Api before, Change change, Optional<Secret> secret) {
        Scopes scopes =
                Parsed.scopes(change.scopes.from("scope", before.scopes().tokens()));
        return new Api(
                before.audience(),
                scopes,
                change.algorithm.map(Parsed::algorithm).orElse(before.algorithm()),
                change.tokenLifetime.map(Apis::lifetime).orElse(before.tokenLifetime()),
                change.claims.isNone() ? before.claims() : claims(change.claims.from("claim", before.claims())),
                secret.map(Secret::hash).orElse(before.secretHash()),
                change.statusList.orElse(before.statusList()),
                change.open.orElse(before.open()),
                change.requiredAcr.map(Parsed::level).orElse(before.requiredLevel()),
                before.createdAt(),
                words(before, scopes, change.words));
    }

    private static Descriptions words(Api before, Scopes scopes, Map<String, Map<String, String>> more) {
        refuseUndescribed(before.audience(), scopes, Parsed.descriptions(more));
        Map<String, Map<String, String>> all = new TreeMap<>();
        before.words().words().forEach((scope, texts) -> all.put(scope, new TreeMap<>(texts)));
        more.forEach((scope, texts) ->
                all.computeIfAbsent(scope, _ -> new TreeMap<>()).putAll(texts));
        return Parsed.descriptions(all).only(scopes.tokens());
    }

    private static void refuseUndescribed(Audience audience, Scopes scopes, Descriptions words) {
        for (String scope : words.words().keySet()) {
            if (!scopes.contains(scope)) {
                throw scopes.isEmpty()
                        ? Refused.about("description", "refused.api.undescribed.none", audience, Refused.quoted(scope))
                        : Refused.about(
                                "description", "refused.api.undescribed", audience, Refused.quoted(scope), scopes);
            }
        }
    }

    /// A scope that an API has no more is nobody's: one of that name, which it may get later, is another one.
    private void takeFromOthers(Transaction tx, Api api, Scopes gone, Instant now) {
        if (gone.isEmpty()) return;
        for (Role role : roles.list(tx)) {
            Scopes carried = role.scopesAt(api.audience());
            Scopes left = carried.minus(gone);
            if (left.equals(carried)) continue;
            Role narrowed = role.withScopesAt(api.audience(), left);
            roles.put(tx, narrowed);
            Map<String, String> details = Map.of("api", api.audience().value(), "scope", left.toString());
            journal.note(tx, AuditEvent.Type.ROLE_CHANGED, role.name().value(), details, now);
        }
        List<Api> all = apis.list(tx);
        for (Client client : clients.list(tx)) {
            if (!client.apis().contains(api.audience())) continue;
            Scopes elsewhere = Scopes.NONE;
            for (Api other : all)
                if (client.apis().contains(other.audience())) elsewhere = elsewhere.union(other.scopes());
            Scopes left = client.scopes().minus(gone.minus(elsewhere).minus(Clients.OF_NO_API));
            if (left.equals(client.scopes())) continue;
            clients.update(tx, client.withScopes(left));
            Map<String, String> details = Map.of("scope", left.toString());
            journal.note(tx, AuditEvent.Type.CLIENT_CHANGED, client.id().value(), details, now);
        }
    }

    /// Whoever shares its secret could make tokens of anybody and have them exchanged.
    private void refuseExchanged(Transaction tx, Api after) {
        for (ExchangeRule rule : rules.list(tx)) {
            if (!rule.from().equals(after.audience())) continue;
            throw Refused.about(
                    "signature algorithm",
                    "refused.api.exchanged",
                    after.audience(),
                    after.algorithm().joseName(),
                    rule.client());
        }
    }

    private static boolean isNarrowed(Api before, Api after) {
        return !after.scopes().containsAll(before.scopes())
                || after.algorithm() != before.algorithm()
                || after.tokenLifetime().compareTo(before.tokenLifetime()) < 0
                || !after.claims().containsAll(before.claims())
                || (before.open() && !after.open())
                || after.level().compareTo(before.level()) > 0;
    }

    /// What the audit trail says of a change: what it became, but no secret.
    private static Map<String, String> differences(Api before, Api after) {
        Map<String, String> details = new TreeMap<>();
        put(details, "scope", before.scopes(), after.scopes());
        put(
                details,
                "algorithm",
                before.algorithm().joseName(),
                after.algorithm().joseName());
        put(details, "token_lifetime", before.tokenLifetime(), after.tokenLifetime());
        put(details, "claims", String.join(" ", before.claims()), String.join(" ", after.claims()));
        put(details, "status_list", before.statusList(), after.statusList());
        put(details, "open", before.open(), after.open());
        put(details, "required_acr", before.level().wireName(), after.level().wireName());
        if (!before.words().equals(after.words())) details.put("words", "changed");
        if (!before.secretHash().equals(after.secretHash())) details.put("secret", "changed");
        return details;
    }

    private static void put(Map<String, String> details, String name, Object before, Object after) {
        if (!before.equals(after)) details.put(name, after.toString());
    }

    private Api find(Transaction tx, String audience) {
        return apis.find(tx, Parsed.audience(audience))
                .orElseThrow(() -> new Refused(Refused.Kind.UNKNOWN, "refused.api.unknown", Refused.quoted(audience)));
    }

    static Duration lifetime(Duration lifetime) {
        boolean fits = lifetime.compareTo(Api.SHORTEST_TOKEN_LIFETIME) >= 0
                && lifetime.compareTo(Api.LONGEST_TOKEN_LIFETIME) <= 0
                && lifetime.toNanosPart() == 0;
        if (!fits) throw Refused.about("token lifetime", "refused.api.lifetime");
        return lifetime;
    }

    static List<String> claims(Collection<String> names) {
        Set<String> claims = new LinkedHashSet<>();
        for (String name : names) {
            if (Api.RESERVED_CLAIMS.contains(name)) {
                throw Refused.about("attribute name", "refused.api.claim-taken", name);
            }
            claims.add(Parsed.attribute(name));
        }
        if (claims.size() > MOST_CLAIMS) throw Refused.about("attribute name", "refused.api.claims-many", MOST_CLAIMS);
        return List.copyOf(claims);
    }

    private static Refused taken(Audience audience) {
        return new Refused(Refused.Kind.CONFLICT, "refused.api.exists", audience).concerning("API");
    }
}
