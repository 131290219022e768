package dev.handstamp.server.protocol.admin;

import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Clients.NewPolicy;
import dev.handstamp.server.administration.Clients.NewRedirection;
import dev.handstamp.server.administration.Clients.RedirectionChange;
import dev.handstamp.server.administration.Invitations;
import dev.handstamp.server.administration.Invitations.NewInvitation;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.SetChange;
import dev.handstamp.server.administration.SharedSecrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.Role;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The operations on clients, APIs and roles. Whoever writes to a client or a role has to have what that can get at
/// this API, before and after.
final class ConfigurationCalls {

    private ConfigurationCalls() {}

    static Answer clients(Call call) {
        return Answer.of(Views.all(call.desk().clients().list(), Views::client));
    }

    static Answer client(Call call) {
        return Answer.tagged(Views.client(call.desk().clients().find(call.variable("client"))));
    }

    static Answer addClient(Call call) {
        NewClient wanted = new NewClient(
                call.text("client_id").orElse(""),
                call.texts("grants"),
                call.texts("apis"),
                call.texts("scopes"),
                Optional.empty(),
                call.flag("public").orElse(false),
                new NewRedirection(
                        call.text("name").orElse(""),
                        call.texts("redirect_uris"),
                        call.texts("post_logout_redirect_uris"),
                        call.flag("requires_pkce").orElse(true),
                        call.flag("asks_consent").orElse(true)),
                call.object("metadata"),
                policy(call));
        refuseScopes(call, wanted.apis(), wanted.scopes());
        TrustCalls.refuseVoice(call, wanted.id());
        Clients.Added added = call.desk().clients().add(wanted);
        return withSecret(added.client(), added.secret());
    }

    static Answer changeClient(Call call) {
        Clients.Change change = new Clients.Change(
                call.set("grants"),
                call.set("apis"),
                call.set("scopes"),
                new RedirectionChange(
                        call.text("name"),
                        call.set("redirect_uris"),
                        call.set("post_logout_redirect_uris"),
                        call.flag("requires_pkce"),
                        call.flag("asks_consent")),
                call.object("metadata"),
                policy(call),
                Optional.empty(),
                call.flag("new_secret").orElse(false));
        Clients.Changed changed = call.desk().clients().update(call.variable("client"), change, (before, after) -> {
            refuse(call, before);
            refuse(call, after);
            if (!keys(before).equals(keys(after)))
                TrustCalls.refuseVoice(call, before.id().value());
            AdminEndpoint.refuseUnmatched(call, Views.client(before));
        });
        return withSecret(changed.client(), changed.secret());
    }

