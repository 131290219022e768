package dev.handstamp.server.domain;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import java.util.Map;
import java.util.Optional;

/// Who may ask for tokens and what for: the whole configuration of clients, APIs and roles at one position of the log.
public record Directory(
        long position, Map<ClientId, Client> clients, Map<Audience, Api> apis, Map<RoleName, Role> roles) {

    public Directory {
        clients = Map.copyOf(clients);
        apis = Map.copyOf(apis);
        roles = Map.copyOf(roles);
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
}
