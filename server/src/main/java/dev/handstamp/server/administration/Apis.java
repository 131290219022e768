package dev.handstamp.server.administration;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.GrantStore;
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
import java.util.function.Supplier;

/// The APIs that tokens are issued for (RFC 8707).
public final class Apis {

    private static final int MOST_CLAIMS = 50;

    /// An API to be.
    ///
    /// @param statusList whether its tokens name their place in a status list
    /// @param open       whether clients that nobody here has registered may ask for it
    public record NewApi(
            String audience,
            Collection<String> scopes,
            Optional<String> algorithm,
            Optional<Duration> tokenLifetime,
            Collection<String> claims,
            boolean statusList,
            boolean open,
            Optional<String> requiredAcr) {

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
        Audience audience = Parsed.audience(wanted.audience());
        Scopes scopes = Parsed.scopes(wanted.scopes());
        Algorithm algorithm = wanted.algorithm().map(Parsed::algorithm).orElse(Algorithm.RS256);
        Duration lifetime = wanted.tokenLifetime().map(Apis::lifetime).orElse(Api.DEFAULT_TOKEN_LIFETIME);
        List<String> claims = claims(wanted.claims());
        Optional<AssuranceLevel> level = wanted.requiredAcr().map(Apis::level);
        if (database.read(tx -> apis.find(tx, audience)).isPresent()) throw taken(audience);

        Secret secret = secrets.clientSecret();
        Instant now = clock.instant();
        Api api = new Api(
                audience,
                scopes,
                algorithm,
                lifetime,
                claims,
                secret.hash(),
                wanted.statusList(),
                wanted.open(),
                level,
                now);
        SigningKeys.Fresh fresh = signingKeys.get().fresh(algorithm, audience);
        database.inTransaction(tx -> {
            if (!apis.insert(tx, api)) throw taken(audience);
            signingKeys.get().ensure(tx, fresh, now, administrator.actor());
            journal.note(
                    tx,
                    AuditEvent.Type.API_CREATED,
                    audience.value(),
                    Map.of("algorithm", algorithm.joseName(), "scope", scopes.toString()),
                    now);
            return api;
        });
        return new Added(api, secret, keys.sharedSecrets(audience));
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
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Api api = find(tx, audience);
            if (apis.open(tx, api.audience(), open)) {
                journal.note(tx, AuditEvent.Type.API_CHANGED, audience, Map.of("open", Boolean.toString(open)), now);
            }
            return find(tx, audience);
        });
    }

    /// Deletes an API, takes it from clients and roles, and ends every grant and token for it.
    public Api delete(String audience) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Api api = find(tx, audience);
            Set<ClientId> exchanging = rules.exchanging(tx, Set.of(api.audience()));
            apis.delete(tx, api.audience());
            grants.revokeAll(tx, api.audience(), now);
            keys.withdrawShared(tx, api.audience(), now);
            journal.note(tx, AuditEvent.Type.API_DELETED, audience, Map.of(), now);
            journal.cutOff(tx, Kind.API, audience, AuditEvent.Type.API_DELETED, Set.of(api.audience()), now);
            journal.cutOffExchanged(tx, exchanging, AuditEvent.Type.API_DELETED, now);
            return api;
        });
    }

    private Api find(Transaction tx, String audience) {
        return apis.find(tx, Parsed.audience(audience))
                .orElseThrow(() -> new Refused("there is no API " + Refused.quoted(audience)));
    }

    private static AssuranceLevel level(String acr) {
        return AssuranceLevel.named(acr).orElseThrow(() -> Parsed.refused("acr", acr, "aal1 or aal2"));
    }

    private static Duration lifetime(Duration lifetime) {
        boolean fits = lifetime.compareTo(Api.SHORTEST_TOKEN_LIFETIME) >= 0
                && lifetime.compareTo(Api.LONGEST_TOKEN_LIFETIME) <= 0
                && lifetime.toNanosPart() == 0;
        if (!fits) throw new Refused("a token lives whole seconds, 10s to 24h");
        return lifetime;
    }

    private static List<String> claims(Collection<String> names) {
        Set<String> claims = new LinkedHashSet<>();
        for (String name : names) {
            if (Api.RESERVED_CLAIMS.contains(name)) {
                throw new Refused("the claim " + name + " has a meaning of its own: no attribute can take its place");
            }
            claims.add(Parsed.attribute(name));
        }
        if (claims.size() > MOST_CLAIMS) throw new Refused("at most " + MOST_CLAIMS + " attributes become claims");
        return List.copyOf(claims);
    }

    private static Refused taken(Audience audience) {
        return new Refused("the API " + audience + " exists already");
    }
}
