package dev.handstamp.server.domain.grant;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Names an authorization request that is kept here (RFC 9126 §2.2).
public record RequestUri(Secret id) {

    private static final String PREFIX = "urn:ietf:params:oauth:request_uri:";

    public static Optional<RequestUri> parse(String text) {
        return text.startsWith(PREFIX)
                ? Optional.of(new RequestUri(new Secret(text.substring(PREFIX.length()))))
                : Optional.empty();
    }

    public String value() {
        return PREFIX + id.value();
    }

    /// The query that goes on with the request at the authorization endpoint (RFC 9126 §4).
    public String query(ClientId client) {
        return "client_id=" + encoded(client.value()) + "&request_uri=" + encoded(value());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
