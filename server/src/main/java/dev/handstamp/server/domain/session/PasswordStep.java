package dev.handstamp.server.domain.session;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;

/// A login that is half way: the password was right, or what came by mail, and the second factor is still to come. It
/// opens nothing.
///
/// @param id             by the hash of what its browser or application holds
/// @param passwordDigest of the stored hash of the password that was right
/// @param method         what was shown
/// @param provedAt       when it was
public record PasswordStep(
        SecretHash id,
        Subject subject,
        SecretHash passwordDigest,
        AuthenticationMethod method,
        Instant provedAt,
        Instant expiresAt) {}
