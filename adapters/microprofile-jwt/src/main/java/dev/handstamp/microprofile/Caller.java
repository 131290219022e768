package dev.handstamp.microprofile;

import dev.handstamp.jwt.AccessToken;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/// Who calls, for the resource.
final class Caller implements SecurityContext {

    private final TokenPrincipal principal;
    private final AccessToken token;
    private final boolean secure;

    Caller(TokenPrincipal principal, AccessToken token, boolean secure) {
        this.principal = principal;
        this.token = token;
        this.secure = secure;
    }

    @Override
    public Principal getUserPrincipal() {
        return principal;
    }

    @Override
    public boolean isUserInRole(String role) {
        return TokenPrincipal.groups(token).contains(role);
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    /// As MicroProfile JWT §5 wants it.
    @Override
    public String getAuthenticationScheme() {
        return "MP-JWT";
    }
}
