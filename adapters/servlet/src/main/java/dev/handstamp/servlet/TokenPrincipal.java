package dev.handstamp.servlet;

import dev.handstamp.jwt.AccessToken;
import java.security.Principal;

/// Who is calling: what `HttpServletRequest.getUserPrincipal()` answers behind a [HandstampFilter].
///
/// @param accessToken as it was checked
public record TokenPrincipal(AccessToken accessToken) implements Principal {

    /// {@return the subject of the token (`sub`); empty for a foreign token without one}
    @Override
    public String getName() {
        return accessToken.subject();
    }
}
