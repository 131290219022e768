package dev.handstamp.server.domain;

import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brands;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.Trust;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.signal.SignalScopes;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who may ask for tokens and what for: the whole configuration of clients, APIs and roles at one position of the log.
///
/// @param userInfo       the issuer itself, where it serves UserInfo; it is none of the registered APIs
/// @param trust          what operators have let some clients do beyond their registration
/// @param administration the API by which this server is administered, if it has run before
/// @param brands         what pages wear
public record Directory(
        long position,
        Map<ClientId, Client> clients,
        Map<Audience, Api> apis,
        Map<RoleName, Role> roles,
        Optional<Api> userInfo,
        Trust trust,
        Optional<Audience> administration,
        Brands brands) {

    public Directory {
        clients = Map.copyOf(clients);
        apis = Map.copyOf(apis);
        roles = Map.copyOf(roles);
    }

    /// As it is stored: without the issuer itself.
    public Directory(long position, Map<ClientId, Client> clients, Map<Audience, Api> apis, Map<RoleName, Role> roles) {
        this(position, clients, apis, roles, Optional.empty(), Trust.NONE, Optional.empty(), Brands.NONE);
    }

    public Directory withUserInfo(Api api) {
        return new Directory(position, clients, apis, roles, Optional.of(api), trust, administration, brands);
    }

    public Directory withTrust(Trust given) {
        return new Directory(position, clients, apis, roles, userInfo, given, administration, brands);
    }

    public Directory withAdministration(Optional<Audience> own) {
        return new Directory(position, clients, apis, roles, userInfo, trust, own, brands);
    }

    public Directory withBrands(Brands given) {
        return new Directory(position, clients, apis, roles, userInfo, trust, administration, given);
    }

    /// What pages wear that lead to this client: its own brand, and the server's where it has none.
    public Brand brandOf(ClientId client) {
        return brands.of(client);
    }

    /// Whether it is the API by which this server is administered: nobody means it without naming it.
    public boolean isAdministration(Api api) {
        return administration.filter(api.audience()::equals).isPresent();
    }

    /// Whether this user is let in to administer the server: one whose roles carry every scope of its own API, as
    /// the role `administrator` does. A role that is only called so, because somebody made it before this server
    /// had one, opens nothing.
    public boolean isAdministrator(User user) {
        return !user.disabled()
                && administration
                        .flatMap(this::api)
                        .filter(own -> scopesOf(user, Client.firstParty(), own).containsAll(AdminScope.ALL))
                        .isPresent();
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
        if (!client.isFirstParty()) return Optional.empty();
        List<Api> others =
                apis.values().stream().filter(api -> !isAdministration(api)).toList();
        return others.size() == 1 ? Optional.of(others.getFirst()) : Optional.empty();
    }

    /// The API of a user's grant: what [#target] finds, one that is open to all, or the issuer itself for a client that
    /// asks users.
    public Optional<Api> userTarget(Client client, Audience audience) {
        boolean isUserInfo =
                userInfo.filter(api -> api.audience().equals(audience)).isPresent();
        if (isUserInfo && client.asksUsers()) return userInfo;
        return target(client, audience).or(() -> api(audience).filter(api -> api.open() && client.isSelfDescribed()));
    }

    /// The API of a user's grant as it is asked for: the one that is named (RFC 8707 §2), or the only one that the
    /// client can mean. Who asks nothing but who the user is, needs none.
    ///
    /// @param resource as it was sent
    /// @param scopes   as they were sent
    public Optional<Api> userTarget(Client client, Optional<String> resource, Optional<Scopes> scopes) {
        if (resource.isPresent()) {
            return Audience.parse(resource.get()).flatMap(named -> userTarget(client, named));
        }
        boolean asksWho = scopes.isPresent() && scopes.get().contains(IdentityScope.OPENID.wireName());
        return onlyUserTarget(client).or(() -> asksWho ? userInfo : Optional.empty());
    }

    /// The API of a user's grant that names none; empty unless there is exactly one that the client could mean.
    private Optional<Api> onlyUserTarget(Client client) {
        if (!client.isSelfDescribed()) return onlyTarget(client);
        List<Api> possible = apis.values().stream()
                .filter(api -> api.open() || client.mayAskFor(api.audience()))
                .toList();
        return possible.size() == 1 ? Optional.of(possible.getFirst()) : Optional.empty();
    }

    /// The most that a client which describes itself may be granted: what clients may know of users, and the scopes of
    /// the APIs that are open to it. Never those of the server's own administration.
    ///
    /// @param invited the APIs that somebody here has named for it
    /// @param granted the scopes that somebody here has named for these
    public Scopes offeredScopes(Set<Audience> invited, Scopes granted) {
        Scopes offered = userInfo.map(Api::scopes).orElse(Scopes.NONE);
        for (Api api : apis.values()) {
            if (api.open()) offered = offered.union(api.scopes());
            else if (invited.contains(api.audience()))
                offered = offered.union(api.scopes().intersection(granted));
        }
        return offered;
    }

    /// The issuer itself, for a client that may receive signals.
    public Optional<Api> signals(Client client) {
        boolean receives = !client.scopes().intersection(SignalScopes.ALL).isEmpty();
        return receives ? userInfo.map(Api::forSignals) : Optional.empty();
    }

    /// What a client may learn of a user, and how long it may act for one: its identity scopes.
    public Scopes identityScopesOf(Client client) {
        if (!client.asksUsers()) return Scopes.NONE;
        Scopes known = userInfo.map(Api::scopes).orElse(Scopes.NONE);
        return client.takesWhatIsOpen() ? known : known.intersection(client.scopes());
    }

    /// The most that a client may be granted at an API in its own name. That an API is open says nothing of that.
    public Scopes ownScopesOf(Client client, Api api) {
        Scopes most = scopesOf(client, api);
        return client.isSelfDescribed() ? most.intersection(invitedScopesOf(client, api)) : most;
    }

    /// The most that a client may be granted at an API in whoever's name. A scope of one API is none of another's, be
    /// it of the same name: what an open API has lent a client its name counts at no other.
    public Scopes scopesOf(Client client, Api api) {
        if (client.isFirstParty()) return api.scopes();
        boolean isUserInfo = userInfo.filter(api::equals).isPresent();
        if (client.takesWhatIsOpen()) return api.open() || isUserInfo ? api.scopes() : Scopes.NONE;
        Scopes most = api.scopes().intersection(client.scopes());
        boolean byInvitation = client.isSelfDescribed() && !api.open() && !isUserInfo;
        return byInvitation ? most.intersection(invitedScopesOf(client, api)) : most;
    }

    private static Scopes invitedScopesOf(Client client, Api api) {
        return client.mayAskFor(api.audience()) ? client.invited() : Scopes.NONE;
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
