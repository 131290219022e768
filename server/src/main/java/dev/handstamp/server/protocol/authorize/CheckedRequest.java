package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.protocol.ErrorCode;

/// What the check of an authorization request comes to.
sealed interface CheckedRequest {

    record Sound(AuthorizationRequest request) implements CheckedRequest {}

    /// The client is told, at its own address.
    record Refused(ReturnAddress to, ErrorCode code, String description) implements CheckedRequest {}

    /// Nobody knows whether the address is the client's: only the user is told (RFC 6749 §4.1.2.1).
    record Untrusted(String problem) implements CheckedRequest {}
}
