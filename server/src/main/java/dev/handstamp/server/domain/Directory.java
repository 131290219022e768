package dev.handstamp.server.domain;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.Trust;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.signal.SignalScopes;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Who may ask for tokens and what for: the whole configuration of clients, APIs and roles at one position of the log.
///
/// @param userInfo the issuer itself, where it serves UserInfo; it is none of the registered APIs
/// @param trust    what operators have let some clients do beyond their registration
public record Directory(
        long position,
        Map<ClientId, Client> clients,
        Map<Audience, Api> apis,
        Map<RoleName, Role> roles,
        Optional<Api> userInfo,
        Trust trust) {

    public Directory {
        clients = Map.copyOf(clients);
        apis = Map.copyOf(apis);
        roles = Map.copyOf(roles);
    }

    /// As it is stored: without the issuer itself.
    public Directory(long position, Map<ClientId, Client> clients, Map<Audience, Api> apis, Map<RoleName, Role> roles) {
        this(position, clients, apis, roles, Optional.empty(), Trust.NONE);
    }

    public Directory withUserInfo(Api api) {
        return new Directory(position, clients, apis, roles, Optional.of(api), trust);
    }

    public Directory withTrust(Trust given) {
        return new Directory(position, clients, apis, roles, userInfo, given);
    }

    /// The registered client, or the built-in first-party one.
    public Optional<Client> client(ClientId id) {
        return id.equals(ClientId.FIRST_PARTY)
                ? Optional.of(Client.firstParty())
                : Optional.ofNullable(clients.get(id));
    }

    public Optional<Api> api(Audience audience) {
        return Optional.ofNullable(apis.get(audience));
    }

    public Optional<Role> role(RoleName name) {
        return Optional.ofNullable(roles.get(name));
    }

    /// After which no token that was issued until now is still good.
    public Duration longestTokenLifetime() {
        Duration longest = userInfo.map(Api::tokenLifetime).orElse(Duration.ZERO);
        for (Api api : apis.values()) {
            if (api.tokenLifetime().compareTo(longest) > 0) longest = api.tokenLifetime();
        }
        return longest;
    }

    /// The API that a client names (RFC 8707 §2); empty when there is none such, or none for this client.
    public Optional<Api> target(Client client, Audience audience) {
        return client.mayAskFor(audience) ? api(audience) : Optional.empty();
    }

    /// The API of a client that names none; empty unless there is exactly one that it could mean.
    public Optional<Api> onlyTarget(Client client) {
        if (client.apis().size() == 1) return api(client.apis().iterator().next());
        boolean oneForAll = client.isFirstParty() && apis.size() == 1;
        return oneForAll ? Optional.of(apis.values().iterator().next()) : Optional.empty();
    }

    /// The API of a user's grant: what [#target] finds, or the issuer itself for a client that asks users.
    public Optional<Api> userTarget(Client client, Audience audience) {
        if (!client.asksUsers()) return target(client, audience);
        return userInfo.filter(api -> api.audience().equals(audience)).or(() -> target(client, audience));
    }

    /// The issuer itself, for a client that may receive signals.
    public Optional<Api> signals(Client client) {
        boolean receives = !client.scopes().intersection(SignalScopes.ALL).isEmpty();
        return receives ? userInfo.map(Api::forSignals) : Optional.empty();
    }

    /// What a client may learn of a user, and how long it may act for one: its identity scopes.
    public Scopes identityScopesOf(Client client) {
        if (!client.asksUsers()) return Scopes.NONE;
        return userInfo.map(api -> api.scopes().intersection(client.scopes())).orElse(Scopes.NONE);
    }

    /// The most that a client may be granted at an API in its own name.
    public Scopes scopesOf(Client client, Api api) {
        return client.isFirstParty() ? api.scopes() : api.scopes().intersection(client.scopes());
    }

    /// The most of a grant that a user was asked for: what the roles carry, and what the client may learn of the user.
    public Scopes grantableScopesOf(User user, Client client, Api api) {
        return scopesOf(user, client, api).union(identityScopesOf(client));
    }

    /// The most that a client may be granted at an API in a user's name: what the user's roles carry there.
    public Scopes scopesOf(User user, Client client, Api api) {
        Scopes carried = Scopes.NONE;
        for (RoleName name : user.roles()) {
            Role role = roles.get(name);
            if (role != null) carried = carried.union(role.scopesAt(api.audience()));
        }
        return carried.intersection(scopesOf(client, api));
    }
}
