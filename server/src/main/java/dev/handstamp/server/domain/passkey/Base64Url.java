package dev.handstamp.server.domain.passkey;

import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Bytes as they come in JSON: base64url without padding (RFC 4648 §5), in the one spelling that they have.
public record Base64Url(String text) {

    static Optional<Base64Url> parse(@Nullable Object json, int mostBytes) {
        if (!(json instanceof String text) || text.isEmpty() || text.length() > mostBytes * 4L / 3 + 4) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            String again = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            return again.equals(text) ? Optional.of(new Base64Url(text)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    public byte[] bytes() {
        return Base64.getUrlDecoder().decode(text);
    }

    @Override
    public String toString() {
        return "Base64Url[" + text.length() + " characters]";
    }
}
