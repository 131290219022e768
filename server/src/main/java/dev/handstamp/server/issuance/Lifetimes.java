package dev.handstamp.server.issuance;

import java.time.Duration;

/// How long what a login earns may live.
///
/// @param session      from the login to the end of the session
/// @param grant        from the login to the end of the last refresh token
/// @param refreshToken from issuing to redeeming one refresh token
/// @param repeatWindow how long the same caller's repeat of a spent refresh token gets the same successor
public record Lifetimes(Duration session, Duration grant, Duration refreshToken, Duration repeatWindow) {}
