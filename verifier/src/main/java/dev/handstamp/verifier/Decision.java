package dev.handstamp.verifier;

/// The answer of a [Requirement]. On Java 21 or later, `switch` over it.
public sealed interface Decision permits Granted, Denied {}
