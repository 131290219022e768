package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import java.time.Duration;
import java.util.Optional;

/// What a grant yields.
///
/// @param refreshToken empty for a client that may not refresh
/// @param idToken      empty unless the client asked who the user is
public record Tokens(IssuedToken accessToken, Optional<Refreshable> refreshToken, Optional<String> idToken) {

    /// A refresh token, and how long it can wait to be redeemed.
    public record Refreshable(Secret token, Duration lifetime) {}

    /// Leaves the tokens out.
    @Override
    public String toString() {
        return "Tokens[" + accessToken + "]";
    }
}
