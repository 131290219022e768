package dev.handstamp.jwt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 (FIPS 180-4), the one digest that everyone else borrows.
public final class Sha256 {

    private static final Pool<MessageDigest> DIGESTS = new Pool<>(Sha256::digest);

    private Sha256() {}

    /// The digest, 32 bytes.
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

    /// The digest of the text's UTF-8 as base64url without padding, as RFC 7636 §4.2 and RFC 7638 §3 use it.
    public static String base64Url(String text) {
        return Base64Url.encode(of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// The digest as base64url without padding, 43 characters.
    public static String base64Url(byte[] bytes) {
        return Base64Url.encode(of(bytes));
    }
}
