package dev.handstamp.server.domain.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/// An API's identifier, the `aud` of its tokens: an absolute URI without fragment (RFC 8707 §2), at most 512
/// characters.
///
/// Compared as a whole string: no trailing slash is added or taken away, no case is folded.
public record Audience(String value) implements Comparable<Audience> {

    public static final String FORM = "an absolute URI without fragment, such as https://api.example/orders";

    public static Optional<Audience> parse(String text) {
        if (text.length() > 512) return Optional.empty();
        try {
            URI uri = new URI(text);
            boolean fits = uri.isAbsolute() && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            return fits ? Optional.of(new Audience(text)) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(Audience other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
