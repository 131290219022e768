package dev.handstamp.forwardauth;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Scheme, host and port by which browsers reach something (RFC 6454 §4); the port of the scheme is left out.
record Site(String scheme, String host, int port) {

    private static final Pattern FORM =
            Pattern.compile("(?i)(https?)://([a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}\\])(?::(\\d{1,5}))?");

    /// Empty for anything that has a path, carries a user name, or is of another scheme.
    static Optional<Site> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) return Optional.empty();
        String scheme = form.group(1).toLowerCase(Locale.ROOT);
        int port = form.group(3) != null ? Integer.parseInt(form.group(3)) : standardPort(scheme);
        if (port < 1 || port > 65_535) return Optional.empty();
        return Optional.of(new Site(scheme, form.group(2).toLowerCase(Locale.ROOT), port));
    }

    /// `https`, or `http` to this very machine.
    boolean isConfidential() {
        return scheme.equals("https")
                || host.equals("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    /// As a browser writes it in `Origin`.
    @Override
    public String toString() {
        return scheme + "://" + host + (port == standardPort(scheme) ? "" : ":" + port);
    }

    private static int standardPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }
}