    static Answer deleteClient(Call call) {
        try {
            refuse(call, call.desk().clients().find(call.variable("client")));
            call.desk().clients().delete(call.variable("client"));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    static Answer inviteClients(Call call) {
        NewInvitation wanted = new NewInvitation(
                call.texts("apis"),
                call.texts("scopes"),
                call.number("uses")
                        .map(uses -> (int) Math.min(uses, Integer.MAX_VALUE))
                        .orElse(1),
                Views.seconds(call.number("lifetime")).orElse(Invitations.DEFAULT_LIFETIME));
        refuseScopes(call, wanted.apis(), wanted.scopes());
        Invitations.Made made = call.desk().invitations().add(wanted);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("invitation", Views.invitation(made.invitation()));
        json.put("initial_access_token", made.token().value());
        return Answer.of(json);
    }

    static Answer clientInvitations(Call call) {
        return Answer.of(Views.all(call.desk().invitations().list(), Views::invitation));
    }

    static Answer withdrawClientInvitation(Call call) {
        try {
            call.desk().invitations().delete(call.variable("invitation"));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    static Answer apis(Call call) {
        return Answer.of(Views.all(call.desk().apis().list(), api -> view(call, api)));
    }

    static Answer api(Call call) {
        return Answer.tagged(view(call, call.desk().apis().find(call.variable("api"))));
    }

    static Answer addApi(Call call) {
        Apis.Added added = call.desk()
                .apis()
                .add(new NewApi(
                        call.text("audience").orElse(""),
                        call.texts("scopes"),
                        call.text("algorithm"),
                        Views.seconds(call.number("token_lifetime")),
                        call.texts("claims"),
                        call.flag("status_list").orElse(false),
                        call.flag("open").orElse(false),
                        call.text("required_acr"),
                        call.words("words")));
        return withSecrets(call, added.api(), Optional.of(added.secret()), added.shared());
    }

    static Answer changeApi(Call call) {
        Apis.Change change = new Apis.Change(
                call.set("scopes"),
                call.words("words"),
                call.text("algorithm"),
                Views.seconds(call.number("token_lifetime")),
                call.set("claims"),
                call.flag("status_list"),
                call.flag("open"),
                call.text("required_acr"),
                call.flag("new_secret").orElse(false));
        Apis.Changed changed = call.desk().apis().update(call.variable("api"), change, before -> {
            refuseOwn(call, before.audience());
            AdminEndpoint.refuseUnmatched(call, view(call, before));
        });
        return withSecrets(call, changed.api(), changed.secret(), changed.shared());
    }

    static Answer deleteApi(Call call) {
        try {
            call.desk().apis().delete(call.variable("api"));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    static Answer roles(Call call) {
        return Answer.of(Views.all(call.desk().roles().list(), Views::role));
    }

    static Answer role(Call call) {
        return Answer.tagged(Views.role(call.desk().roles().find(call.variable("role"))));
    }

    static Answer holders(Call call) {
        long users = call.desk().roles().holders(call.desk().roles().find(call.variable("role")));
        return Answer.of(new LinkedHashMap<>(Map.of("users", users)));
    }

    static Answer addRole(Call call) {
        return Answer.tagged(
                Views.role(call.desk().roles().create(call.text("name").orElse(""))));
    }

    static Answer setScopes(Call call) {
        String api = call.variable("api");
        refuseScopes(call, List.of(api), call.texts("scopes"));
        Role changed = call.desk()
                .roles()
                .update(call.variable("role"), api, SetChange.to(call.texts("scopes")), before -> {
                    refuse(call, before);
                    AdminEndpoint.refuseUnmatched(call, Views.role(before));
                });
        return Answer.tagged(Views.role(changed));
    }

    static Answer deleteRole(Call call) {
        try {
            refuse(call, call.desk().roles().find(call.variable("role")));
            call.desk().roles().delete(call.variable("role"));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    private static NewPolicy policy(Call call) {
        return new NewPolicy(call.text("required_acr"), call.flag("registers_users"), call.flag("remembers_devices"));
    }

    /// What a client signs with.
    private static Map<String, Object> keys(Client client) {
        Map<String, Object> keys = new LinkedHashMap<>(client.metadata().toObject());
        keys.keySet().retainAll(List.of("jwks", "jwks_uri"));
        return keys;
    }

    static void refuse(Call call, Client client) {
        if (call.rights().cover(client)) return;
        throw new Forbidden("The client may have scopes of this API that your access token does not have.");
    }

    private static void refuse(Call call, Role role) {
        if (call.rights().cover(role)) return;
        throw new Forbidden("The role carries scopes of this API that your access token does not have.");
    }

    private static void refuseScopes(Call call, Collection<String> apis, Collection<String> scopes) {
        List<Audience> audiences =
                apis.stream().map(Audience::parse).flatMap(Optional::stream).toList();
        boolean covered = Scopes.of(scopes)
                .map(wanted -> call.rights().cover(audiences, wanted))
                .orElse(true);
        if (!covered) throw new Forbidden("Nobody gives scopes of this API that their own access token does not have.");
    }

    /// How sure it has to be who administrates is for those to say who can do everything.
    private static void refuseOwn(Call call, Audience api) {
        if (!api.equals(call.rights().own()) || call.rights().coversEverything()) return;
        throw new Forbidden("This API itself is changed by those alone who have all its scopes.");
    }

    private static Map<String, Object> view(Call call, Api api) {
        return Views.api(api, api.audience().equals(call.rights().own()));
    }

    private static Answer withSecret(Client client, Optional<Secret> secret) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("client", Views.client(client));
        secret.ifPresent(known -> json.put("client_secret", known.value()));
        return Answer.of(json);
    }

    private static Answer withSecrets(Call call, Api api, Optional<Secret> secret, Optional<SharedSecrets> shared) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("api", view(call, api));
        secret.ifPresent(known -> json.put("secret", known.value()));
        shared.ifPresent(both -> json.put("shared_secrets", Map.of("current", both.current(), "next", both.next())));
        return Answer.of(json);
    }
}
