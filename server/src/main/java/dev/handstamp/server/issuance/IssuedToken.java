package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Issuance;
import java.time.Duration;
import java.time.Instant;

/// An access token just signed.
///
/// @param lifetime what is left of it when it is answered
/// @param issuance when it was issued, by the clock and by the revocation log
public record IssuedToken(
        String token, String jwtId, Instant expiresAt, Duration lifetime, Scopes scopes, Issuance issuance) {

    /// Leaves the token out.
    @Override
    public String toString() {
        return "IssuedToken[" + jwtId + "]";
    }
}
