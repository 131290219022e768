package dev.handstamp.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that a test turns. It shows the system's time until then, and from any number of threads.
///
/// Give it to the [TestIssuer] and to the verifier of the API: then an hour passes in no time.
public final class TestClock implements InstantSource {

    private final AtomicReference<InstantSource> now = new AtomicReference<>(InstantSource.system());

    /// A clock that shows the system's time.
    public TestClock() {}

    /// {@return what time it is, by this clock}
    @Override
    public Instant instant() {
        return now.get().instant();
    }

    /// Turns the clock; it runs on, or stands still, as before.
    ///
    /// @param time forward, or back when it is negative
    public void turn(Duration time) {
        now.updateAndGet(before -> InstantSource.offset(before, time));
    }

    /// Stops the clock; [#turn] moves it from there.
    ///
    /// @param instant what it shows from now on
    public void stopAt(Instant instant) {
        now.set(InstantSource.fixed(instant));
    }

    /// Shows the system's time again.
    public void reset() {
        now.set(InstantSource.system());
    }

    @Override
    public String toString() {
        return "TestClock[" + instant() + "]";
    }
}
