package dev.handstamp.server.domain.client;

import dev.handstamp.server.domain.session.AssuranceLevel;
import java.util.Optional;

/// What an administrator asks of the users that a client sends, beyond what is asked of all.
///
/// @param requiredLevel    how sure it has to be who they are (`acr`): aal2 asks for a second factor; empty: however
///                         they signed in
/// @param registersUsers   whether strangers may register on their way to it, where the server lets them at all
/// @param remembersDevices whether a remembered device may stand in for the second factor
public record ClientPolicy(Optional<AssuranceLevel> requiredLevel, boolean registersUsers, boolean remembersDevices) {

    public static final ClientPolicy NONE = new ClientPolicy(Optional.empty(), true, true);

    public AssuranceLevel level() {
        return requiredLevel.orElse(AssuranceLevel.AAL1);
    }
}
