package dev.handstamp.cli;

import dev.handstamp.server.administration.AssertionIssuers.Change;
import dev.handstamp.server.administration.AssertionIssuers.NewIssuer;
import dev.handstamp.server.domain.client.AssertionIssuer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp issuer`: whose assertions about users count.
@Command(
        name = "issuer",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Assertion issuers (RFC 7523): who may say, by a signed JWT, for which users a client gets "
                + "tokens.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp issuer add https://ci.example.org --jwks-uri https://ci.example.org/keys \\",
            "      --client deployer --user robot",
            "  handstamp issuer add reporter --client reporter --user vera     (a client with keys of its own)"
        })
final class IssuerCommand {

    private final Terminal terminal;

    IssuerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "add",
            description = {
                "Trusts an issuer: whoever holds its key gets tokens for these users, by these clients.",
                "Without --jwks and --jwks-uri it is a client of that name, which signs with the keys that "
                        + "it has registered."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  handstamp issuer add https://ci.example.org --jwks keys.json --client deployer --user robot",
                "  handstamp issuer add https://idp.example.org --jwks-uri https://idp.example.org/jwks \\",
                "      --client portal --all-users --subject username"
            })
    int add(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "ISSUER", description = "The iss of its assertions.") String name,
            @Option(
                            names = "--jwks",
                            paramLabel = "FILE",
                            description = "Its public keys, a JWK Set; - reads standard input.")
                    @Nullable
                    String keys,
            @Option(names = "--jwks-uri", paramLabel = "URL", description = "Where its public keys stand.") @Nullable
                    String keysUri,
            @Option(
                            names = "--client",
                            required = true,
                            paramLabel = "CLIENT",
                            description = "A client that may present its assertions; may be repeated.")
                    List<String> clients,
            @Option(
                            names = "--user",
                            paramLabel = "USER",
                            description = "A user for whom it may speak; may be repeated.")
                    @Nullable
                    List<String> users,
            @Option(names = "--all-users", description = "It may speak for every user.") boolean allUsers,
            @Option(
                            names = "--subject",
                            paramLabel = "KIND",
                            defaultValue = "subject",
                            description = "What sub is in its assertions: subject (our sub; default) or username.")
                    String naming) {
        NewIssuer wanted = new NewIssuer(
                name,
                Optional.ofNullable(keys).map(file -> new JsonInput(terminal).object(file)),
                Optional.ofNullable(keysUri),
                naming,
                clients,
                Given.list(users),
                allUsers);
        return store.with(office -> {
            AssertionIssuer issuer = office.issuers().add(wanted);
            return printed.one(object(issuer), shown(issuer));
        });
    }

    @Command(
            name = "update",
            description = {
                "Changes for whom an issuer speaks, by which clients, and with which keys; what is not "
                        + "named stays.",
                "What it may do less, and other keys, end every token that came by its assertions at once, "
                        + "with the other tokens of the clients that may present them."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  handstamp issuer update https://ci.example.org --add-user vera",
                "  handstamp issuer update https://ci.example.org --jwks keys.json --remove-client deployer"
            })
    int update(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "ISSUER", description = "The iss of its assertions.") String name,
            @Option(
                            names = "--jwks",
                            paramLabel = "FILE",
                            description = "Its public keys, a JWK Set; - reads standard input.")
                    @Nullable
                    String keys,
            @Option(
                            names = "--jwks-uri",
                            paramLabel = "URL",
                            description = "Where its public keys stand; none for those of the client of that name.")
                    @Nullable
                    String keysUri,
            @Option(
                            names = "--client",
                            paramLabel = "CLIENT",
                            description = "A client from now on, in place of all of them; may be repeated.")
                    @Nullable
                    List<String> clients,
            @Option(names = "--add-client", paramLabel = "CLIENT", description = "One client more; may be repeated.")
                    @Nullable
                    List<String> moreClients,
            @Option(names = "--remove-client", paramLabel = "CLIENT", description = "One client less; may be repeated.")
                    @Nullable
                    List<String> lessClients,
            @Option(
                            names = "--user",
                            paramLabel = "USER",
                            description = "A user from now on, in place of all of them; may be repeated.")
                    @Nullable
                    List<String> users,
            @Option(names = "--add-user", paramLabel = "USER", description = "One user more; may be repeated.")
                    @Nullable
                    List<String> moreUsers,
            @Option(names = "--remove-user", paramLabel = "USER", description = "One user less; may be repeated.")
                    @Nullable
                    List<String> lessUsers,
            @Option(names = "--all-users", description = "It may speak for every user.") boolean allUsers,
            @Option(
                            names = "--subject",
                            paramLabel = "KIND",
                            description = "What sub is in its assertions: subject (our sub) or username.")
                    @Nullable
                    String naming) {
        Change change = new Change(
                Optional.ofNullable(keys).map(file -> new JsonInput(terminal).object(file)),
                Optional.ofNullable(keysUri).map(uri -> uri.equals("none") ? "" : uri),
                Optional.ofNullable(naming),
                Given.change(clients, moreClients, lessClients),
                Given.change(users, moreUsers, lessUsers),
                allUsers ? Optional.of(true) : Optional.empty());
        if (change.equals(Change.NONE)) throw new WrongUsage("nothing to change: say what is to be different");
        return store.with(office -> {
            AssertionIssuer issuer = office.issuers().update(name, change, (_, _) -> {});
            return printed.one(object(issuer), shown(issuer));
        });
    }

    @Command(name = "list", description = "Lists the issuers whose assertions count.")
    int list(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            List<AssertionIssuer> issuers = office.issuers().list();
            return printed.many(
                    issuers.stream().map(IssuerCommand::object).toList(),
                    List.of("ISSUER", "KEYS", "CLIENTS", "USERS"),
                    issuers.stream().map(IssuerCommand::row).toList(),
                    "No assertions count: handstamp issuer add ISSUER --jwks-uri URL --client CLIENT --user USER");
        });
    }

    @Command(name = "show", description = "Shows one issuer.")
    int show(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "ISSUER") String name) {
        return store.with(office -> {
            AssertionIssuer issuer = office.issuers().find(name);
            return printed.one(object(issuer), shown(issuer));
        });
    }

    @Command(
            name = "delete",
            description = "Trusts an issuer no more, and ends every token that came by its assertions at once, with "
                    + "the other tokens of the clients that may present them.")
    int delete(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "ISSUER") String name) {
        return store.with(office -> {
            AssertionIssuer issuer = office.issuers().delete(name);
            return printed.done(object(issuer), "Trusts the issuer " + issuer.name() + " no more.");
        });
    }

    private static Map<String, Object> object(AssertionIssuer issuer) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("issuer", issuer.name());
        issuer.keys().ifPresent(keys -> object.put("jwks", keys));
        issuer.keysUri().ifPresent(uri -> object.put("jwks_uri", uri));
        object.put("subject", issuer.naming().wireName());
        object.put("clients", clients(issuer));
        object.put("all_users", issuer.users().isEmpty());
        object.put("users", users(issuer));
        object.put("created_at", Shown.utc(issuer.createdAt()));
        return object;
    }

    private static Map<String, String> shown(AssertionIssuer issuer) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("issuer", issuer.name());
        shown.put("keys", keys(issuer));
        shown.put("subject", issuer.naming().wireName());
        shown.put("clients", String.join(" ", clients(issuer)));
        shown.put("users", issuer.users().isEmpty() ? "all" : String.join(" ", users(issuer)));
        return shown;
    }

    private static List<String> row(AssertionIssuer issuer) {
        return List.of(
                issuer.name(),
                keys(issuer),
                String.join(" ", clients(issuer)),
                issuer.users().isEmpty() ? "all" : String.join(" ", users(issuer)));
    }

    private static String keys(AssertionIssuer issuer) {
        if (issuer.keys().isPresent()) return "by value";
        return issuer.keysUri().orElse("of the client");
    }

    private static List<String> clients(AssertionIssuer issuer) {
        return issuer.clients().stream().map(Object::toString).sorted().toList();
    }

    private static List<String> users(AssertionIssuer issuer) {
        return issuer.users().stream().map(Object::toString).sorted().toList();
    }
}
