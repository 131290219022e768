package dev.handstamp.demo;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request, read whole.
final class Visit {

    /// More than any door needs. A longer body is refused before it is read to its end.
    static final int MAXIMUM_BODY = 8 * 1024;

    private final HttpExchange exchange;
    private final Headers headers;
    private final byte[] body;

    private Visit(HttpExchange exchange, byte[] body) {
        this.exchange = exchange;
        this.headers = exchange.getRequestHeaders();
        this.body = body;
    }

    /// Empty when the body is longer than [#MAXIMUM_BODY].
    static Optional<Visit> of(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAXIMUM_BODY + 1);
        return body.length > MAXIMUM_BODY ? Optional.empty() : Optional.of(new Visit(exchange, body));
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /// As it was sent, so that `/b%61r` is not `/bar`.
    String path() {
        return exchange.getRequestURI().getRawPath();
    }

    /// The path and query as they were sent; the origin is not for the client to say.
    URI address() {
        return exchange.getRequestURI();
    }

    /// As it was sent, or null.
    @Nullable
    String query() {
        return exchange.getRequestURI().getRawQuery();
    }

    /// Every value of a header.
    List<String> all(String header) {
        return headers.getOrDefault(header, List.of());
    }

    boolean accepts(String mediaType) {
        return all("Accept").stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(mediaType));
    }

    boolean sends(String mediaType) {
        List<String> types = all("Content-Type");
        return types.size() == 1 && types.getFirst().split(";", 2)[0].strip().equalsIgnoreCase(mediaType);
    }

    byte[] body() {
        return body.clone();
    }
}
