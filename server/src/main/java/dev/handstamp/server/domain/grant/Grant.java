package dev.handstamp.server.domain.grant;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.AuthenticationContext;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Optional;

/// What one user has allowed one client at one API. Every refresh token and access token descends from one grant,
/// and revoking the grant revokes them all.
///
/// @param session   the session it began in; the grant ends with it
/// @param scopes    the most that a token below it may carry
/// @param expiresAt when the last refresh token of it can no longer be redeemed
/// @param revokedAt when it was taken back, if it was
/// @param authentication how the user was authenticated when it began; empty where nobody asked the user
public record Grant(
        GrantId id,
        Subject subject,
        ClientId client,
        SessionId session,
        Audience audience,
        Scopes scopes,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> revokedAt,
        Optional<AuthenticationContext> authentication) {

    /// A grant that says nothing of how its user was authenticated.
    public Grant(
            GrantId id,
            Subject subject,
            ClientId client,
            SessionId session,
            Audience audience,
            Scopes scopes,
            Instant createdAt,
            Instant expiresAt,
            Optional<Instant> revokedAt) {
        this(id, subject, client, session, audience, scopes, createdAt, expiresAt, revokedAt, Optional.empty());
    }

    /// Whether it was as sure as this who the user is when it began.
    public boolean reaches(AssuranceLevel required) {
        return required == AssuranceLevel.AAL1
                || authentication
                        .flatMap(known -> AssuranceLevel.named(known.acr()))
                        .filter(level -> level.isAtLeast(required))
                        .isPresent();
    }

    public boolean isLiveAt(Instant now) {
        return revokedAt.isEmpty() && now.isBefore(expiresAt);
    }
}
