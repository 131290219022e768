package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Scopes;
import java.util.Optional;

/// Someone presents a refresh token (RFC 6749 §6).
///
/// @param scopes   less than was granted, for the access token of this answer alone
/// @param audience the API if the client names one; it must be the grant's
/// @param held     what the client has shown to hold
public record RefreshRequest(
        Secret token,
        Client client,
        Optional<Scopes> scopes,
        Optional<Audience> audience,
        Confirmation held,
        Caller caller) {

    /// What the next refresh token is bound to: a client that authenticates is held to that.
    Confirmation bound() {
        return client.isPublic() ? held : Confirmation.NONE;
    }
}
