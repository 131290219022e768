package dev.handstamp.server.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-512, which belongs to Ed25519.
public final class Sha512 {

    private Sha512() {}

    public static byte[] of(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }
}
