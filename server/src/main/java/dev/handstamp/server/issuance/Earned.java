package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.user.Subject;
import java.time.Duration;

/// What a login or a refresh yields.
///
/// @param refreshLifetime how long the refresh token can wait to be redeemed
public record Earned(Subject subject, IssuedToken accessToken, Secret refreshToken, Duration refreshLifetime) {}
