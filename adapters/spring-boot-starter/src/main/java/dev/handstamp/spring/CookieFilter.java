package dev.handstamp.spring;

import dev.handstamp.verifier.BearerToken;
import dev.handstamp.verifier.Challenge;
import dev.handstamp.verifier.CrossSite;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;

/// Refuses what another site makes a browser send with the cookie, and a request with two credentials.
///
/// Spring Security's own CSRF protection stands aside for requests that carry a token. This stands before it,
/// so that the answer is ours, and not the one of an error page that asks for a login.
final class CookieFilter extends OncePerRequestFilter {

    /// Just outside [RetryLaterFilter].
    static final int ORDER = RetryLaterFilter.ORDER - 1;

    private final String ownOrigin;

    CookieFilter(String ownOrigin) {
        this.ownOrigin = ownOrigin;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Challenge> refusal = refusal(request, ownOrigin);
        if (refusal.isPresent()) {
            RetryLaterFilter.send(refusal.get(), response);
        } else {
            chain.doFilter(request, response);
        }
    }

    static Optional<Challenge> refusal(HttpServletRequest request, String ownOrigin) {
        BearerToken read = read(request);
        if (read instanceof BearerToken.InvalidRequest invalid) {
            return Optional.of(Challenge.invalidRequest(invalid.detail()));
        }
        if (!(read instanceof BearerToken.Found found) || !found.fromCookie()) return Optional.empty();
        return CrossSite.refusal(
                request.getMethod(), values(request, "Sec-Fetch-Site"), values(request, "Origin"), ownOrigin);
    }

    static BearerToken read(HttpServletRequest request) {
        return BearerToken.read(values(request, "Authorization"), values(request, "Cookie"), request.getQueryString());
    }

    private static List<String> values(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name));
    }
}
