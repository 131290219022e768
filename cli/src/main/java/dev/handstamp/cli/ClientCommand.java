package dev.handstamp.cli;

import dev.handstamp.server.administration.Clients.Added;
import dev.handstamp.server.administration.Clients.Change;
import dev.handstamp.server.administration.Clients.Changed;
import dev.handstamp.server.administration.Clients.Deleted;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Clients.NewPolicy;
import dev.handstamp.server.administration.Clients.NewRedirection;
import dev.handstamp.server.administration.Clients.RedirectionChange;
import dev.handstamp.server.administration.Invitations;
import dev.handstamp.server.administration.Invitations.Made;
import dev.handstamp.server.administration.Invitations.NewInvitation;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Invitation;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp client`: applications that ask for tokens.
@Command(
        name = "client",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Clients: applications that ask for tokens.",
        footerHeading = "%nExample:%n",
        footer = {
            "  handstamp client add shop --grant client_credentials --grant refresh_token \\",
            "      --api https://api.example/orders --scope orders:read"
        })
final class ClientCommand {

    private final Terminal terminal;

    ClientCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "add",
            description = {
                "Registers a client, and prints its client_id and client_secret.",
                "The secret is shown only now."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  handstamp client add shop --grant client_credentials --api https://api.example/orders \\",
                "      --scope orders:read --json",
                "  handstamp client add shop --grant client_credentials --secret-stdin < secret",
                "  handstamp client add web --grant authorization_code --grant refresh_token --name \"The shop\" \\",
                "      --redirect-uri https://shop.example/callback --scope openid --scope profile",
                "  handstamp client add app --public --grant authorization_code --redirect-uri http://127.0.0.1/cb"
            })
    int add(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(
                            paramLabel = "NAME",
                            description = "Its client_id; with --id what users know it by, unless --name says another.")
                    String name,
            @Option(
                            names = "--grant",
                            required = true,
                            paramLabel = "TYPE",
                            description = "authorization_code, client_credentials, refresh_token, device_code, "
                                    + "token-exchange or jwt-bearer; may be repeated.")
                    List<String> grants,
            @Option(names = "--api", paramLabel = "URL", description = "An API that it may ask for; may be repeated.")
                    @Nullable
                    List<String> apis,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            description = "A scope that it may ask for at one of its APIs, or about the user: "
                                    + "openid, profile, email, address, phone, offline_access; may be repeated.")
                    @Nullable
                    List<String> scopes,
            @Option(names = "--id", paramLabel = "ID", description = "Its client_id.") @Nullable String id,
            @Option(
                            names = "--secret-stdin",
                            description = "Reads the secret from standard input: 32 or more random characters.")
                    boolean secretFromStandardInput,
            @Option(names = "--public", description = "It has no secret: an application in a browser or on a device.")
                    boolean isPublic,
            @Option(
                            names = "--redirect-uri",
                            paramLabel = "URI",
                            description = "Where users are sent back to, compared as a whole; may be repeated.")
                    @Nullable
                    List<String> redirectUris,
            @Option(
                            names = "--post-logout-redirect-uri",
                            paramLabel = "URI",
                            description = "Where users may be sent after they have signed out; may be repeated.")
                    @Nullable
                    List<String> afterLogout,
            @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "What users know it by.")
                    String shownName,
            @Option(
                            names = "--no-consent",
                            description = "One of your own applications: users are not asked whether they allow it.")
                    boolean noConsent,
            @Option(
                            names = "--no-pkce",
                            description = "It cannot do PKCE (RFC 7636). Only a client with a secret can do without.")
                    boolean noPkce,
            @Option(
                            names = "--metadata",
                            paramLabel = "FILE",
                            description = "A JSON object of further client metadata by its registered names (RFC "
                                    + "7591), such as policy_uri or default_max_age; - reads standard input.")
                    @Nullable
                    String metadata,
            @Option(
                            names = "--require-acr",
                            paramLabel = "ACR",
                            description = "How sure it has to be who the users are that it sends: aal2 asks for a "
                                    + "second factor. Default: however they signed in")
                    @Nullable
                    String requiredAcr,
            @Option(
                            names = "--no-registration",
                            description =
                                    "Strangers cannot register on their way to it, even where the server lets them.")
                    boolean noRegistration,
            @Option(
                            names = "--no-remembered-devices",
                            description = "A remembered device never stands in for the second factor.")
                    boolean noRememberedDevices) {
        Optional<Secret> secret =
                secretFromStandardInput ? Optional.of(new Secret(new SecretInput(terminal).read())) : Optional.empty();
        String known = shownName.isEmpty() && id != null && !id.equals(name) ? name : shownName;
        NewRedirection redirection =
                new NewRedirection(known, Given.list(redirectUris), Given.list(afterLogout), !noPkce, !noConsent);
        NewClient wanted = new NewClient(
                id == null ? name : id,
                grants,
                Given.list(apis),
                Given.list(scopes),
                secret,
                isPublic,
                redirection,
                metadata == null ? Map.of() : new JsonInput(terminal).object(metadata),
                new NewPolicy(
                        Optional.ofNullable(requiredAcr),
                        Optional.of(!noRegistration),
                        Optional.of(!noRememberedDevices)));
        return store.with(office -> {
            Added added = office.clients().add(wanted);
            return printed.one(object(added), shown(added));
        });
    }

    @Command(
            name = "update",
            description = {
                "Changes a client; what is not named stays.",
                "What takes something away from it has every token of it refused at once that was issued "
                        + "until now. Of a client that describes itself, only what is asked of its users can be "
                        + "changed."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  handstamp client update web --add-redirect-uri https://shop.example/callback2 --name \"The new shop\"",
                "  handstamp client update shop --remove-scope orders:write",
                "  handstamp client update shop --new-secret --json"
            })
    int update(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--name", paramLabel = "NAME", description = "What users know it by.") @Nullable
                    String name,
            @Option(
                            names = "--grant",
                            paramLabel = "TYPE",
                            description = "A grant type from now on, in place of all; may be repeated.")
                    @Nullable
                    List<String> grants,
            @Option(names = "--add-grant", paramLabel = "TYPE", description = "One grant type more; may be repeated.")
                    @Nullable
                    List<String> moreGrants,
            @Option(
                            names = "--remove-grant",
                            paramLabel = "TYPE",
                            description = "One grant type less; may be repeated.")
                    @Nullable
                    List<String> lessGrants,
            @Option(
                            names = "--api",
                            paramLabel = "URL",
                            description = "An API that it may ask for from now on, in place of all; may be repeated.")
                    @Nullable
                    List<String> apis,
            @Option(names = "--add-api", paramLabel = "URL", description = "One API more; may be repeated.") @Nullable
                    List<String> moreApis,
            @Option(
                            names = "--remove-api",
                            paramLabel = "URL",
                            description = "One API less, with the scopes that it has there; may be repeated.")
                    @Nullable
                    List<String> lessApis,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            description = "A scope that it may ask for from now on, in place of all; may be repeated.")
                    @Nullable
                    List<String> scopes,
            @Option(names = "--add-scope", paramLabel = "SCOPE", description = "One scope more; may be repeated.")
                    @Nullable
                    List<String> moreScopes,
            @Option(names = "--remove-scope", paramLabel = "SCOPE", description = "One scope less; may be repeated.")
                    @Nullable
                    List<String> lessScopes,
            @Option(
                            names = "--redirect-uri",
                            paramLabel = "URI",
                            description = "Where users are sent back to from now on, in place of all; may be repeated.")
                    @Nullable
                    List<String> uris,
            @Option(names = "--add-redirect-uri", paramLabel = "URI", description = "One more; may be repeated.")
                    @Nullable
                    List<String> moreUris,
            @Option(names = "--remove-redirect-uri", paramLabel = "URI", description = "One less; may be repeated.")
                    @Nullable
                    List<String> lessUris,
            @Option(
                            names = "--post-logout-redirect-uri",
                            paramLabel = "URI",
                            description = "Where users may be sent after they have signed out, in place of all.")
                    @Nullable
                    List<String> afterLogout,
            @Option(
                            names = "--add-post-logout-redirect-uri",
                            paramLabel = "URI",
                            description = "One more; may be repeated.")
                    @Nullable
                    List<String> moreAfterLogout,
            @Option(
                            names = "--remove-post-logout-redirect-uri",
                            paramLabel = "URI",
                            description = "One less; may be repeated.")
                    @Nullable
                    List<String> lessAfterLogout,
            @Option(
                            names = "--consent",
                            negatable = true,
                            description = "Whether users are asked whether they allow it.")
                    @Nullable
                    Boolean consent,
            @Option(names = "--pkce", negatable = true, description = "Whether it has to do PKCE (RFC 7636).") @Nullable
                    Boolean pkce,
            @Option(
                            names = "--metadata",
                            paramLabel = "FILE",
                            description = "A JSON object of further client metadata by its registered names (RFC "
                                    + "7591): those stand in place of what is registered, and null takes one "
                                    + "away; - reads standard input.")
                    @Nullable
                    String metadata,
            @Option(
                            names = "--require-acr",
                            paramLabel = "ACR",
                            description = "How sure it has to be who its users are: aal1, aal2, or none.")
                    @Nullable
                    String requiredAcr,
            @Option(
                            names = "--registration",
                            negatable = true,
                            description =
                                    "Whether strangers may register on their way to it, where the server lets them.")
                    @Nullable
                    Boolean registration,
            @Option(
                            names = "--remembered-devices",
                            negatable = true,
                            description = "Whether a remembered device may stand in for the second factor.")
                    @Nullable
                    Boolean rememberedDevices,
            @Option(names = "--new-secret", description = "Gives it another secret, shown only now; the old one ends.")
                    boolean newSecret,
            @Option(
                            names = "--secret-stdin",
                            description = "Reads another secret from standard input: 32 or more random characters.")
                    boolean secretFromStandardInput) {
        Optional<Secret> secret =
                secretFromStandardInput ? Optional.of(new Secret(new SecretInput(terminal).read())) : Optional.empty();
        Change change = new Change(
                Given.change(grants, moreGrants, lessGrants),
                Given.change(apis, moreApis, lessApis),
                Given.change(scopes, moreScopes, lessScopes),
                new RedirectionChange(
                        Optional.ofNullable(name),
                        Given.change(uris, moreUris, lessUris),
                        Given.change(afterLogout, moreAfterLogout, lessAfterLogout),
                        Optional.ofNullable(pkce),
                        Optional.ofNullable(consent)),
                metadata == null ? Map.of() : new JsonInput(terminal).object(metadata),
                new NewPolicy(
                        Optional.ofNullable(requiredAcr),
                        Optional.ofNullable(registration),
                        Optional.ofNullable(rememberedDevices)),
                secret,
                newSecret);
        if (change.equals(Change.NONE)) throw new WrongUsage("nothing to change: say what is to be different");
        return store.with(office -> {
            Changed changed = office.clients().update(id, change);
            return printed.one(object(changed), shown(changed));
        });
    }

    @Command(name = "list", description = "Lists the clients.")
    int list(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            List<Client> clients = office.clients().list();
            Instant now = terminal.clock().instant();
            return printed.many(
                    clients.stream().map(ClientCommand::object).toList(),
                    List.of("CLIENT", "GRANTS", "APIS", "SCOPES", "SINCE"),
                    clients.stream().map(client -> row(client, now)).toList(),
                    "No clients yet: handstamp client add NAME --grant client_credentials --api URL --scope SCOPE");
        });
    }

    @Command(
            name = "invite",
            description = {
                "Makes an invitation: a token that clients can register with over HTTP (RFC 7591, an "
                        + "initial access token).",
                "It is shown only now. The setting registration has to be token or open."
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  handstamp client invite --uses 5 --expires 24h --api https://api.example/orders --scope orders:read")
    int invite(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(
                            names = "--api",
                            paramLabel = "URL",
                            description = "An API that the clients may ask for, in their own name too; may be "
                                    + "repeated. Open APIs need not be named.")
                    @Nullable
                    List<String> apis,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            description = "A scope that they may ask for there; may be repeated.")
                    @Nullable
                    List<String> scopes,
            @Option(
                            names = "--uses",
                            paramLabel = "NUMBER",
                            defaultValue = "1",
                            description = "How many clients can be registered with it. Default: 1")
                    int uses,
            @Option(
                            names = "--expires",
                            paramLabel = "DURATION",
                            converter = DurationConverter.class,
                            description = "How long it is good. Default: 7d")
                    @Nullable
                    Duration expires) {
        NewInvitation wanted = new NewInvitation(
                Given.list(apis), Given.list(scopes), uses, expires == null ? Invitations.DEFAULT_LIFETIME : expires);
        return store.with(office -> {
            Made made = office.invitations().add(wanted);
            Map<String, Object> object = object(made.invitation());
            object.put("initial_access_token", made.token().value());
            Map<String, String> shown = new LinkedHashMap<>();
            shown.put("invitation", made.invitation().id());
            shown.put("initial_access_token", made.token().value() + "   (shown only now)");
            shown.put("clients", Integer.toString(made.invitation().usesLeft()));
            shown.put("expires", Shown.utc(made.invitation().expiresAt()));
            return printed.one(object, shown);
        });
    }

    @Command(name = "invitations", description = "Lists the invitations to register clients.")
    int invitations(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            List<Invitation> invitations = office.invitations().list();
            return printed.many(
                    invitations.stream().map(ClientCommand::object).toList(),
                    List.of("INVITATION", "CLIENTS LEFT", "APIS", "SCOPES", "EXPIRES"),
                    invitations.stream().map(ClientCommand::row).toList(),
                    "No invitations: handstamp client invite");
        });
    }

    @Command(name = "uninvite", description = "Takes an invitation back. The clients that registered with it stay.")
    int uninvite(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "INVITATION") String id) {
        return store.with(office -> {
            office.invitations().delete(id);
            return printed.done(Map.of("invitation", id), "Took the invitation " + id + " back.");
        });
    }

    @Command(name = "show", description = "Shows one client.")
    int show(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "ID") String id) {
        return store.with(office -> {
            Client client = office.clients().find(id);
            return printed.one(object(client), shown(client));
        });
    }

    @Command(
            name = "refused",
            description =
                    "Lists the clients described by a document that were deleted: they do not come back by themselves.")
    int refused(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            List<String> ids =
                    office.clients().refused().stream().map(ClientId::value).toList();
            return printed.many(
                    ids.stream().map(id -> Map.of("client_id", id)).toList(),
                    List.of("CLIENT"),
                    ids.stream().map(List::of).toList(),
                    "No clients are refused.");
        });
    }

    @Command(name = "readmit", description = "Lets a client that a document describes come again, which was deleted.")
    int readmit(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "ID") String id) {
        return store.with(office -> {
            office.clients().readmit(id);
            return printed.done(Map.of("client_id", id), "The client " + id + " may come again.");
        });
    }

    @Command(
            name = "delete",
            description = {
                "Deletes a client, and ends every refresh token and token of it at once.",
                "One that a document describes does not come back by itself: client readmit lets it."
            })
    int delete(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "ID") String id) {
        return store.with(office -> {
            Deleted deleted = office.clients().delete(id);
            Map<String, Object> known = deleted.client()
                    .map(ClientCommand::object)
                    .orElse(Map.of("client_id", deleted.id().value()));
            return printed.done(known, "Deleted the client " + deleted.id() + ".");
        });
    }

    private static Map<String, Object> object(Added added) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("client_id", added.client().id().value());
        added.secret().ifPresent(secret -> object.put("client_secret", secret.value()));
        object.putAll(object(added.client()));
        return object;
    }

    private static Map<String, Object> object(Changed changed) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("client_id", changed.client().id().value());
        changed.secret().ifPresent(secret -> object.put("client_secret", secret.value()));
        object.putAll(object(changed.client()));
        return object;
    }

    private static Map<String, String> shown(Changed changed) {
        return shown(new Added(changed.client(), changed.secret()));
    }

    /// Named as in RFC 7591 §2.
    private static Map<String, Object> object(Client client) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("client_id", client.id().value());
        object.put("grant_types", grants(client));
        object.put("apis", apis(client));
        object.put("scope", client.scopes().toString());
        if (client.asksUsers()) {
            Redirection redirection = client.redirection();
            object.put("client_name", client.name());
            object.put("redirect_uris", texts(redirection.uris()));
            object.put("post_logout_redirect_uris", texts(redirection.afterLogout()));
            object.put("token_endpoint_auth_method", client.authentication().wireName());
            object.put("requires_pkce", redirection.requiresPkce());
            object.put("asks_consent", redirection.asksConsent());
        }
        ClientPolicy policy = client.policy();
        policy.requiredLevel().ifPresent(level -> object.put("required_acr", level.wireName()));
        if (!policy.registersUsers()) object.put("registers_users", false);
        if (!policy.remembersDevices()) object.put("remembers_devices", false);
        object.putAll(client.metadata().toObject());
        if (client.isSelfDescribed()) object.put("origin", client.origin().wireName());
        object.put("client_id_issued_at", client.createdAt().getEpochSecond());
        return object;
    }

    private static Map<String, Object> object(Invitation invitation) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("invitation", invitation.id());
        object.put("uses_left", invitation.usesLeft());
        object.put(
                "apis", invitation.apis().stream().map(Audience::value).sorted().toList());
        object.put("scope", invitation.scopes().toString());
        object.put("created_at", Shown.utc(invitation.createdAt()));
        object.put("expires_at", Shown.utc(invitation.expiresAt()));
        return object;
    }

    private static List<String> row(Invitation invitation) {
        return List.of(
                invitation.id(),
                Integer.toString(invitation.usesLeft()),
                Shown.orDash(String.join(
                        " ",
                        invitation.apis().stream().map(Audience::value).sorted().toList())),
                Shown.orDash(invitation.scopes().toString()),
                Shown.utc(invitation.expiresAt()));
    }

    private static List<String> row(Client client, Instant now) {
        return List.of(
                client.id().value(),
                String.join(" ", grants(client)),
                Shown.orDash(String.join(" ", apis(client))),
                Shown.orDash(client.scopes().toString()),
                Shown.instant(client.createdAt(), now));
    }

    private static Map<String, String> shown(Added added) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("client_id", added.client().id().value());
        added.secret().ifPresent(secret -> shown.put("client_secret", secret.value() + "   (shown only now)"));
        shown.putAll(shown(added.client()));
        return shown;
    }

    private static Map<String, String> shown(Client client) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("client_id", client.id().value());
        shown.put("grant types", String.join(" ", grants(client)));
        shown.put("APIs", Shown.orDash(String.join(" ", apis(client))));
        shown.put("scopes", Shown.orDash(client.scopes().toString()));
        if (client.asksUsers()) {
            shown.put("name", client.name());
            shown.put(
                    "redirect URIs", String.join(" ", texts(client.redirection().uris())));
            shown.put(
                    "after logout",
                    Shown.orDash(String.join(" ", texts(client.redirection().afterLogout()))));
            shown.put("kind", client.isPublic() ? "public" : "confidential");
            shown.put("PKCE", client.redirection().requiresPkce() ? "required" : "optional");
            shown.put("consent", client.redirection().asksConsent() ? "asked for" : "not asked for");
        }
        ClientPolicy policy = client.policy();
        policy.requiredLevel().ifPresent(level -> shown.put("required acr", level.wireName()));
        if (!policy.registersUsers()) shown.put("registration", "not on the way to it");
        if (!policy.remembersDevices()) shown.put("remembered devices", "do not count");
        if (client.isSelfDescribed()) shown.put("origin", client.origin().wireName());
        if (!client.metadata().equals(ClientMetadata.NONE))
            shown.put("metadata", client.metadata().toJson());
        return shown;
    }

    private static List<String> texts(List<RedirectUri> uris) {
        return uris.stream().map(RedirectUri::value).toList();
    }

    private static List<String> grants(Client client) {
        return client.grants().stream().map(GrantType::wireName).sorted().toList();
    }

    private static List<String> apis(Client client) {
        return client.apis().stream().map(Audience::value).sorted().toList();
    }
}
