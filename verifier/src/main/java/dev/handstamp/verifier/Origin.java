package dev.handstamp.verifier;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/// Scheme, host and port of an `http` or `https` address (RFC 6454 §4).
record Origin(String scheme, String host, int port) {

    /// Empty for anything that has no host, carries a user name, or is of another scheme.
    static Optional<Origin> of(URI address) {
        String scheme = address.getScheme();
        String host = address.getHost();
        if (scheme == null || host == null || address.getRawUserInfo() != null) return Optional.empty();

        String lowered = scheme.toLowerCase(Locale.ROOT);
        if (!lowered.equals("https") && !lowered.equals("http")) return Optional.empty();
        int port = address.getPort() >= 0 ? address.getPort() : lowered.equals("https") ? 443 : 80;
        return Optional.of(new Origin(lowered, host.toLowerCase(Locale.ROOT), port));
    }

    /// Reads an origin as a browser writes it: nothing after the port.
    static Optional<Origin> parse(String text) {
        try {
            URI address = new URI(text);
            boolean bare = "".equals(address.getRawPath())
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null;
            return bare ? of(address) : Optional.empty();
        } catch (java.net.URISyntaxException notAnOrigin) {
            return Optional.empty();
        }
    }

    /// `https`, or `http` to this very machine by its plain names.
    boolean isConfidential() {
        return scheme.equals("https")
                || host.equals("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
