package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Scopes;
import java.util.Optional;

/// Someone asks to be let in.
///
/// @param username as typed
/// @param password exactly as received
/// @param client   whom the grant is for
/// @param api      whom the tokens are for; the client may ask for it
/// @param held     what the client has shown to hold
/// @param scopes   what was asked for; all that the user has if it was left out
public record LoginRequest(
        String username,
        String password,
        Client client,
        Api api,
        Optional<Scopes> scopes,
        Confirmation held,
        Caller caller) {

    /// Leaves the password out.
    @Override
    public String toString() {
        return "LoginRequest[" + caller.requestId() + "]";
    }
}
