package dev.handstamp.server.protocol.signals;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Wakes those who wait for events of a stream. It can miss what another node has made, so nobody waits for long
/// without
/// a look.
final class StreamBell {

    private final Map<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// What rings next; to be asked for before the look that finds nothing.
    CompletableFuture<Void> next(String stream) {
        return waiting.computeIfAbsent(stream, _ -> new CompletableFuture<>());
    }

    void ring(String stream) {
        CompletableFuture<Void> bell = waiting.remove(stream);
        if (bell != null) bell.complete(null);
    }

    /// Waits until it rings, and no longer than that.
    void await(String stream, CompletableFuture<Void> bell, Duration patience) {
        try {
            bell.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            waiting.remove(stream, bell);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /// Nobody waits any more.
    void close() {
        closed = true;
        for (String stream : waiting.keySet()) ring(stream);
    }
}
