package dev.handstamp.spring;

import dev.handstamp.verifier.BearerToken;
import dev.handstamp.verifier.Challenge;
import dev.handstamp.verifier.CrossSite;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.resource.BearerTokenError;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;

/// Takes the token from the header or from the cookie `__Host-handstamp`, and refuses what another site makes a
/// browser send with it: Spring Security's own CSRF protection stands aside for requests that carry a token.
final class CookieTokenResolver implements BearerTokenResolver {

    private final String ownOrigin;

    CookieTokenResolver(String ownOrigin) {
        this.ownOrigin = ownOrigin;
    }

    @Override
    public @Nullable String resolve(HttpServletRequest request) {
        BearerToken read =
                BearerToken.read(values(request, "Authorization"), values(request, "Cookie"), request.getQueryString());
        if (read instanceof BearerToken.Missing) return null;
        if (read instanceof BearerToken.InvalidRequest invalid) {
            throw new OAuth2AuthenticationException(BearerTokenErrors.invalidRequest(invalid.detail()));
        }
        var found = (BearerToken.Found) read;
        if (found.fromCookie()) refuseCrossSite(request);
        return found.token();
    }

    private void refuseCrossSite(HttpServletRequest request) {
        Optional<Challenge> refusal = CrossSite.refusal(
                request.getMethod(), values(request, "Sec-Fetch-Site"), values(request, "Origin"), ownOrigin);
        if (refusal.isEmpty()) return;
        throw new OAuth2AuthenticationException(new BearerTokenError(
                OAuth2ErrorCodes.INVALID_REQUEST,
                HttpStatus.FORBIDDEN,
                "A request from another site is not accepted with the cookie",
                "https://www.rfc-editor.org/rfc/rfc6750#section-3.1"));
    }

    private static List<String> values(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name));
    }
}
