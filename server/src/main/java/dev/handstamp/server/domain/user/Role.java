package dev.handstamp.server.domain.user;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import java.util.Map;

/// A role: the scopes that its holders have at each API.
public record Role(RoleName name, Map<Audience, Scopes> scopes) {

    public Role {
        scopes = Map.copyOf(scopes);
    }

    public Scopes scopesAt(Audience audience) {
        return scopes.getOrDefault(audience, Scopes.NONE);
    }
}
