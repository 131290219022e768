package dev.handstamp.jwt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;

/// The address of a request without query and fragment, in a form that can be compared: case of scheme and host,
/// the standard port, dot segments, an empty path and needless percent-encoding make no difference (RFC 3986 §6.2.2,
/// §6.2.3), everything else does.
record TargetUri(String scheme, String host, int port, String path) {

    private static final String UNRESERVED = "-._~";

    /// Empty for what is not an absolute http or https address, or carries a user name.
    static Optional<TargetUri> parse(String text) {
        URI address;
        try {
            address = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        if (address.getScheme() == null || address.getHost() == null || address.getRawUserInfo() != null) {
            return Optional.empty();
        }
        String scheme = address.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) return Optional.empty();
        int port = address.getPort() >= 0 ? address.getPort() : scheme.equals("https") ? 443 : 80;
        String host = address.getHost().toLowerCase(Locale.ROOT);
        return Optional.of(new TargetUri(scheme, host, port, path(address.getRawPath())));
    }

    private static String path(String raw) {
        String path = withoutDots(decoded(raw));
        return path.isEmpty() ? "/" : path;
    }

    /// Decodes what need not be encoded and writes the rest in upper case.
    private static String decoded(String raw) {
        if (raw.indexOf('%') < 0) return raw;
        StringBuilder path = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '%') {
                path.append(c);
                continue;
            }
            String encoded = raw.substring(i, i + 3); // URI has checked that two digits follow.
            char meant = (char) Integer.parseInt(encoded.substring(1), 16);
            path.append(isUnreserved(meant) ? String.valueOf(meant) : encoded.toUpperCase(Locale.ROOT));
            i += 2;
        }
        return path.toString();
    }

    private static boolean isUnreserved(char c) {
        return c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
    }

    /// RFC 3986 §5.2.4
    private static String withoutDots(String path) {
        if (!path.contains("/.")) return path;
        var kept = new ArrayDeque<String>();
        String[] segments = path.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            boolean isLast = i == segments.length - 1;
            if (segments[i].equals("..")) kept.pollLast();
            else if (!segments[i].equals(".")) kept.add(segments[i]);
            if (isLast && (segments[i].equals(".") || segments[i].equals(".."))) kept.add("");
        }
        return "/" + String.join("/", kept);
    }
}
