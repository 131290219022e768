package dev.handstamp.jwt;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A compact serialization cut at its two dots (RFC 7515 §3.1), nothing decoded yet.
final class Compact {

    private final byte[] text;
    private final int firstDot;
    private final int secondDot;

    private Compact(byte[] text, int firstDot, int secondDot) {
        this.text = text;
        this.firstDot = firstDot;
        this.secondDot = secondDot;
    }

    /// Answers null when there are not exactly three parts, or the first or the last is empty.
    static @Nullable Compact split(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        boolean three = first > 0 && second > 0 && second < token.length() - 1;
        if (!three || token.indexOf('.', second + 1) >= 0) {
            return null;
        }
        // Characters beyond Latin-1 become '?', which is not base64url.
        return new Compact(token.getBytes(StandardCharsets.ISO_8859_1), first, second);
    }

    /// The characters of the token.
    byte[] text() {
        return text;
    }

    int firstDot() {
        return firstDot;
    }

    byte @Nullable [] header() {
        return Base64Url.decode(text, 0, firstDot);
    }

    byte @Nullable [] payload() {
        return Base64Url.decode(text, firstDot + 1, secondDot);
    }

    byte @Nullable [] signature() {
        return Base64Url.decode(text, secondDot + 1, text.length);
    }

    /// The bytes up to the second dot are what was signed (RFC 7515 §5.2).
    boolean isSignedBy(VerificationKey key, byte[] signature) {
        return key instanceof Jwk jwk
                ? jwk.verifies(text, secondDot, signature)
                : ((SharedSecret) key).verifies(text, secondDot, signature);
    }
}
