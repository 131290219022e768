package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Exchanges;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.http.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One rule by which a client exchanges users' tokens, or a new one.
public final class ExchangePage implements Entrance.Room {

    static final String ADD = "add";
    static final String CHANGE = "change";
    static final String DELETE = "delete";

    private static final String NEW = "/admin/exchanges/new";
    private static final List<String> FIELDS = List.of("id", "from", "to", "mapping", "impersonation");

    /// What the page shows.
    public record View(Head head, String path, boolean isNew, Fields fields, Map<String, String> forms) {}

    /// Whom a rule is for, as one identifier: no part of it has a blank.
    static String reference(ExchangeRule rule) {
        return Reference.of(rule.client() + " " + rule.from() + " " + rule.to());
    }

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attempt(ExchangePage::act, ExchangePage::show);
    }

    private static Response act(Clerk clerk) {
        Exchanges exchanges = clerk.desk().exchanges();
        return switch (clerk.action()) {
            case ADD -> {
                ExchangeRule rule = exchanges.create(wanted(
                        clerk,
                        clerk.parameter("id").strip(),
                        clerk.parameter("from").strip(),
                        clerk.parameter("to").strip()));
                yield clerk.done(AdminPlace.EXCHANGES.path() + "/" + reference(rule), Clerk.Done.ADDED);
            }
            case CHANGE -> {
                ExchangeRule rule = named(clerk);
                exchanges.add(wanted(
                        clerk,
                        rule.client().value(),
                        rule.from().value(),
                        rule.to().value()));
                yield clerk.done(clerk.path(), Clerk.Done.SAVED);
            }
            case DELETE -> {
                ExchangeRule rule = named(clerk);
                exchanges.delete(
                        rule.client().value(), rule.from().value(), rule.to().value());
                yield clerk.done(AdminPlace.EXCHANGES.path(), Clerk.Done.DELETED);
            }
            default -> throw new Refused("admin.choose");
        };
    }

    private static NewRule wanted(Clerk clerk, String client, String from, String to) {
        return new NewRule(
                client,
                from,
                to,
                mapping(clerk.parameter("mapping")),
                clerk.parameter("impersonation").equals("on"));
    }

    /// Lines such as `orders:read = stock:read`.
    private static Map<String, String> mapping(String text) {
        Map<String, String> mapping = new LinkedHashMap<>();
        for (String line :
                text.lines().map(String::strip).filter(each -> !each.isEmpty()).toList()) {
            String[] both = line.split("\\s*=\\s*", 2);
            if (both.length < 2 || mapping.putIfAbsent(both[0], both[1]) != null) {
                throw Refused.about("mapping", "refused.exchange.mapping");
            }
        }
        return mapping;
    }

    private static ExchangeRule named(Clerk clerk) {
        return found(clerk).orElseThrow(() -> new Refused("admin.exchange.gone"));
    }

    private static Optional<ExchangeRule> found(Clerk clerk) {
        return clerk.desk().exchanges().list().stream()
                .filter(rule -> clerk.path().endsWith("/" + reference(rule)))
                .findFirst();
    }

    private static Response show(Clerk clerk) {
        boolean isTyped = List.of(ADD, CHANGE).contains(clerk.action());
        if (clerk.path().equals(NEW)) {
            return page(clerk, true, isTyped ? Fields.sent(clerk, FIELDS) : Map.of());
        }
        Optional<ExchangeRule> rule = found(clerk);
        if (rule.isEmpty()) return clerk.missing();
        Map<String, String> values = values(rule.get());
        if (isTyped) values.putAll(Fields.sent(clerk, List.of("mapping", "impersonation")));
        return page(clerk, false, values);
    }

    private static Response page(Clerk clerk, boolean isNew, Map<String, String> values) {
        Map<String, String> forms = new LinkedHashMap<>();
        for (String action : List.of(ADD, CHANGE, DELETE)) forms.put(action, clerk.form(action));
        View view = new View(clerk.head(), clerk.path(), isNew, Fields.of(clerk, values), forms);
        String title = clerk.words().text(isNew ? "admin.exchange.new" : "admin.exchange.title");
        return clerk.page("admin/Exchange", title, view);
    }

    private static Map<String, String> values(ExchangeRule rule) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("id", rule.client().value());
        values.put("from", rule.from().value());
        values.put("to", rule.to().value());
        values.put("mapping", ExchangesPage.scopes(rule, "\n"));
        values.put("impersonation", rule.impersonation() ? "on" : "");
        return values;
    }
}
