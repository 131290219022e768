package dev.handstamp.server.administration;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brand.Colours;
import dev.handstamp.server.domain.client.Brand.Logo;
import dev.handstamp.server.domain.client.Brands;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.signal.SignalScopes;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.settings.Durations;
import dev.handstamp.server.store.ConfiguredStore.Configured;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What there is of what a file can say, at one moment, in the form that a file says it: a scope of a client that none
/// of its APIs knows is not there. Clients that describe themselves are nobody's to say.
///
/// @param own        the API by which this server is administered
/// @param configured what came by a file
record ConfigurationState(
        Optional<Audience> own,
        SortedMap<Audience, Api> apis,
        SortedMap<RoleName, Role> roles,
        SortedMap<ClientId, Client> clients,
        Brands brands,
        SortedMap<String, ExchangeRule> exchanges,
        SortedMap<String, Trusted> issuers,
        Set<Configured> configured) {

    /// An issuer, and what the users are called for whom it speaks.
    record Trusted(AssertionIssuer issuer, List<String> users) {}

    static ConfigurationState of(
            Optional<Audience> own,
            Collection<Api> apis,
            Collection<Role> roles,
            Collection<Client> clients,
            Brands brands,
            Collection<ExchangeRule> rules,
            Collection<Trusted> trusted,
            Set<Configured> configured) {
        SortedMap<Audience, Api> byAudience = new TreeMap<>();
        for (Api api : apis) byAudience.put(api.audience(), api);
        SortedMap<RoleName, Role> byName = new TreeMap<>();
        for (Role role : roles) byName.put(role.name(), effective(role, byAudience));
        SortedMap<ClientId, Client> byId =
                new TreeMap<>((one, other) -> one.value().compareTo(other.value()));
        for (Client client : clients) {
            if (!client.isSelfDescribed()) byId.put(client.id(), effective(client, byAudience));
        }
        SortedMap<String, ExchangeRule> exchanges = new TreeMap<>();
        for (ExchangeRule rule : rules) exchanges.put(id(rule), effective(rule, byAudience));
        SortedMap<String, Trusted> issuers = new TreeMap<>();
        for (Trusted each : trusted) issuers.put(each.issuer().name(), each);
        return new ConfigurationState(
                own, byAudience, byName, byId, brands, exchanges, issuers, Set.copyOf(configured));
    }

    /// The identifier of a rule: no part of it has a blank.
    static String id(ExchangeRule rule) {
        return id(rule.client().value(), rule.from().value(), rule.to().value());
    }

    static String id(String client, String from, String to) {
        return client + " " + from + " " + to;
    }

    private static ExchangeRule effective(ExchangeRule rule, Map<Audience, Api> apis) {
        Map<String, String> scopes = new TreeMap<>(rule.scopes());
        scopes.entrySet()
                .removeIf(each -> !scopesOf(apis, rule.from()).contains(each.getKey())
                        || !scopesOf(apis, rule.to()).contains(each.getValue()));
        return new ExchangeRule(rule.client(), rule.from(), rule.to(), scopes, rule.impersonation(), rule.createdAt());
    }

    private static Scopes scopesOf(Map<Audience, Api> apis, Audience audience) {
        return Optional.ofNullable(apis.get(audience)).map(Api::scopes).orElse(Scopes.NONE);
    }

    private static Role effective(Role role, Map<Audience, Api> apis) {
        Role effective = role;
        for (Audience audience : role.scopes().keySet()) {
            Scopes known = scopesOf(apis, audience);
            effective = effective.withScopesAt(audience, role.scopesAt(audience).intersection(known));
        }
        return effective;
    }

    private static Client effective(Client client, Map<Audience, Api> apis) {
        Scopes offered = client.asksUsers() ? Clients.IDENTITY : Scopes.NONE;
        if (client.mayUse(GrantType.CLIENT_CREDENTIALS)) offered = offered.union(SignalScopes.ALL);
        for (Audience audience : client.apis()) {
            offered = offered.union(scopesOf(apis, audience));
        }
        return client.withScopes(client.scopes().intersection(offered));
    }

    Brand brand(Optional<ClientId> owner) {
        return Branding.of(brands, owner);
    }

    /// The members of an API by their names in a file, as texts; what is as it would be anyway is empty.
    static SortedMap<String, String> fields(Api api) {
        SortedMap<String, String> fields = new TreeMap<>();
        fields.put("scopes", String.join(", ", api.scopes().tokens()));
        api.words()
                .words()
                .forEach((scope, texts) -> texts.forEach((language, text) ->
                        fields.put("scopes." + scope + (language.isEmpty() ? "" : "." + language), text)));
        fields.put("algorithm", api.algorithm().joseName());
        fields.put("token-lifetime", Durations.text(api.tokenLifetime()));
        fields.put("claims", String.join(", ", api.claims()));
        fields.put("status-list", api.statusList() ? "true" : "");
        fields.put("open", api.open() ? "true" : "");
        fields.put(
                "require-acr", api.requiredLevel().map(AssuranceLevel::wireName).orElse(""));
        return fields;
    }

    static SortedMap<String, String> fields(Role role) {
        SortedMap<String, String> fields = new TreeMap<>();
        role.scopes().forEach((audience, scopes) -> fields.put(audience.value(), String.join(", ", scopes.tokens())));
        return fields;
    }

    static SortedMap<String, String> fields(Client client) {
        SortedMap<String, String> fields = new TreeMap<>();
        Redirection redirection = client.redirection();
        ClientPolicy policy = client.policy();
        fields.put("name", redirection.name());
        fields.put("grants", String.join(", ", grants(client)));
        fields.put("apis", String.join(", ", apis(client)));
        fields.put("scopes", String.join(", ", client.scopes().tokens()));
        fields.put("redirect-uris", String.join(", ", texts(redirection.uris())));
        fields.put("post-logout-redirect-uris", String.join(", ", texts(redirection.afterLogout())));
        fields.put("public", client.isPublic() ? "true" : "");
        fields.put("pkce", redirection.requiresPkce() ? "" : "false");
        fields.put("consent", redirection.asksConsent() ? "" : "false");
        fields.put(
                "require-acr",
                policy.requiredLevel().map(AssuranceLevel::wireName).orElse(""));
        fields.put("registration", policy.registersUsers() ? "" : "false");
        fields.put("remembered-devices", policy.remembersDevices() ? "" : "false");
        fields.put(
                "metadata",
                client.metadata().toObject().isEmpty() ? "" : client.metadata().toJson());
        return fields;
    }

    static SortedMap<String, String> fields(Brand brand) {
        SortedMap<String, String> fields = new TreeMap<>();
        fields.put("name", brand.name());
        fields.put("logo", brand.logo().map(Logo::path).orElse(""));
        fields.put("accent", brand.colours().map(Colours::accent).orElse(""));
        fields.put("accent-dark", brand.colours().map(Colours::accentDark).orElse(""));
        return fields;
    }

    static SortedMap<String, String> fields(Map<String, String> scopes, boolean impersonation) {
        SortedMap<String, String> fields = new TreeMap<>();
        scopes.forEach((here, there) -> fields.put("scopes." + here, there));
        fields.put("impersonation", impersonation ? "true" : "");
        return fields;
    }

    static SortedMap<String, String> fields(Trusted trusted) {
        AssertionIssuer issuer = trusted.issuer();
        SortedMap<String, String> fields = new TreeMap<>();
        fields.put(
                "jwks",
                issuer.keys().map(keys -> Json.text(new TreeMap<>(keys))).orElse(""));
        fields.put("jwks-uri", issuer.keysUri().orElse(""));
        fields.put("subject", issuer.naming().wireName());
        fields.put("clients", String.join(", ", clients(issuer)));
        fields.put("users", String.join(", ", trusted.users()));
        fields.put("all-users", issuer.users().isEmpty() ? "true" : "");
        return fields;
    }

    static List<String> clients(AssertionIssuer issuer) {
        return issuer.clients().stream().map(ClientId::value).sorted().toList();
    }

    static List<String> grants(Client client) {
        return client.grants().stream().map(GrantType::shortName).sorted().toList();
    }

    static List<String> apis(Client client) {
        return client.apis().stream().map(Audience::value).sorted().toList();
    }

    static List<String> texts(List<RedirectUri> uris) {
        List<String> texts = new ArrayList<>();
        for (RedirectUri uri : uris) texts.add(uri.value());
        return texts;
    }
}
