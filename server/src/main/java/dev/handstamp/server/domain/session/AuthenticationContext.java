package dev.handstamp.server.domain.session;

import java.time.Instant;
import java.util.List;

/// How a user was authenticated, as tokens tell it (OpenID Connect Core §2, RFC 9068 §2.2.1).
///
/// @param authenticatedAt becomes `auth_time`
/// @param acr             the level of assurance
/// @param amr             the methods (RFC 8176)
public record AuthenticationContext(Instant authenticatedAt, String acr, List<String> amr) {

    public AuthenticationContext {
        amr = List.copyOf(amr);
    }
}
