package dev.handstamp.server.outbound;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// An HTTP response, its body read and bounded.
public final class Answer implements Outcome {

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    /// @param headers by name in lower case; of one that came twice, the first
    Answer(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    public int status() {
        return status;
    }

    /// Whether the request was done (RFC 9110 §15.3).
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /// A header by its name in lower case.
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /// How long its origin lets it be kept (RFC 9111 §5.2); empty if it does not say.
    public Optional<Duration> freshFor() {
        Optional<Duration> found = Optional.empty();
        for (String directive : headers.getOrDefault("cache-control", "").split(",", -1)) {
            String name = directive.strip().toLowerCase(Locale.ROOT);
            if (name.equals("no-store") || name.equals("no-cache")) return Optional.of(Duration.ZERO);
            if (name.matches("max-age=\\d{1,9}")) {
                found = Optional.of(Duration.ofSeconds(Long.parseLong(name.substring(8))));
            }
        }
        return found;
    }

    /// The body; not a copy: do not write into it.
    public byte[] body() {
        return body;
    }

    @Override
    public String toString() {
        return "Answer[" + status + ", " + body.length + " bytes]";
    }
}
