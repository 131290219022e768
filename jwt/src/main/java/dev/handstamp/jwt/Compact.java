package dev.handstamp.jwt;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A compact serialization cut at its two dots (RFC 7515 §3.1), nothing decoded yet.
final class Compact {

    /// The characters of the token; what stands behind `length` is of others.
    private final byte[] text;

    private final int length;
    private final int firstDot;
    private final int secondDot;

    private Compact(byte[] text, int length, int firstDot, int secondDot) {
        this.text = text;
        this.length = length;
        this.firstDot = firstDot;
        this.secondDot = secondDot;
    }

    /// Answers null when there are not exactly three parts, or the first or the last is empty.
    static @Nullable Compact split(String token) {
        return split(token, null);
    }

    /// The same in a workspace, which holds the text as long as the answer is used.
    static @Nullable Compact split(String token, @Nullable Workspace workspace) {
        int length = token.length();
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        boolean three = first > 0 && second > 0 && second < length - 1;
        if (!three || token.indexOf('.', second + 1) >= 0) {
            return null;
        }
        if (workspace != null && workspace.lay(token)) {
            return new Compact(workspace.bytes(), length, first, second);
        }
        // Characters beyond Latin-1 become '?', which is not base64url; two surrogates become one.
        byte[] text = token.getBytes(StandardCharsets.ISO_8859_1);
        return text.length == length ? new Compact(text, length, first, second) : null;
    }

    /// The characters of the token, from the first byte on; there may be more behind them.
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
        return Base64Url.decode(text, secondDot + 1, length);
    }

    /// The bytes up to the second dot are what was signed (RFC 7515 §5.2).
    boolean isSignedBy(VerificationKey key, byte[] signature) {
        return key instanceof Jwk jwk
                ? jwk.verifies(text, secondDot, signature)
                : ((SharedSecret) key).verifies(text, secondDot, signature);
    }
}
