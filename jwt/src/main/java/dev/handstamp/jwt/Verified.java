package dev.handstamp.jwt;

/// The token is good, and this is what it says.
///
/// @param accessToken what it says
public record Verified(AccessToken accessToken) implements Verification {}
