package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Scopes;
import java.util.Optional;

/// A client presents an assertion about a user (RFC 7523 §2.1).
///
/// @param held what the client has proved to hold: the token is bound to it
public record AssertionRequest(
        String assertion,
        Client client,
        Optional<Audience> audience,
        Optional<Scopes> scopes,
        Confirmation held,
        Caller caller) {

    /// Leaves the assertion out.
    @Override
    public String toString() {
        return "AssertionRequest[" + client.id() + "]";
    }
}
