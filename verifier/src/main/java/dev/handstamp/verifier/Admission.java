package dev.handstamp.verifier;

import dev.handstamp.jwt.AccessToken;

/// Whether a request may go on. On Java 21 or later, `switch` over it.
public sealed interface Admission {

    /// It may, in the name of this token.
    ///
    /// @param accessToken what the token says
    record Admitted(AccessToken accessToken) implements Admission {}

    /// It may not: send this answer.
    ///
    /// @param challenge status, headers and body
    record Refused(Challenge challenge) implements Admission {}
}
