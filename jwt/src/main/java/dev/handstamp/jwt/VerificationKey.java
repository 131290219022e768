package dev.handstamp.jwt;

/// What checks a signature: a public key, or a secret that only two parties share. Serves exactly one algorithm.
public sealed interface VerificationKey permits Jwk, SharedSecret {

    /// The `kid` that headers name it by.
    String keyId();

    /// The one algorithm whose signatures it checks.
    Algorithm algorithm();
}
