package dev.handstamp.server.web;

import dev.handstamp.server.http.Response;
import java.time.Duration;

/// Tells a browser when to try again.
public final class Waiting {

    private Waiting() {}

    /// The response with `Retry-After` in whole seconds, at least one (RFC 9110 §10.2.3).
    public static Response until(Response response, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
        return response.header("Retry-After", Long.toString(seconds));
    }
}
