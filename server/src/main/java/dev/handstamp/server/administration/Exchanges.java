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
import java.util.Set;

/// Which client may exchange users' tokens for one API into tokens for another (RFC 8693).
public final class Exchanges {

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

    /// Makes a rule, or puts it in the place of the one with the same client and APIs.
    public ExchangeRule add(NewRule wanted) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Client client = client(tx, wanted.client());
            Api from = api(tx, wanted.from());
            Api to = api(tx, wanted.to());
            if (!client.mayUse(GrantType.TOKEN_EXCHANGE)) {
                throw new Refused("the client " + client.id() + " is not registered for the grant type token-exchange");
            }
            if (!client.apis().contains(to.audience())) {
                throw new Refused("the client " + client.id() + " may not ask for tokens of " + to.audience());
            }
            if (from.algorithm().isSymmetric()) {
                throw new Refused("the API " + from.audience() + " checks its tokens with a secret that it shares ("
                        + from.algorithm().joseName() + "), so it could make one for any user and have it exchanged;"
                        + " register it with an algorithm that has a public key, such as ES256");
            }
            wanted.scopes().forEach((here, there) -> {
                if (!from.scopes().contains(here)) throw unknownScope(from, here);
                if (!to.scopes().contains(there)) throw unknownScope(to, there);
            });
            ExchangeRule rule = new ExchangeRule(
                    client.id(), from.audience(), to.audience(), wanted.scopes(), wanted.impersonation(), now);
            rules.put(tx, rule);
            journal.note(tx, AuditEvent.Type.EXCHANGE_ALLOWED, client.id().value(), details(rule), now);
            return rule;
        });
    }

    public List<ExchangeRule> list() {
        return database.read(rules::list);
    }

    /// Takes a rule away, and with it every token of the client, of which some may have come by it.
    public void delete(String client, String from, String to) {
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            Client owner = client(tx, client);
            Audience source = Parsed.audience(from);
            Audience target = Parsed.audience(to);
            ExchangeRule rule = rules.list(tx).stream()
                    .filter(each -> each.client().equals(owner.id())
                            && each.from().equals(source)
                            && each.to().equals(target))
                    .findFirst()
                    .orElseThrow(() -> new Refused("there is no such rule"));
            // What others have got for those tokens, by rules of theirs, goes with them.
            Set<ClientId> exchanging = new HashSet<>(rules.exchanging(tx, Set.of(target)));
            exchanging.add(owner.id());
            rules.delete(tx, owner.id(), source, target);
            String id = owner.id().value();
            journal.note(tx, AuditEvent.Type.EXCHANGE_WITHDRAWN, id, details(rule), now);
            journal.cutOffExchanged(tx, exchanging, AuditEvent.Type.EXCHANGE_WITHDRAWN, now);
            return rule;
        });
    }

    private Client client(Transaction tx, String id) {
        return clients.find(tx, Parsed.clientId(id))
                .orElseThrow(() -> new Refused(Refused.Kind.UNKNOWN, "there is no client " + id));
    }

    private Api api(Transaction tx, String audience) {
        return apis.find(tx, Parsed.audience(audience))
                .orElseThrow(() -> new Refused("there is no API " + Refused.quoted(audience)));
    }

    private static Refused unknownScope(Api api, String scope) {
        return new Refused("the API " + api.audience() + " has no scope " + Refused.quoted(scope));
    }

    private static Map<String, String> details(ExchangeRule rule) {
        return Map.of(
                "from", rule.from().value(),
                "to", rule.to().value(),
                "impersonation", Boolean.toString(rule.impersonation()));
    }
}
