package dev.handstamp.verifier;

import dev.handstamp.jwt.JwkSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One fetch that callers may wait for, and the key that it was asked for; "" when it is for none in
/// particular.
final class Flight {

    private final String keyId;
    private final CountDownLatch landed = new CountDownLatch(1);

    Flight(String keyId) {
        this.keyId = keyId;
    }

    boolean isFor(String other) {
        return keyId.equals(other);
    }

    boolean isSatisfiedBy(JwkSet fetched) {
        return keyId.isEmpty() || fetched.find(keyId).isPresent();
    }

    void land() {
        landed.countDown();
    }

    boolean landsBefore(Deadline deadline) {
        try {
            return landed.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
