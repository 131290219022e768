package dev.handstamp.forwardauth;

import dev.handstamp.verifier.ApiRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The request that stands at the proxy, as the proxy tells of it.
///
/// @param site    where the browser believes to be, if the proxy says so in a form that we understand
/// @param target  path and query, as sent
/// @param headers every value of a header, by its name in any case
record VisitorRequest(String method, Optional<Site> site, String target, Function<String, List<String>> headers) {

    private static final Set<String> READS = Set.of("GET", "HEAD");

    /// What the doorkeeper sees of it.
    ///
    /// A browser opens a WebSocket with GET, and lets any site do so with our cookie (RFC 6455 §10.2). It gets a
    /// name of its own here, so that it counts as unsafe.
    ApiRequest asApiRequest() {
        return new ApiRequest(isWebSocket() ? "WEBSOCKET" : method, query(), headers);
    }

    /// The whole address at one of our own sites, without its query; empty if it cannot be written as one.
    Optional<URI> address() {
        int question = target.indexOf('?');
        try {
            return site.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new URI(site.get() + (question < 0 ? target : target.substring(0, question))));
        } catch (URISyntaxException notAnAddress) {
            return Optional.empty();
        }
    }

    /// Whether a person waits for a page, so that being sent to the login is an answer.
    boolean isForAPage() {
        if (!READS.contains(method) || isWebSocket()) return false;
        List<String> mode = header("Sec-Fetch-Mode");
        if (!mode.isEmpty() && !mode.equals(List.of("navigate"))) return false;
        return header("Accept").stream()
                .anyMatch(line -> line.toLowerCase(Locale.ROOT).contains("text/html"));
    }

    List<String> header(String name) {
        return headers.apply(name);
    }

    private boolean isWebSocket() {
        return !header("Sec-WebSocket-Key").isEmpty()
                || !header("Sec-WebSocket-Version").isEmpty();
    }

    private @Nullable String query() {
        int question = target.indexOf('?');
        return question < 0 ? null : target.substring(question + 1);
    }
}
