package dev.handstamp.server.web.admin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/// An identifier as the last segment of an address: itself where it is harmless there, else in base64url. It is looked
/// up afterwards and trusted for nothing.
final class Reference {

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String ENCODED = "x-";

    /// What stands in the same place, and is nothing's identifier.
    private static final String NEW = "new";

    private Reference() {}

    static String of(String id) {
        if (HARMLESS.matcher(id).matches() && !id.startsWith(ENCODED) && !id.equals(NEW)) return id;
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        return ENCODED + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The identifier that an address ends in; empty if it ends in none.
    static String read(String path) {
        String segment = path.substring(path.lastIndexOf('/') + 1);
        if (!HARMLESS.matcher(segment).matches() && !segment.startsWith(ENCODED)) return "";
        if (!segment.startsWith(ENCODED)) return segment;
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(segment.substring(ENCODED.length()));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
