package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Issuance;
import java.time.Duration;
import java.time.Instant;

/// An access token just signed.
///
/// @param lifetime what is left of it when it is answered
/// @param bound    what it is bound to
/// @param issuance when it was issued, by the clock and by the revocation log
public record IssuedToken(
        String token,
        String jwtId,
        Instant expiresAt,
        Duration lifetime,
        Scopes scopes,
        Confirmation bound,
        Issuance issuance) {

    /// Leaves the token out.
    @Override
    public String toString() {
        return "IssuedToken[" + jwtId + "]";
    }
}
