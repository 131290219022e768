package dev.handstamp.verifier;

import dev.handstamp.jwt.AccessToken;

/// Whether a request may go on.
public sealed interface Admission {

    /// It may, in the name of this token.
    record Admitted(AccessToken accessToken) implements Admission {}

    /// It may not: send this answer.
    record Refused(Challenge challenge) implements Admission {}
}
