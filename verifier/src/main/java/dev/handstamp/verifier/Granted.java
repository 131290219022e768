package dev.handstamp.verifier;

/// The token carries what was required.
public record Granted() implements Decision {}
