package dev.handstamp.server.domain.administration;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import java.util.Collection;

/// What an administrator may do, and so what it may pass on: nobody gives what they do not have, and nobody takes over
/// somebody who has more.
///
/// @param held the scopes of the administrator's token
/// @param own  the API by which this server is administered
public record Rights(Scopes held, Audience own) {

    public boolean has(AdminScope scope) {
        return held.contains(scope.wireName());
    }

    public boolean coversEverything() {
        return held.containsAll(AdminScope.ALL);
    }

    /// Whether all that these roles carry at the server's own API is held.
    public boolean cover(Collection<RoleName> roles, Directory directory) {
        for (RoleName name : roles) {
            if (!directory.role(name).map(this::cover).orElse(true)) return false;
        }
        return true;
    }

    public boolean cover(Role role) {
        return held.containsAll(role.scopesAt(own));
    }

    /// Whether a user can do no more here than the administrator: whoever sets a password can sign in with it.
    public boolean cover(User user, Directory directory) {
        return cover(user.roles(), directory);
    }

    /// Whether a client can get no more here than the administrator has.
    public boolean cover(Client client) {
        return cover(client.apis(), client.scopes());
    }

    public boolean cover(Collection<Audience> apis, Scopes scopes) {
        return !apis.contains(own) || held.containsAll(scopes.intersection(AdminScope.ALL));
    }
}
