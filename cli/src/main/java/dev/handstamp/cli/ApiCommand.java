package dev.handstamp.cli;

import dev.handstamp.server.administration.Apis.Added;
import dev.handstamp.server.administration.Apis.Change;
import dev.handstamp.server.administration.Apis.Changed;
import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.SharedSecrets;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Descriptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp api`: what tokens are issued for.
@Command(
        name = "api",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "APIs: what tokens are issued for, their scopes, and which attributes become claims.",
        footerHeading = "%nExample:%n",
        footer = "  handstamp api add https://api.example/orders --scope orders:read --scope orders:write --claim age")
final class ApiCommand {

    @Command(
            name = "add",
            description = {
                "Registers an API.",
                "Its URL is the audience (aud) of its tokens. Prints once what it authenticates with at "
                        + "introspection, and a secret that it shares, if it shares one."
            },
            footerHeading = "%nExample:%n",
            footer = {
                "  handstamp api add https://api.example/orders --scope orders:read --scope orders:write \\",
                "      --algorithm ES256 --token-lifetime 5m --claim age"
            })
    int add(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "URL", description = "The API's identifier: an absolute URI without fragment.")
                    String audience,
            @Option(names = "--scope", paramLabel = "SCOPE", description = "A scope that it knows; may be repeated.")
                    @Nullable
                    List<String> scopes,
            @Option(
                            names = "--algorithm",
                            paramLabel = "ALG",
                            description = "What its tokens are signed with: RS256 (default), ES256, EdDSA, PS256, "
                                    + "HS256 with a secret that only this API shares, ...")
                    @Nullable
                    String algorithm,
            @Option(
                            names = "--token-lifetime",
                            paramLabel = "DURATION",
                            converter = DurationConverter.class,
                            description = "How long an access token lives, 10s to 24h. Default: 5m")
                    @Nullable
                    Duration lifetime,
            @Option(
                            names = "--claim",
                            paramLabel = "ATTRIBUTE",
                            description = "A user attribute that becomes a claim; may be repeated. Every user has "
                                    + "name, email and preferred_username.")
                    @Nullable
                    List<String> claims,
            @Option(
                            names = "--status-list",
                            description = "Its tokens name their place in a status list, for verifiers that know "
                                    + "nothing else of revocation. Ours need none: they follow the feed.")
                    boolean statusList,
            @Option(
                            names = "--open",
                            description = "Clients that registered themselves, or that a document describes, may ask "
                                    + "users for it. Without this, only clients that you have registered may.")
                    boolean open,
            @Option(
                            names = "--require-acr",
                            paramLabel = "ACR",
                            description = "How sure it has to be who its users are: aal2 asks for a second factor. "
                                    + "Default: however they signed in")
                    @Nullable
                    String requiredAcr,
            @Option(
                            names = "--describe",
                            paramLabel = "SCOPE[#LANGUAGE]=TEXT",
                            description = "What a scope allows, in words for users who are asked; may be repeated.")
                    @Nullable
                    List<String> words) {
        NewApi wanted = new NewApi(
                audience,
                Given.list(scopes),
                Optional.ofNullable(algorithm),
                Optional.ofNullable(lifetime),
                Given.list(claims),
                statusList,
                open,
                Optional.ofNullable(requiredAcr),
                WordsOption.read(words));
        return store.with(office -> {
            Added added = office.apis().add(wanted);
            return printed.one(object(added), shown(added));
        });
    }

    @Command(
            name = "update",
            description = {
                "Changes an API; what is not named stays.",
                "What takes something away from those who use it (a scope, a claim, a shorter life, "
                        + "another algorithm, a higher level, closing it) has every token for it refused at once "
                        + "that was issued until now."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  handstamp api update https://api.example/orders --add-scope orders:cancel \\",
                "      --describe \"orders:cancel=Cancel your orders\" --describe \"orders:cancel#de=Ihre Bestellungen stornieren\"",
                "  handstamp api update https://api.example/orders --remove-scope orders:write --token-lifetime 1m"
            })
    int update(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "URL") String audience,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            description =
                                    "A scope that it knows from now on, in place of all that it knew; may be repeated.")
                    @Nullable
                    List<String> scopes,
            @Option(names = "--add-scope", paramLabel = "SCOPE", description = "One scope more; may be repeated.")
                    @Nullable
                    List<String> moreScopes,
            @Option(
                            names = "--remove-scope",
                            paramLabel = "SCOPE",
                            description = "One scope less, for roles and clients too; may be repeated.")
                    @Nullable
                    List<String> lessScopes,
            @Option(
                            names = "--describe",
                            paramLabel = "SCOPE[#LANGUAGE]=TEXT",
                            description = "What a scope allows, in words for users who are asked; nothing after the "
                                    + "equals sign takes the words away; may be repeated.")
                    @Nullable
                    List<String> words,
            @Option(names = "--algorithm", paramLabel = "ALG", description = "What its tokens are signed with.")
                    @Nullable
                    String algorithm,
            @Option(
                            names = "--token-lifetime",
                            paramLabel = "DURATION",
                            converter = DurationConverter.class,
                            description = "How long an access token lives, 10s to 24h.")
                    @Nullable
                    Duration lifetime,
            @Option(
                            names = "--claim",
                            paramLabel = "ATTRIBUTE",
                            description = "A claim from now on, in place of all that there were; may be repeated.")
                    @Nullable
                    List<String> claims,
            @Option(names = "--add-claim", paramLabel = "ATTRIBUTE", description = "One claim more; may be repeated.")
                    @Nullable
                    List<String> moreClaims,
            @Option(
                            names = "--remove-claim",
                            paramLabel = "ATTRIBUTE",
                            description = "One claim less; may be repeated.")
                    @Nullable
                    List<String> lessClaims,
            @Option(
                            names = "--status-list",
                            negatable = true,
                            description = "Whether its tokens name their place in a status list.")
                    @Nullable
                    Boolean statusList,
            @Option(
                            names = "--open",
                            negatable = true,
                            description = "Whether clients that you have not registered may ask users for it.")
                    @Nullable
                    Boolean open,
            @Option(
                            names = "--require-acr",
                            paramLabel = "ACR",
                            description = "How sure it has to be who its users are: aal1, aal2, or none.")
                    @Nullable
                    String requiredAcr,
            @Option(
                            names = "--new-secret",
                            description =
                                    "Gives it another secret for introspection, shown only now; the old one ends.")
                    boolean newSecret) {
        Change change = new Change(
                Given.change(scopes, moreScopes, lessScopes),
                WordsOption.read(words),
                Optional.ofNullable(algorithm),
                Optional.ofNullable(lifetime),
                Given.change(claims, moreClaims, lessClaims),
                Optional.ofNullable(statusList),
                Optional.ofNullable(open),
                Optional.ofNullable(requiredAcr),
                newSecret);
        if (change.equals(Change.NONE)) throw new WrongUsage("nothing to change: say what is to be different");
        return store.with(office -> {
            Changed changed = office.apis().update(audience, change);
            return printed.one(object(changed), shown(changed));
        });
    }

    @Command(
            name = "open",
            description = "Lets clients ask users for an API that you have not registered: those that registered "
                    + "themselves, and those that a document describes.")
    int open(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "URL") String audience) {
        return store.with(office -> {
            Api api = office.apis().open(audience, true);
            return printed.done(object(api), "Any client may ask users for " + api.audience() + ".");
        });
    }

    @Command(name = "close", description = "Lets only clients that you have registered ask for an API.")
    int close(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "URL") String audience) {
        return store.with(office -> {
            Api api = office.apis().open(audience, false);
            return printed.done(object(api), "Only registered clients may ask for " + api.audience() + ".");
        });
    }

    @Command(name = "list", description = "Lists the APIs.")
    int list(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            List<Api> apis = office.apis().list();
            return printed.many(
                    apis.stream().map(ApiCommand::object).toList(),
                    List.of("API", "SCOPES", "ALGORITHM", "TOKEN LIVES", "CLAIMS"),
                    apis.stream().map(ApiCommand::row).toList(),
                    "No APIs yet: handstamp api add URL --scope SCOPE");
        });
    }

    @Command(name = "show", description = "Shows one API.")
    int show(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "URL") String audience) {
        return store.with(office -> {
            Api api = office.apis().find(audience);
            return printed.one(object(api), shown(api));
        });
    }

    @Command(name = "delete", description = "Deletes an API, and ends every refresh token and token for it at once.")
    int delete(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "URL") String audience) {
        return store.with(office -> {
            Api api = office.apis().delete(audience);
            return printed.done(object(api), "Deleted the API " + api.audience() + ".");
        });
    }

    private static Map<String, Object> object(Added added) {
        Map<String, Object> object = object(added.api());
        object.put("client_id", added.api().audience().value());
        object.put("client_secret", added.secret().value());
        added.shared().ifPresent(shared -> {
            object.put("shared_secret", shared.current());
            object.put("next_shared_secret", shared.next());
        });
        return object;
    }

    private static Map<String, Object> object(Changed changed) {
        Map<String, Object> object = object(changed.api());
        changed.secret().ifPresent(secret -> object.put("client_secret", secret.value()));
        changed.shared().ifPresent(shared -> {
            object.put("shared_secret", shared.current());
            object.put("next_shared_secret", shared.next());
        });
        return object;
    }

    private static Map<String, Object> object(Api api) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("audience", api.audience().value());
        object.put("scope", api.scopes().toString());
        object.put("algorithm", api.algorithm().joseName());
        object.put("token_lifetime", api.tokenLifetime().toSeconds());
        object.put("claims", api.claims());
        object.put("status_list", api.statusList());
        object.put("open", api.open());
        api.requiredLevel().ifPresent(level -> object.put("required_acr", level.wireName()));
        if (!api.words().equals(Descriptions.NONE))
            object.put("scope_descriptions", api.words().toObject());
        object.put("created_at", Shown.utc(api.createdAt()));
        return object;
    }

    private static List<String> row(Api api) {
        return List.of(
                api.audience().value(),
                Shown.orDash(api.scopes().toString()),
                api.algorithm().joseName(),
                Shown.duration(api.tokenLifetime()),
                Shown.orDash(String.join(" ", api.claims())));
    }

    private static Map<String, String> shown(Api api) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("API", api.audience().value());
        shown.put("scopes", Shown.orDash(api.scopes().toString()));
        shown.put("algorithm", api.algorithm().joseName());
        shown.put("a token lives", Shown.duration(api.tokenLifetime()));
        shown.put("claims", Shown.orDash(String.join(" ", api.claims())));
        if (api.statusList()) shown.put("status list", "yes");
        if (api.open()) shown.put("open", "to clients that nobody here has registered");
        api.requiredLevel().ifPresent(level -> shown.put("required acr", level.wireName()));
        api.words()
                .words()
                .forEach((scope, texts) -> texts.forEach((language, text) ->
                        shown.put("words of " + scope + (language.isEmpty() ? "" : "#" + language), text)));
        return shown;
    }

    private static Map<String, String> shown(Changed changed) {
        Map<String, String> shown = shown(changed.api());
        changed.secret()
                .ifPresent(secret ->
                        shown.put("client_secret", secret.value() + "   (for introspection; shown only now)"));
        changed.shared().ifPresent(shared -> showShared(shown, shared));
        return shown;
    }

    private static Map<String, String> shown(Added added) {
        Map<String, String> shown = shown(added.api());
        shown.put("client_id", added.api().audience().value());
        shown.put("client_secret", added.secret().value() + "   (for introspection; shown only now)");
        added.shared().ifPresent(shared -> showShared(shown, shared));
        return shown;
    }

    private static void showShared(Map<String, String> shown, SharedSecrets shared) {
        shown.put("shared_secret", shared.current() + "   (checks tokens; shown only now)");
        shown.put("next_shared_secret", shared.next() + "   (after the next key rotate --api)");
    }
}
