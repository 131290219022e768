package dev.handstamp.server.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// The SHA-256 of a [Secret], base64url without padding: 43 characters.
public record SecretHash(String value) {

    /// Compares in constant time.
    public boolean matches(Secret presented) {
        return MessageDigest.isEqual(bytes(value), bytes(presented.hash().value()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
