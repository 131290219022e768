package dev.handstamp.verifier;

/// The token lacks something.
///
/// @param challenge the answer to send; its detail says what was needed
public record Denied(Challenge challenge) implements Decision {}
