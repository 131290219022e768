package dev.handstamp.server.domain.user;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import java.util.HashMap;
import java.util.Map;

/// A role: the scopes that its holders have at each API.
public record Role(RoleName name, Map<Audience, Scopes> scopes) {

    public Role {
        scopes = Map.copyOf(scopes);
    }

    public Scopes scopesAt(Audience audience) {
        return scopes.getOrDefault(audience, Scopes.NONE);
    }

    /// The same but for one API, where it carries these.
    public Role withScopesAt(Audience audience, Scopes carried) {
        Map<Audience, Scopes> changed = new HashMap<>(scopes);
        if (carried.isEmpty()) changed.remove(audience);
        else changed.put(audience, carried);
        return new Role(name, changed);
    }
}
