package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
import java.util.Optional;

/// A client presents an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.5).
///
/// @param held     what the client has shown to hold
/// @param audience the API if the client names one; it must be the grant's
public record CodeRequest(
        Secret code,
        Client client,
        Optional<String> redirectUri,
        Optional<String> verifier,
        Optional<Audience> audience,
        Confirmation held,
        Caller caller) {

    /// Leaves the verifier out.
    @Override
    public String toString() {
        return "CodeRequest[" + caller.requestId() + "]";
    }
}
