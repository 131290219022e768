package dev.handstamp.server.jobs;

import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.issuance.SigningKeys.Rotated;
import dev.handstamp.server.issuance.SigningKeys.TooManyPublished;
import dev.handstamp.server.log.Log;
import java.time.Duration;

/// Gives every algorithm in use its keys, and turns them when their time has come.
///
/// Every node runs it; what is due is decided in the transaction that turns, so one of them does it.
public final class KeyRotation implements Runnable {

    private static final Author SERVER = Author.named(Author.SERVER);
    private static final Duration SELDOM = Duration.ofMinutes(1);
    private static final Duration OFTEN = Duration.ofMillis(500);

    private final SigningKeys keys;
    private final Duration interval;

    /// Does nothing until it is run.
    ///
    /// @param interval how long a key signs
    public KeyRotation(SigningKeys keys, Duration interval) {
        this.keys = keys;
        this.interval = interval;
    }

    /// How long to wait between two looks.
    public Duration pause() {
        Duration pause = Duration.ofMillis(interval.toMillis() / 4);
        if (pause.compareTo(OFTEN) < 0) return OFTEN;
        return pause.compareTo(SELDOM) > 0 ? SELDOM : pause;
    }

    @Override
    public void run() {
        keys.ensure(SERVER);
        switch (keys.rotateDue(interval, SERVER)) {
            case Rotated rotated ->
                rotated.current()
                        .forEach(key -> Log.info("signing key turned", "key", key.keyId(), "slot", key.slot()));
            case TooManyPublished refused ->
                Log.warn(
                        "signing keys were not turned: too many retired ones are still published",
                        "published",
                        refused.published());
        }
    }
}
