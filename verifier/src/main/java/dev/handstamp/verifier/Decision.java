package dev.handstamp.verifier;

/// The answer of a [Requirement].
public sealed interface Decision permits Granted, Denied {}
