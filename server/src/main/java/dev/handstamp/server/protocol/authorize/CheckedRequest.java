package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.protocol.ErrorCode;
import java.util.Optional;

/// What the check of an authorization request comes to.
sealed interface CheckedRequest {

    record Sound(AuthorizationRequest request) implements CheckedRequest {}

    /// The client is told, at its own address.
    record Refused(ReturnAddress to, ErrorCode code, String description) implements CheckedRequest {}

    /// Nobody knows whether the address is the client's: only the user is told (RFC 6749 §4.1.2.1).
    ///
    /// @param problem key of the words that say what is wrong
    /// @param home    the registered page of the client, if it is known and has one
    record Untrusted(String problem, Optional<String> home) implements CheckedRequest {}
}
