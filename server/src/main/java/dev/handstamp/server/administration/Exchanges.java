package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Which client may exchange users' tokens for one API into tokens for another (RFC 8693).
public final class Exchanges {

    private static final String FROM = "from";
    private static final String TO = "to";

    /// A rule to be.
    ///
    /// @param scopes which scope at `to` a scope at `from` stands for
    public record NewRule(String client, String from, String to, Map<String, String> scopes, boolean impersonation) {}

    private final Database database;
    private final InstantSource clock;
    private final Journal journal;
    private final ClientStore clients = new ClientStore();
    private final ApiStore apis = new ApiStore();
    private final ExchangeRuleStore rules = new ExchangeRuleStore();

    public Exchanges(Database database, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    /// Makes a rule, or puts it in the place of the one with the same client and APIs. One that allows less than that
    /// takes back what came by it.
    public ExchangeRule add(NewRule wanted) {
        return add(wanted, _ -> {});
    }

    /// The same, if nobody objects to the client that is to exchange.
    ///
    /// @param objection may throw: then nothing is changed
    public ExchangeRule add(NewRule wanted, Consumer<Client> objection) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            objection.accept(client(tx, wanted.client()));
            return put(tx, wanted, now);
        });
    }

    /// Makes a rule that nobody has made before.
    public ExchangeRule create(NewRule wanted) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            if (known(tx, wanted.client(), wanted.from(), wanted.to()).isPresent()) {
                throw new Refused(Refused.Kind.CONFLICT, "refused.exchange.exists").concerning("client id");
            }
            return put(tx, wanted, now);
        });
    }

    /// Makes a rule, or another one of it, with all that follows.
    ExchangeRule put(Transaction tx, NewRule wanted, Instant now) {
        Client client = client(tx, wanted.client());
        Api from = api(tx, wanted.from(), FROM);
        Api to = api(tx, wanted.to(), TO);
        if (!client.mayUse(GrantType.TOKEN_EXCHANGE)) {
            throw Refused.about("client id", "refused.client.no-grant", client.id(), "token-exchange");
        }
        if (!client.apis().contains(to.audience())) {
            throw Refused.about(TO, "refused.exchange.not-asked", client.id(), to.audience());
        }
        if (from.algorithm().isSymmetric()) {
            throw Refused.about(
                    FROM,
                    "refused.exchange.shared",
                    from.audience(),
                    from.algorithm().joseName());
        }
        wanted.scopes().forEach((here, there) -> {
            if (!from.scopes().contains(here)) throw unknownScope(from, here);
            if (!to.scopes().contains(there)) throw unknownScope(to, there);
        });
        Optional<ExchangeRule> before = known(tx, wanted.client(), wanted.from(), wanted.to());
        ExchangeRule rule = new ExchangeRule(
                client.id(),
                from.audience(),
                to.audience(),
                wanted.scopes(),
                wanted.impersonation(),
                before.map(ExchangeRule::createdAt).orElse(now));
        if (before.equals(Optional.of(rule))) return rule;
        rules.put(tx, rule);
        AuditEvent.Type type = before.isPresent() ? AuditEvent.Type.EXCHANGE_CHANGED : AuditEvent.Type.EXCHANGE_ALLOWED;
        journal.note(tx, type, client.id().value(), details(rule), now);
        if (before.filter(known -> isNarrowed(known, rule)).isPresent()) takeBack(tx, rule, type, now);
        return rule;
    }

    public List<ExchangeRule> list() {
        return database.read(rules::list);
    }

    public ExchangeRule find(String client, String from, String to) {
        return database.read(tx -> known(tx, client, from, to).orElseThrow(Exchanges::unknown));
    }

    /// Takes a rule away, and with it every token of the client, of which some may have come by it.
    public void delete(String client, String from, String to) {
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            ExchangeRule rule = known(tx, client, from, to).orElseThrow(Exchanges::unknown);
            delete(tx, rule, now);
            return rule;
        });
    }

    void delete(Transaction tx, ExchangeRule rule, Instant now) {
        AuditEvent.Type type = AuditEvent.Type.EXCHANGE_WITHDRAWN;
        journal.note(tx, type, rule.client().value(), details(rule), now);
        takeBack(tx, rule, type, now);
        rules.delete(tx, rule.client(), rule.from(), rule.to());
    }

    /// A mapping that is added takes the scope of the same name away.
    private static boolean isNarrowed(ExchangeRule before, ExchangeRule after) {
        return !before.scopes().equals(after.scopes()) || (before.impersonation() && !after.impersonation());
    }

    /// What others have got for those tokens, by rules of theirs, goes with them.
    private void takeBack(Transaction tx, ExchangeRule rule, AuditEvent.Type cause, Instant now) {
        Set<ClientId> exchanging = new HashSet<>(rules.exchanging(tx, Set.of(rule.to())));
        exchanging.add(rule.client());
        journal.cutOffExchanged(tx, exchanging, cause, now);
    }

    private Optional<ExchangeRule> known(Transaction tx, String client, String from, String to) {
        ClientId owner = Parsed.clientId(client);
        Audience source = audience(from, FROM);
        Audience target = audience(to, TO);
        return rules.list(tx).stream()
                .filter(each -> each.client().equals(owner)
                        && each.from().equals(source)
                        && each.to().equals(target))
                .findFirst();
    }

    private static Refused unknown() {
        return new Refused(Refused.Kind.UNKNOWN, "refused.exchange.unknown");
    }

    private Client client(Transaction tx, String id) {
        return clients.find(tx, Parsed.clientId(id))
                .orElseThrow(
                        () -> new Refused(Refused.Kind.UNKNOWN, "refused.client.unknown", id).concerning("client id"));
    }

    /// @param which of the two APIs of a rule
    private Api api(Transaction tx, String audience, String which) {
        return apis.find(tx, audience(audience, which))
                .orElseThrow(() -> Refused.about(which, "refused.api.unknown", Refused.quoted(audience)));
    }

    private static Audience audience(String text, String which) {
        try {
            return Parsed.audience(text);
        } catch (Refused refused) {
            throw refused.concerning(which);
        }
    }

    private static Refused unknownScope(Api api, String scope) {
        return Refused.about("mapping", "refused.api.scope-unknown", api.audience(), Refused.quoted(scope));
    }

    private static Map<String, String> details(ExchangeRule rule) {
        return Map.of(
                "from", rule.from().value(),
                "to", rule.to().value(),
                "impersonation", Boolean.toString(rule.impersonation()));
    }
}
