package dev.handstamp.jwt;

/// Checks signatures under one public key.
interface SignatureCheck {

    /// Tells whether a signature, which has the right length, is one over the first `length` bytes of `data`.
    boolean isGood(byte[] data, int length, byte[] signature);
}
