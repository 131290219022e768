package dev.handstamp.server.crypto;

import java.time.Duration;

/// No work was done, because as much of it is waiting as may wait: 503 with `Retry-After`.
public record Busy(Duration retryAfter) implements Verdict, Hashing {}
