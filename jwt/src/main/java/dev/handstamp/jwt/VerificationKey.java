package dev.handstamp.jwt;

/// What checks a signature: a public key, or a secret that only two parties share. Serves exactly one algorithm.
public sealed interface VerificationKey permits Jwk, SharedSecret {

    String keyId();

    Algorithm algorithm();
}
