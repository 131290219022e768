package dev.handstamp.server.administration;

import dev.handstamp.server.administration.AssertionIssuers.NewIssuer;
import dev.handstamp.server.administration.Configuration.WantedApi;
import dev.handstamp.server.administration.Configuration.WantedBrand;
import dev.handstamp.server.administration.Configuration.WantedClient;
import dev.handstamp.server.administration.Configuration.WantedExchange;
import dev.handstamp.server.administration.Configuration.WantedIssuer;
import dev.handstamp.server.administration.Configuration.WantedRole;
import dev.handstamp.server.administration.ConfigurationPlan.Action;
import dev.handstamp.server.administration.ConfigurationPlan.Difference;
import dev.handstamp.server.administration.ConfigurationPlan.Noun;
import dev.handstamp.server.administration.ConfigurationPlan.Step;
import dev.handstamp.server.administration.ConfigurationState.Trusted;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.AssertionIssuerStore;
import dev.handstamp.server.store.BrandStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.ConfiguredStore;
import dev.handstamp.server.store.ConfiguredStore.Configured;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DirectoryStore;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Configuration as code: APIs, roles, clients, brands, rules of exchange and issuers become what a file says, all of
/// it or nothing.
///
/// What a file once named is the file's: it goes when the file names it no more. Whatever was made otherwise stays,
/// unless it is asked to be pruned. Users and sessions are never touched; what a change takes away is taken back as it
/// is by the single commands.
public final class Configurations {

    /// What an object is told only once, by the names that it has everywhere.
    public record Told(Noun noun, String id, Map<String, String> secrets) {}

    /// What was done.
    ///
    /// @param told the secrets that were made
    public record Applied(ConfigurationPlan plan, List<Told> told) {}

    /// Ends a rehearsal, and undoes it.
    private static final class Rehearsed extends RuntimeException {

        private static final long serialVersionUID = 1;

        private Rehearsed() {
            super(null, null, false, false);
        }
    }

    private interface Work {
        void run(Transaction tx, Instant now);
    }

    /// One step, and how it is done.
    ///
    /// @param at where the file says so
    private record Task(Step step, String at, Work work) {}

    /// Everything that was found out before the transaction, for one state.
    private record Prepared(
            ConfigurationState state,
            List<Task> tasks,
            Set<Configured> named,
            List<Told> told,
            List<Audience> sharing) {

        private ConfigurationPlan plan() {
            return new ConfigurationPlan(tasks.stream().map(Task::step).toList());
        }
    }

    private final Database database;
    private final Apis apis;
    private final Roles roles;
    private final Clients clients;
    private final Branding branding;
    private final Exchanges exchanges;
    private final AssertionIssuers issuers;
    private final Keys keys;
    private final Secrets secrets;
    private final InstantSource clock;
    private final ApiStore apiStore = new ApiStore();
    private final RoleStore roleStore = new RoleStore();
    private final ClientStore clientStore = new ClientStore();
    private final BrandStore brandStore = new BrandStore();
    private final ExchangeRuleStore ruleStore = new ExchangeRuleStore();
    private final AssertionIssuerStore issuerStore = new AssertionIssuerStore();
    private final ConfiguredStore configured = new ConfiguredStore();
    private final DirectoryStore directories = new DirectoryStore();
    private final RevisionStore revisions = new RevisionStore();

