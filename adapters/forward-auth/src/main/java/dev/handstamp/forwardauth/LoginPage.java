package dev.handstamp.forwardauth;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Where people log in, and how they get back to where they wanted to go.
///
/// @param template an address; `{url}`, which stands in its query, is where the visitor wanted to go
record LoginPage(String template) {

    private static final String PLACE = "{url}";
    private static final int LONGEST_TARGET = 2_000;
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// Empty for what is not https (or http on loopback), or has its place outside of the query.
    static Optional<LoginPage> parse(String text) {
        if (!text.matches("[\\x21-\\x7e]+") || text.indexOf('#') >= 0) return Optional.empty();
        int path = text.indexOf('/', text.indexOf("://") + 3);
        String origin = path < 0 ? text : text.substring(0, path);
        if (Site.parse(origin).filter(Site::isConfidential).isEmpty()) return Optional.empty();
        int place = text.indexOf(PLACE);
        boolean isInQuery = place < 0 || (text.indexOf('?') >= 0 && text.indexOf('?') < place);
        return isInQuery && place == text.lastIndexOf(PLACE) ? Optional.of(new LoginPage(text)) : Optional.empty();
    }

    /// The login's address for a visitor who wanted to go somewhere on one of our own sites.
    ///
    /// @param target path and query; one that is very long is left out
    String address(Site site, String target) {
        String wanted = site + (target.length() <= LONGEST_TARGET ? target : "/");
        return template.replace(PLACE, encoded(wanted));
    }

    /// RFC 3986 §2.1: nothing of the visitor's keeps a meaning in the login's address.
    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (UNRESERVED.indexOf(b) >= 0) encoded.append((char) b);
            else encoded.append(String.format("%%%02X", b & 0xff));
        }
        return encoded.toString();
    }
}
