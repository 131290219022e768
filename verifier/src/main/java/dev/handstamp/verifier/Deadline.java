package dev.handstamp.verifier;

import java.time.Duration;

/// Until when a piece of work must be done, by a clock that nobody sets.
record Deadline(long nanoTime) {

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /// Never less than a nanosecond.
    Duration remaining() {
        return Duration.ofNanos(Math.max(1, nanoTime - System.nanoTime()));
    }

    Deadline sooner(Deadline other) {
        return nanoTime - other.nanoTime <= 0 ? this : other;
    }

    boolean isOver() {
        return nanoTime - System.nanoTime() <= 0;
    }
}
