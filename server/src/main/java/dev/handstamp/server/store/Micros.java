package dev.handstamp.server.store;

import java.time.Duration;
import java.time.Instant;

/// Instants and durations as the columns hold them: whole microseconds, since 1970 for an instant.
final class Micros {

    private static final long PER_SECOND = 1_000_000;

    private Micros() {}

    static long of(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano() / 1_000);
    }

    static long of(Duration duration) {
        return Math.addExact(Math.multiplyExact(duration.getSeconds(), PER_SECOND), duration.getNano() / 1_000);
    }

    static Instant toInstant(long micros) {
        long nanos = Math.floorMod(micros, PER_SECOND) * 1_000;
        return Instant.ofEpochSecond(Math.floorDiv(micros, PER_SECOND), nanos);
    }

    static Duration toDuration(long micros) {
        return Duration.ofSeconds(Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * 1_000);
    }
}
