package dev.handstamp.server.protocol.registration;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.http.Request;
import java.util.List;

/// The token of a request, in its one Authorization header (RFC 6750 §2.1).
sealed interface PresentedToken {

    String BEARER = "Bearer ";

    record Found(Secret token) implements PresentedToken {}

    record Missing() implements PresentedToken {}

    /// A header that is no single token.
    ///
    /// @param problem repeats nothing that was sent
    record Malformed(String problem) implements PresentedToken {}

    static PresentedToken of(Request request) {
        List<String> headers = request.headers("Authorization");
        if (headers.isEmpty()) return new Missing();
        String header = headers.getFirst();
        boolean isBearer = headers.size() == 1
                && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && header.length() > BEARER.length();
        return isBearer
                ? new Found(new Secret(header.substring(BEARER.length())))
                : new Malformed("Authorization must be one Bearer token.");
    }
}
