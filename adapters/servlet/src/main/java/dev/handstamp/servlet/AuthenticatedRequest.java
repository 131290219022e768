package dev.handstamp.servlet;

import dev.handstamp.jwt.AccessToken;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/// A request in the name of a token: the methods of Jakarta Servlet §13.3 answer from it.
final class AuthenticatedRequest extends HttpServletRequestWrapper {

    private static final String AUTH_TYPE = "Bearer";

    /// Stands for any authenticated user (Jakarta Servlet §13.3).
    private static final String ANY_AUTHENTICATED = "**";

    private final TokenPrincipal principal;

    AuthenticatedRequest(HttpServletRequest request, AccessToken accessToken) {
        super(request);
        this.principal = new TokenPrincipal(accessToken);
    }

    @Override
    public Principal getUserPrincipal() {
        return principal;
    }

    @Override
    public String getRemoteUser() {
        return principal.getName();
    }

    @Override
    public String getAuthType() {
        return AUTH_TYPE;
    }

    @Override
    public boolean isUserInRole(@Nullable String role) {
        if (role == null) return false;
        return role.equals(ANY_AUTHENTICATED) || principal.accessToken().roles().contains(role);
    }

    @Override
    public boolean authenticate(HttpServletResponse response) {
        return true;
    }

    @Override
    public void login(String username, String password) throws ServletException {
        throw new ServletException("already authenticated by an access token");
    }

    /// A token has no session here that could end; its issuer takes it back.
    @Override
    public void logout() throws ServletException {
        throw new ServletException("an access token is revoked at its issuer, not here");
    }
}
