package dev.handstamp.server.issuance;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Work that is done once for all who ask for the same at the same time. Whoever asks for something else waits for
/// nobody.
///
/// @param <T> what comes of it
final class Flights<T> {

    private final Duration longestWait;
    private final Map<String, CompletableFuture<T>> flights = new ConcurrentHashMap<>();

    /// @param longestWait for what another caller is at
    Flights(Duration longestWait) {
        this.longestWait = longestWait;
    }

    /// Does the work, or waits for whoever is at it.
    ///
    /// @return empty if that one fails or takes too long
    Optional<T> join(String key, Supplier<T> work) {
        CompletableFuture<T> own = new CompletableFuture<>();
        CompletableFuture<T> others = flights.putIfAbsent(key, own);
        if (others != null) return result(others);
        try {
            T done = work.get();
            own.complete(done);
            return Optional.of(done);
        } finally {
            flights.remove(key, own);
            own.cancel(false); // counts only if the work has failed
        }
    }

    private Optional<T> result(CompletableFuture<T> others) {
        try {
            return Optional.of(others.get(longestWait.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException | CancellationException _) {
            return Optional.empty();
        }
    }
}
