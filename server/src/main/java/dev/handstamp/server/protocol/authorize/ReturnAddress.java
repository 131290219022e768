package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.domain.grant.ResponseMode;
import java.util.Optional;

/// Where a client is answered: an address that it has registered, and nowhere else.
record ReturnAddress(RedirectUri redirectUri, ResponseMode mode, Optional<String> state) {

    static ReturnAddress of(AuthorizationRequest request) {
        return new ReturnAddress(request.redirectUri(), request.responseMode(), request.state());
    }
}
