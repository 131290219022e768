package dev.handstamp.verifier;

import java.time.Duration;

/// As of when everything is known that was taken back, by two clocks.
///
/// The one that nobody sets stands still while a machine sleeps; the wall clock does not, but may be set. Whichever
/// says more is believed.
///
/// @param nanoTime of [System#nanoTime()]
/// @param millis since 1970, by the clock of the verifier
record Knowledge(long nanoTime, long millis) {

    Duration age(long nanoTimeNow, long millisNow) {
        return Duration.ofNanos(Math.max(0, nanos(nanoTimeNow, millisNow)));
    }

    boolean isOlderThan(long limitNanos, long nanoTimeNow, long millisNow) {
        return nanos(nanoTimeNow, millisNow) > limitNanos;
    }

    private long nanos(long nanoTimeNow, long millisNow) {
        return Math.max(nanoTimeNow - nanoTime, (millisNow - millis) * 1_000_000);
    }
}
