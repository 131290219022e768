package dev.handstamp.testing;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import org.jspecify.annotations.Nullable;

/// The first two ES256 keys of an issuer, made on a thread of their own while the issuer begins to listen.
///
/// In a fresh process nothing takes as long as the JVM's first elliptic curve, so this is begun before anything else.
final class FirstKeys extends Thread {

    private @Nullable PrivateJwk current;
    private @Nullable PrivateJwk next;
    private @Nullable RuntimeException failure;

    private FirstKeys() {
        super("test-issuer-keys");
    }

    static FirstKeys begun() {
        FirstKeys keys = new FirstKeys();
        keys.setDaemon(true);
        keys.start();
        return keys;
    }

    @Override
    public void run() {
        try {
            hand(PrivateJwk.generate(Algorithm.ES256));
            hand(PrivateJwk.generate(Algorithm.ES256));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private synchronized void hand(PrivateJwk made) {
        if (current == null) current = made;
        else next = made;
        notifyAll();
    }

    private synchronized void fail(RuntimeException e) {
        failure = e;
        notifyAll();
    }

    /// Waits for the key that signs first.
    PrivateJwk current() {
        return awaited(false);
    }

    /// Waits for the key that is published beside it.
    PrivateJwk next() {
        return awaited(true);
    }

    private synchronized PrivateJwk awaited(boolean second) {
        try {
            while (true) {
                PrivateJwk made = second ? next : current;
                if (made != null) return made;
                if (failure != null) throw new IllegalStateException("no key could be made", failure);
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a key was made", e);
        }
    }
}
