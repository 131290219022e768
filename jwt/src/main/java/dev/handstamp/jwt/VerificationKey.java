package dev.handstamp.jwt;

/// What checks a signature: a public key, or a secret that only two parties share. Serves exactly one algorithm.
public sealed interface VerificationKey permits Jwk, SharedSecret {

    /// {@return the `kid` that headers name it by; for a key without one its thumbprint (RFC 7638)}
    String keyId();

    /// {@return the one algorithm whose signatures it checks (RFC 8725 §3.1)}
    Algorithm algorithm();
}
