package dev.handstamp.jwt;

/// The answer to "is this token good?". On Java 21 or later, `switch` over it.
public sealed interface Verification permits Verified, Rejected {}
