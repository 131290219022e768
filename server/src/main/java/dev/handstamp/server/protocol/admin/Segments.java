package dev.handstamp.server.protocol.admin;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Identifiers as segments of a path. Many are addresses, and no listener or proxy agrees with the next on an encoded
/// slash: such a one is written as `~` and its bytes in base64url.
final class Segments {

    private static final int LONGEST = 2_048;
    private static final String ENCODED = "~";

    private Segments() {}

    static String of(String identifier) {
        if (identifier.contains("/") || identifier.startsWith(ENCODED)) {
            byte[] bytes = identifier.getBytes(StandardCharsets.UTF_8);
            return ENCODED + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }
        return URLEncoder.encode(identifier, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// The identifier; empty if the segment is none.
    static Optional<String> parse(String raw) {
        if (raw.isEmpty() || raw.length() > LONGEST) return Optional.empty();
        try {
            String text = raw.startsWith(ENCODED)
                    ? new String(Base64.getUrlDecoder().decode(raw.substring(1)), StandardCharsets.UTF_8)
                    : URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
            boolean isText = text.chars().noneMatch(each -> Character.isISOControl(each) || each == 0xFFFD);
            return isText && !text.isEmpty() ? Optional.of(text) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
