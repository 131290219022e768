package dev.handstamp.cli;

import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.domain.client.ExchangeRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp exchange`: which client may exchange tokens for one API into tokens for another.
@Command(
        name = "exchange",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Token exchange (RFC 8693): which API's backend may call which other API for a user.",
        footerHeading = "%nExample:%n",
        footer = {
            "  handstamp client add orders-backend --grant token-exchange --api https://api.example/stock \\",
            "      --scope stock:read",
            "  handstamp exchange add orders-backend --from https://api.example/orders \\",
            "      --to https://api.example/stock --scope orders:read=stock:read"
        })
final class ExchangeCommand {

    @Command(
            name = "add",
            description = {
                "Lets a client exchange users' tokens for one API into tokens for another.",
                "The new token names the client as the one who acts, and ends with the old one."
            },
            footerHeading = "%nExample:%n",
            footer = {
                "  handstamp exchange add orders-backend --from https://api.example/orders \\",
                "      --to https://api.example/stock --scope orders:read=stock:read"
            })
    int add(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "CLIENT", description = "A client of the grant type token-exchange.")
                    String client,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "URL",
                            description = "The API that the tokens to exchange are for.")
                    String from,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "URL",
                            description = "The API that the new tokens are for; the client may ask for it.")
                    String to,
            @Option(
                            names = "--scope",
                            paramLabel = "FROM=TO",
                            description = "Which scope at the other API a scope stands for; may be repeated. A scope "
                                    + "that is not named stands for the one of the same name.")
                    @Nullable
                    Map<String, String> scopes,
            @Option(
                            names = "--impersonate",
                            description = "The client may speak as the user, without being named in the token. Leave "
                                    + "it out: the other API cannot tell who acts then.")
                    boolean impersonate) {
        NewRule wanted = new NewRule(client, from, to, scopes == null ? Map.of() : scopes, impersonate);
        return store.with(office -> {
            ExchangeRule rule = office.exchanges().add(wanted);
            return printed.one(object(rule), shown(rule));
        });
    }

    @Command(name = "list", description = "Lists who may exchange what.")
    int list(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            List<ExchangeRule> rules = office.exchanges().list();
            return printed.many(
                    rules.stream().map(ExchangeCommand::object).toList(),
                    List.of("CLIENT", "FROM", "TO", "SCOPES", "ACTS"),
                    rules.stream().map(ExchangeCommand::row).toList(),
                    "Nobody may exchange tokens: handstamp exchange add CLIENT --from URL --to URL");
        });
    }

    @Command(name = "delete", description = "Takes it from a client, and ends every token of that client at once.")
    int delete(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "CLIENT") String client,
            @Option(names = "--from", required = true, paramLabel = "URL") String from,
            @Option(names = "--to", required = true, paramLabel = "URL") String to) {
        return store.with(office -> {
            office.exchanges().delete(client, from, to);
            return printed.done(
                    Map.of("client_id", client, "from", from, "to", to),
                    "The client " + client + " exchanges no more tokens for " + from + " into tokens for " + to + ".");
        });
    }

    private static Map<String, Object> object(ExchangeRule rule) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("client_id", rule.client().value());
        object.put("from", rule.from().value());
        object.put("to", rule.to().value());
        object.put("scopes", new TreeMap<>(rule.scopes()));
        object.put("impersonation", rule.impersonation());
        object.put("created_at", Shown.utc(rule.createdAt()));
        return object;
    }

    private static Map<String, String> shown(ExchangeRule rule) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("client_id", rule.client().value());
        shown.put("from", rule.from().value());
        shown.put("to", rule.to().value());
        shown.put("scopes", scopes(rule));
        shown.put("acts", acts(rule));
        return shown;
    }

    private static List<String> row(ExchangeRule rule) {
        return List.of(rule.client().value(), rule.from().value(), rule.to().value(), scopes(rule), acts(rule));
    }

    private static String scopes(ExchangeRule rule) {
        if (rule.scopes().isEmpty()) return "of the same name";
        return new TreeMap<>(rule.scopes())
                .entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining(" "));
    }

    private static String acts(ExchangeRule rule) {
        return rule.impersonation() ? "as the user" : "for the user";
    }
}
