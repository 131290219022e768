package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.issuance.KnownDevices.Device;
import java.util.Optional;

/// Someone asks to be let in.
///
/// @param username as typed
/// @param password exactly as received
/// @param client   whom the grant is for
/// @param api      whom the tokens are for; the client may ask for it
/// @param held     what the client has shown to hold
/// @param scopes   what was asked for; all that the user has if it was left out
/// @param browser  what will be known again; empty for whoever may keep nothing that it is given
public record LoginRequest(
        String username,
        String password,
        Client client,
        Api api,
        Optional<Scopes> scopes,
        Confirmation held,
        Optional<Device> browser,
        Caller caller) {

    /// Leaves the password out.
    @Override
    public String toString() {
        return "LoginRequest[" + caller.requestId() + "]";
    }
}
