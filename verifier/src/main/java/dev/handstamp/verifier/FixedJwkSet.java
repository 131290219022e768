package dev.handstamp.verifier;

import dev.handstamp.jwt.JwkSet;

/// Keys that were handed over once: a file, a shared secret.
public final class FixedJwkSet implements JwkSetSource {

    private final JwkSet keys;

    /// These keys, for as long as this object lives.
    ///
    /// @param keys public ones, or a shared secret
    public FixedJwkSet(JwkSet keys) {
        this.keys = keys;
    }

    @Override
    public JwkSet current() {
        return keys;
    }

    @Override
    public JwkSet lookFor(String keyId) {
        return keys;
    }
}
