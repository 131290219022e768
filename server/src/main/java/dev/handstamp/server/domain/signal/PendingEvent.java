package dev.handstamp.server.domain.signal;

import java.time.Instant;

/// An event that its receiver has not taken yet.
///
/// @param id          the `jti`
/// @param claims      the claims of its token, in JSON
/// @param aboutStream whether it says that the stream was stopped: then it is sent in any state
public record PendingEvent(String id, String claims, boolean aboutStream, Instant madeAt) {}
