package dev.handstamp.server.protocol.session;

import dev.handstamp.server.http.Request;
import dev.handstamp.server.protocol.OAuthError;
import java.util.List;

/// The access token of a request: in the Authorization header (RFC 6750 §2.1) or in the cookie, and never in two
/// places.
sealed interface PresentedToken {

    /// One token.
    ///
    /// @param underDpop whether it comes with a proof of possession (RFC 9449 §7.1)
    record Found(String token, boolean fromCookie, boolean underDpop) implements PresentedToken {}

    record Missing() implements PresentedToken {}

    record Malformed(OAuthError error) implements PresentedToken {}

    static PresentedToken of(Request request) {
        if (request.query().isPresent()) return malformed("Parameters do not belong into the URL.");
        List<String> headers = request.headers("Authorization");
        List<String> cookies = SessionCookies.accessTokens(request);
        if (headers.size() + cookies.size() > 1) return malformed("Present one access token, not several.");
        if (!cookies.isEmpty()) return new Found(cookies.getFirst(), true, false);
        if (headers.isEmpty()) return new Missing();
        String header = headers.getFirst();
        boolean underDpop = header.regionMatches(true, 0, "DPoP ", 0, 5);
        if (!underDpop && !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return malformed("Authorization must be a Bearer or a DPoP token.");
        }
        String token = header.substring(underDpop ? 5 : 7);
        return isToken(token) ? new Found(token, false, underDpop) : malformed("Authorization holds no single token.");
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.indexOf(' ') < 0 && text.indexOf(',') < 0;
    }

    private static Malformed malformed(String description) {
        return new Malformed(Members.invalid(description));
    }
}
