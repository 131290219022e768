package dev.handstamp.jwt;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/// A check by the JCA: by ACCP where it is, else by the JDK.
final class JcaSignatureCheck implements SignatureCheck {

    private final Pool<Signature> signatures;

    JcaSignatureCheck(Algorithm algorithm, PublicKey key, CryptoProvider provider) {
        this.signatures = new Pool<>(() -> ready(algorithm, key, provider));
    }

    /// Finds out now whether the provider takes the key, not at the first token.
    JcaSignatureCheck tried() {
        signatures.give(signatures.take());
        return this;
    }

    @Override
    public boolean isGood(byte[] data, int length, byte[] signature) {
        Signature verifier = signatures.take();
        try {
            verifier.update(data, 0, length);
            boolean good = verifier.verify(signature);
            signatures.give(verifier);
            return good;
        } catch (SignatureException | RuntimeException e) {
            return false; // A provider's way of saying no to odd bytes. Its object is dropped: who knows its state.
        }
    }

    private static Signature ready(Algorithm algorithm, PublicKey key, CryptoProvider provider) {
        try {
            Signature signature = provider.signature(algorithm);
            signature.initVerify(key);
            return signature;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot verify " + algorithm.joseName(), e);
        }
    }
}