    public Configurations(
            Database database,
            Apis apis,
            Roles roles,
            Clients clients,
            Branding branding,
            Exchanges exchanges,
            AssertionIssuers issuers,
            Keys keys,
            Secrets secrets,
            InstantSource clock) {
        this.database = database;
        this.apis = apis;
        this.roles = roles;
        this.clients = clients;
        this.branding = branding;
        this.exchanges = exchanges;
        this.issuers = issuers;
        this.keys = keys;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// What would have to be done. It is done once and undone, so that whatever stands in its way is found.
    ///
    /// @param prune whether what no file has named goes too, in the sections that the file has
    public ConfigurationPlan plan(Configuration wanted, boolean prune) {
        Instant now = clock.instant();
        Prepared prepared = prepared(wanted, prune, now);
        if (prepared.tasks.isEmpty()) return prepared.plan();
        try {
            database.inTransaction(tx -> {
                perform(tx, prepared, now);
                throw new Rehearsed();
            });
        } catch (Rehearsed _) {
            return prepared.plan();
        }
        return prepared.plan();
    }

    /// Does what was planned, all of it or nothing.
    ///
    /// @param confirmed from [#plan]
    /// @throws Refused of the kind CHANGED if something else would have to be done by now
    public Applied apply(Configuration wanted, boolean prune, ConfigurationPlan confirmed) {
        Instant now = clock.instant();
        Prepared prepared = prepared(wanted, prune, now);
        if (!prepared.plan().equals(confirmed)) throw changed();
        database.inTransaction(tx -> {
            perform(tx, prepared, now);
            configured.putAll(tx, prepared.named);
            return prepared;
        });
        List<Told> told = new ArrayList<>(prepared.told);
        for (Audience audience : prepared.sharing) {
            keys.sharedSecrets(audience)
                    .ifPresent(shared -> told.add(new Told(
                            Noun.API,
                            audience.value(),
                            Map.of("shared_secret", shared.current(), "next_shared_secret", shared.next()))));
        }
        return new Applied(confirmed, told);
    }

    /// What there is, as a file that asks for nothing else.
    public String export() {
        return ConfigurationExport.of(database.read(this::state));
    }

    private void perform(Transaction tx, Prepared prepared, Instant now) {
        revisions.lock(tx); // Whoever else changes something waits until the commit.
        if (!state(tx).equals(prepared.state)) throw changed();
        for (Task task : prepared.tasks) {
            try {
                task.work.run(tx, now);
            } catch (Refused refused) {
                throw task.at.isEmpty() ? refused : refused.at(task.at);
            }
        }
    }

    private static Refused changed() {
        return new Refused(Refused.Kind.CHANGED, "refused.file.changed");
    }

    private ConfigurationState state(Transaction tx) {
        return ConfigurationState.of(
                directories.administration(tx),
                apiStore.list(tx),
                roleStore.list(tx),
                clientStore.list(tx),
                brandStore.list(tx),
                ruleStore.list(tx),
                issuerStore.list(tx).stream()
                        .map(issuer -> new Trusted(issuer, issuers.users(tx, issuer)))
                        .toList(),
                configured.list(tx));
    }

    /// Makes keys and secrets, which takes its time: not within a transaction.
    private Prepared prepared(Configuration wanted, boolean prune, Instant now) {
        ConfigurationState state = database.read(this::state);
        Prepared prepared =
                new Prepared(state, new ArrayList<>(), new HashSet<>(), new ArrayList<>(), new ArrayList<>());
        // In an order in which each finds what it needs: what is taken away goes last, beginning with who has it; and
        // who is trusted comes after that, so that nobody is who is gone.
        wanted.apis().ifPresent(all -> all.forEach(api -> prepare(prepared, api, now)));
        wanted.roles().ifPresent(all -> all.forEach(role -> prepare(prepared, role)));
        wanted.clients().ifPresent(all -> all.forEach(client -> prepare(prepared, client, now)));
        wanted.brand().ifPresent(brand -> prepare(prepared, Optional.empty(), brand));
        wanted.exchanges().ifPresent(all -> prepareExchangesToGo(prepared, all, prune));
        wanted.issuers().ifPresent(all -> prepareIssuersToGo(prepared, all, prune));
        wanted.clients().ifPresent(_ -> prepareClientsToGo(prepared, prune));
        wanted.roles().ifPresent(_ -> prepareRolesToGo(prepared, prune));
        wanted.apis().ifPresent(_ -> prepareApisToGo(prepared, prune));
        wanted.exchanges().ifPresent(all -> all.forEach(rule -> prepare(prepared, rule)));
        wanted.issuers().ifPresent(all -> all.forEach(issuer -> prepare(prepared, issuer, now)));
        return prepared;
    }

    private void prepare(Prepared prepared, WantedApi wanted, Instant now) {
        Audience audience = Parsed.audience(wanted.api().audience());
        if (prepared.state.own().equals(Optional.of(audience))) {
            throw new Refused("refused.file.own-api", audience).at(wanted.at());
        }
        prepared.named.add(new Configured(Noun.API.wireName(), audience.value()));
        Optional<Api> before = Optional.ofNullable(prepared.state.apis().get(audience));
        if (before.isPresent()) {
            Api known = before.get();
            Api after = Apis.parsed(wanted.api(), known.secretHash(), known.createdAt());
            if (after.equals(known)) return;
            boolean isSignedOtherwise = known.algorithm() != after.algorithm();
            Optional<SigningKeys.Fresh> fresh =
                    isSignedOtherwise ? Optional.of(apis.freshKeys(after)) : Optional.empty();
            if (isSignedOtherwise && after.algorithm().isSymmetric()) prepared.sharing.add(audience);
            Step step = step(Action.UPDATE, Noun.API, audience.value(), fields(known), fields(after));
            prepared.tasks.add(new Task(step, wanted.at(), (tx, at) -> apis.replace(tx, known, after, fresh, at)));
            return;
        }
        Secret secret = secrets.clientSecret();
        SecretHash hash = secret.hash();
        Api api = Apis.parsed(wanted.api(), hash, now);
        SigningKeys.Fresh fresh = apis.freshKeys(api);
        if (api.algorithm().isSymmetric()) prepared.sharing.add(audience);
        prepared.told.add(new Told(Noun.API, audience.value(), Map.of("client_secret", secret.value())));
        Step step = step(Action.CREATE, Noun.API, audience.value(), new TreeMap<>(), fields(api));
        prepared.tasks.add(new Task(step, wanted.at(), (tx, at) -> apis.insert(tx, api, fresh, at)));
    }

    private void prepare(Prepared prepared, WantedRole wanted) {
        Role after = wanted.role();
        RoleName name = after.name();
        prepared.named.add(new Configured(Noun.ROLE.wireName(), name.value()));
        Optional<Role> before = Optional.ofNullable(prepared.state.roles().get(name));
        if (before.equals(Optional.of(after))) return;
        Action action = before.isPresent() ? Action.UPDATE : Action.CREATE;
        SortedMap<String, String> known = before.map(ConfigurationState::fields).orElseGet(TreeMap::new);
        Step step = step(action, Noun.ROLE, name.value(), known, ConfigurationState.fields(after));
        // What there is by then: an API may have taken scopes away from it.
        prepared.tasks.add(
                new Task(step, wanted.at(), (tx, now) -> roles.replace(tx, roleStore.find(tx, name), after, now)));
    }

    private void prepare(Prepared prepared, WantedClient wanted, Instant now) {
        ClientId id = Parsed.clientId(wanted.client().id());
        prepared.named.add(new Configured(Noun.CLIENT.wireName(), id.value()));
        Optional<Client> before = Optional.ofNullable(prepared.state.clients().get(id));
        Clients.Prepared after = before.map(known -> clients.prepared(known, wanted.client()))
                .orElseGet(() -> clients.prepared(wanted.client(), now));
        boolean isNew = before.isEmpty();
        if (isNew) {
            Step step = step(
                    Action.CREATE, Noun.CLIENT, id.value(), new TreeMap<>(), ConfigurationState.fields(after.client()));
            prepared.tasks.add(new Task(step, wanted.at(), (tx, _) -> clients.insert(tx, after)));
        } else if (!after.client().equals(before.get())) {
            Step step = step(
                    Action.UPDATE,
                    Noun.CLIENT,
                    id.value(),
                    secretly(ConfigurationState.fields(before.get()), after.secret(), "the one that there is"),
                    secretly(ConfigurationState.fields(after.client()), after.secret(), "another one"));
            prepared.tasks.add(new Task(
                    step,
                    wanted.at(),
                    (tx, at) -> clients.replace(tx, clientStore.find(tx, id).orElseThrow(), after, at)));
        }
        // One that was chosen is known already, and stands where it was read.
        if (wanted.client().secret().isEmpty()) {
            after.secret()
                    .ifPresent(secret -> prepared.told.add(
                            new Told(Noun.CLIENT, id.value(), Map.of("client_secret", secret.value()))));
        }
        prepare(prepared, Optional.of(id), wanted.brand());
    }

    private void prepare(Prepared prepared, Optional<ClientId> owner, WantedBrand wanted) {
        Brand before = prepared.state.brand(owner);
        Brand after = wanted.brand();
        if (after.equals(before)) return;
        boolean isStored = wanted.file().isPresent()
                || after.logo().isEmpty()
                || after.logo()
                        .flatMap(logo -> prepared.state.brands().logo(logo.digest()))
                        .isPresent();
        if (!isStored) throw new Refused("refused.file.logo").at(wanted.at());
        Action action =
                before.equals(Brand.NONE) ? Action.CREATE : after.equals(Brand.NONE) ? Action.DELETE : Action.UPDATE;
        String id = owner.map(ClientId::value).orElse("");
        Step step = step(action, Noun.BRAND, id, ConfigurationState.fields(before), ConfigurationState.fields(after));
        prepared.tasks.add(new Task(
                step, wanted.at(), (tx, now) -> branding.replace(tx, owner, before, after, wanted.file(), now)));
    }

    private void prepareExchangesToGo(Prepared prepared, List<WantedExchange> all, boolean prune) {
        for (WantedExchange wanted : all) {
            prepared.named.add(new Configured(Noun.EXCHANGE.wireName(), id(wanted.rule())));
        }
        prepared.state.exchanges().forEach((id, rule) -> {
            if (!goes(prepared, Noun.EXCHANGE, id, prune)) return;
            prepared.tasks.add(gone(Noun.EXCHANGE, id, (tx, now) -> exchanges.delete(tx, rule, now)));
        });
    }

    private void prepare(Prepared prepared, WantedExchange wanted) {
        NewRule rule = wanted.rule();
        String id = id(rule);
        refuseGoing(prepared, wanted.at(), Noun.CLIENT, rule.client());
        refuseGoing(prepared, wanted.at(), Noun.API, rule.from());
        refuseGoing(prepared, wanted.at(), Noun.API, rule.to());
        Optional<ExchangeRule> before =
                Optional.ofNullable(prepared.state.exchanges().get(id));
        SortedMap<String, String> after = ConfigurationState.fields(rule.scopes(), rule.impersonation());
        SortedMap<String, String> known = before.map(
                        there -> ConfigurationState.fields(there.scopes(), there.impersonation()))
                .orElseGet(TreeMap::new);
        if (before.isPresent() && known.equals(after)) return;
        Step step = step(before.isPresent() ? Action.UPDATE : Action.CREATE, Noun.EXCHANGE, id, known, after);
        prepared.tasks.add(new Task(step, wanted.at(), (tx, now) -> exchanges.put(tx, rule, now)));
    }

    /// What goes by the same file would take along what names it.
    private static void refuseGoing(Prepared prepared, String at, Noun noun, String id) {
        boolean goes = prepared.tasks.stream()
                .map(Task::step)
                .anyMatch(step -> step.action() == Action.DELETE
                        && step.noun() == noun
                        && step.id().equals(id));
        if (goes) throw new Refused("refused.file.gone", noun.wireName(), id).at(at);
    }

    private static String id(NewRule rule) {
        return ConfigurationState.id(rule.client(), rule.from(), rule.to());
    }

    private void prepareIssuersToGo(Prepared prepared, List<WantedIssuer> all, boolean prune) {
        for (WantedIssuer wanted : all) {
            prepared.named.add(
                    new Configured(Noun.ISSUER.wireName(), wanted.issuer().name()));
        }
        prepared.state.issuers().forEach((name, trusted) -> {
            if (!goes(prepared, Noun.ISSUER, name, prune)) return;
            prepared.tasks.add(gone(Noun.ISSUER, name, (tx, now) -> issuers.delete(tx, trusted.issuer(), now)));
        });
    }

    private void prepare(Prepared prepared, WantedIssuer wanted, Instant now) {
        NewIssuer issuer = wanted.issuer();
        for (String client : issuer.clients()) refuseGoing(prepared, wanted.at(), Noun.CLIENT, client);
        Optional<Trusted> before = Optional.ofNullable(prepared.state.issuers().get(issuer.name()));
        Optional<AssertionIssuer> known = before.map(Trusted::issuer);
        Trusted after;
        try {
            after = database.read(tx -> {
                AssertionIssuer wished = issuers.wished(tx, known, issuer, now);
                return new Trusted(wished, issuers.users(tx, wished));
            });
        } catch (Refused refused) {
            throw refused.at(wanted.at());
        }
        if (known.equals(Optional.of(after.issuer()))) return;
        SortedMap<String, String> fields =
                before.map(ConfigurationState::fields).orElseGet(TreeMap::new);
        Step step = step(
                before.isPresent() ? Action.UPDATE : Action.CREATE,
                Noun.ISSUER,
                issuer.name(),
                fields,
                ConfigurationState.fields(after));
        prepared.tasks.add(new Task(
                step, wanted.at(), (tx, at) -> issuers.replace(tx, known, issuers.parsed(tx, known, issuer, at), at)));
    }

    private void prepareClientsToGo(Prepared prepared, boolean prune) {
        for (ClientId id : prepared.state.clients().keySet()) {
            if (goes(prepared, Noun.CLIENT, id.value(), prune)) {
                prepared.tasks.add(gone(Noun.CLIENT, id.value(), (tx, now) -> clients.delete(tx, id, now)));
            }
        }
    }

    private void prepareRolesToGo(Prepared prepared, boolean prune) {
        Optional<Audience> own = prepared.state.own();
        prepared.state.roles().forEach((name, role) -> {
            // Who administers this server is not taken away by a file that does not speak of it.
            boolean administers = own.isPresent() && !role.scopesAt(own.get()).isEmpty();
            if (!goes(prepared, Noun.ROLE, name.value(), prune && !administers)) return;
            prepared.tasks.add(gone(Noun.ROLE, name.value(), (tx, now) -> {
                roles.refuseHeld(tx, name);
                roles.delete(tx, role, now);
            }));
        });
    }

    private void prepareApisToGo(Prepared prepared, boolean prune) {
        prepared.state.apis().forEach((audience, api) -> {
            boolean isOwn = prepared.state.own().equals(Optional.of(audience));
            if (isOwn || !goes(prepared, Noun.API, audience.value(), prune)) return;
            prepared.tasks.add(gone(Noun.API, audience.value(), (tx, now) -> apis.delete(tx, api, now)));
        });
    }

    private static boolean goes(Prepared prepared, Noun noun, String id, boolean prune) {
        Configured mark = new Configured(noun.wireName(), id);
        return !prepared.named.contains(mark)
                && (prune || prepared.state.configured().contains(mark));
    }

    private static Task gone(Noun noun, String id, Work work) {
        return new Task(new Step(Action.DELETE, noun, id, List.of()), "", work);
    }

    private static SortedMap<String, String> fields(Api api) {
        return ConfigurationState.fields(api);
    }

    private static SortedMap<String, String> secretly(
            SortedMap<String, String> fields, Optional<Secret> another, String words) {
        if (another.isPresent()) fields.put("secret", words);
        return fields;
    }

    private static Step step(
            Action action, Noun noun, String id, SortedMap<String, String> before, SortedMap<String, String> after) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String name : names) {
            Difference difference = new Difference(name, before.getOrDefault(name, ""), after.getOrDefault(name, ""));
            if (!difference.before().equals(difference.after())) differences.add(difference);
        }
        return new Step(action, noun, id, differences);
    }
}
