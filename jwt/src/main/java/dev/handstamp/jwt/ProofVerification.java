package dev.handstamp.jwt;

/// The answer to "is this proof of possession good?". On Java 21 or later, `switch` over it.
public sealed interface ProofVerification permits DpopProof, Rejected {}
