package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ExchangeRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which clients may exchange tokens. Every change counts the configuration's position up.
public final class ExchangeRuleStore {

    private static final String PUT = """
        INSERT INTO exchange_rule (client_id, from_audience, to_audience, scopes, impersonation, created_at)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (client_id, from_audience, to_audience)
        DO UPDATE SET scopes = excluded.scopes, impersonation = excluded.impersonation""";

    private static final String LIST = """
        SELECT client_id, from_audience, to_audience, scopes, impersonation, created_at
          FROM exchange_rule ORDER BY client_id, from_audience, to_audience""";

    private static final String DELETE = """
        DELETE FROM exchange_rule WHERE client_id = ? AND from_audience = ? AND to_audience = ?""";

    private final RevisionStore revisions = new RevisionStore();
    private final ConfiguredStore configured = new ConfiguredStore();

    /// Makes a rule, or another one of it. Its client and APIs must be registered.
    public void put(Transaction tx, ExchangeRule rule) {
        tx.execute(
                PUT,
                rule.client().value(),
                rule.from().value(),
                rule.to().value(),
                Json.text(rule.scopes()),
                rule.impersonation(),
                rule.createdAt());
        revisions.bumpConfiguration(tx);
    }

    /// Those that can be read; another one is logged and left out.
    public List<ExchangeRule> list(Transaction tx) {
        return tx.list(LIST, row -> Stored.readable("rule", row.text("client_id"), () -> from(row))).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /// Takes a rule away. What was exchanged by it is to be taken back.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, ClientId client, Audience from, Audience to) {
        int deleted = tx.execute(DELETE, client.value(), from.value(), to.value());
        configured.forgetRulesThatAreGone(tx);
        if (deleted > 0) revisions.bumpConfiguration(tx);
        return deleted > 0;
    }

    /// These APIs, and every one that a token for one of them can have been exchanged for, however often.
    Set<Audience> reachable(Transaction tx, Set<Audience> audiences) {
        List<ExchangeRule> rules = list(tx);
        Set<Audience> reached = new HashSet<>(audiences);
        boolean more;
        do {
            more = false;
            for (ExchangeRule rule : rules) more |= reached.contains(rule.from()) && reached.add(rule.to());
        } while (more);
        return reached;
    }

    /// The clients that can have exchanged tokens for these APIs, or what others have exchanged them for.
    public Set<ClientId> exchanging(Transaction tx, Set<Audience> audiences) {
        Set<Audience> reached = reachable(tx, audiences);
        return list(tx).stream()
                .filter(rule -> reached.contains(rule.from()))
                .map(ExchangeRule::client)
                .collect(Collectors.toSet());
    }

    private static ExchangeRule from(Row row) {
        Map<String, String> scopes = new HashMap<>();
        Stored.object(row.text("scopes")).forEach((scope, other) -> scopes.put(scope, (String) other));
        return new ExchangeRule(
                new ClientId(row.text("client_id")),
                new Audience(row.text("from_audience")),
                new Audience(row.text("to_audience")),
                scopes,
                row.flag("impersonation"),
                row.instant("created_at"));
    }
}
