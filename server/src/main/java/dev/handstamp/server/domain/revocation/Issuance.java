package dev.handstamp.server.domain.revocation;

import java.time.Instant;

/// When a token is issued: by the clock, and by the revocation log.
///
/// @param at       becomes its `iat`
/// @param position the last entry of the log that was known: a later one refuses the token, even in the same second
public record Issuance(Instant at, long position) {}
