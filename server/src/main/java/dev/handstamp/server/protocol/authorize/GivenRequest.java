package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.protocol.ErrorCode;
import java.util.Map;

/// What a client asks, wherever it stands.
sealed interface GivenRequest {

    /// As parameters, which anybody on the way could have changed.
    record Plain(Map<String, String> parameters) implements GivenRequest {}

    /// In an object that the client has signed; these are its members, and nothing else counts.
    record Signed(Map<String, String> parameters) implements GivenRequest {}

    /// In an object that is not good.
    record Unreadable(ErrorCode code, String description) implements GivenRequest {}
}
