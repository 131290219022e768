package dev.handstamp.server.domain.client;

import java.util.List;
import java.util.Optional;

/// How users are sent to a client and back to it: what it registered for the authorization code grant.
///
/// @param name         what users know it by; empty for its identifier
/// @param uris         where answers may go
/// @param afterLogout  where users may be sent after they have signed out
/// @param requiresPkce false only for a confidential client that cannot do PKCE (RFC 7636)
/// @param asksConsent  false for the issuer's own applications
public record Redirection(
        String name, List<RedirectUri> uris, List<RedirectUri> afterLogout, boolean requiresPkce, boolean asksConsent) {

    public static final Redirection NONE = new Redirection("", List.of(), List.of(), true, true);

    public Redirection {
        uris = List.copyOf(uris);
        afterLogout = List.copyOf(afterLogout);
    }

    /// The address that was sent, if it is registered.
    ///
    /// @param anyPort whether the client is a native application, whose loopback port may differ
    public Optional<RedirectUri> find(String sent, boolean anyPort) {
        for (RedirectUri uri : uris) {
            if (uri.matches(sent, anyPort)) return Optional.of(new RedirectUri(sent));
        }
        return Optional.empty();
    }

    /// The address of a client that sends none: it must have registered exactly one (RFC 6749 §3.1.2.3).
    public Optional<RedirectUri> only() {
        return uris.size() == 1 ? Optional.of(uris.getFirst()) : Optional.empty();
    }
}
