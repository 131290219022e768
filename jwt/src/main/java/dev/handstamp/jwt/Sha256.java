package dev.handstamp.jwt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 (FIPS 180-4), the one digest that everyone else borrows.
public final class Sha256 {

    private static final Pool<MessageDigest> DIGESTS = new Pool<>(Sha256::digest);

    private Sha256() {}

    /// Computes the digest.
    ///
    /// @param bytes of any number; only read
    /// @return 32 bytes, the caller's own
    public static byte[] of(byte[] bytes) {
        MessageDigest digest = DIGESTS.take();
        byte[] result = digest.digest(bytes); // Leaves it as new.
        DIGESTS.give(digest);
        return result;
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Computes the digest of a text's UTF-8, as RFC 7636 §4.2 and RFC 9449 §4.2 (`ath`) use it.
    ///
    /// @param text of any length
    /// @return base64url without padding, 43 characters
    public static String base64Url(String text) {
        return Base64Url.encode(of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Computes the digest, as RFC 7638 §3 and RFC 8705 §3.1 (`x5t#S256`) use it.
    ///
    /// @param bytes of any number; only read
    /// @return base64url without padding, 43 characters
    public static String base64Url(byte[] bytes) {
        return Base64Url.encode(of(bytes));
    }
}
