package dev.handstamp.spring;

import dev.handstamp.verifier.BearerToken;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;

/// Takes the token from the header or from the cookie `__Host-handstamp`.
///
/// [CookieFilter] has refused what must not come this far; where somebody has left it out, nothing is taken.
final class CookieTokenResolver implements BearerTokenResolver {

    private final String ownOrigin;

    CookieTokenResolver(String ownOrigin) {
        this.ownOrigin = ownOrigin;
    }

    @Override
    public @Nullable String resolve(HttpServletRequest request) {
        CookieFilter.refusal(request, ownOrigin).ifPresent(challenge -> {
            throw new OAuth2AuthenticationException(BearerTokenErrors.invalidRequest(challenge.detail()));
        });
        return CookieFilter.read(request) instanceof BearerToken.Found found ? found.token() : null;
    }
}
