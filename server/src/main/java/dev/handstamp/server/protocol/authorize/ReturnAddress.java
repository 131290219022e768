package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.domain.grant.ResponseMode;
import java.util.Optional;

/// Where a client is answered: an address that it has registered, and nowhere else.
record ReturnAddress(Client client, RedirectUri redirectUri, ResponseMode mode, Optional<String> state) {

    static ReturnAddress of(AuthorizationRequest request) {
        return new ReturnAddress(request.client(), request.redirectUri(), request.responseMode(), request.state());
    }

    /// Leaves the state out.
    @Override
    public String toString() {
        return "ReturnAddress[" + client.id() + "]";
    }
}
