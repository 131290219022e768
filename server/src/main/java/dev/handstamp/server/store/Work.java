package dev.handstamp.server.store;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A work on its way to a database thread, and the caller who waits for it.
///
/// It is run first and answered later: its outcome is nobody's before the commit that makes it last.
final class Work<T> {

    private final Function<Transaction, T> function;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable Runnable outcome;

    Work(Function<Transaction, T> function) {
        this.function = function;
    }

    /// Nobody waits any more: not to be run.
    boolean isAbandoned() {
        return answer.isDone();
    }

    /// Tells whether it went well. Anything thrown becomes its outcome.
    boolean run(Transaction tx) {
        try {
            T result = function.apply(tx);
            tx.end();
            outcome = () -> answer.complete(result);
            return true;
        } catch (Throwable e) { // An error of one caller must not end the thread that serves all of them.
            outcome = () -> answer.completeExceptionally(e);
            return false;
        }
    }

    void answer() {
        if (outcome == null) throw new IllegalStateException("not run");
        outcome.run();
    }

    void fail(StoreException reason) {
        answer.completeExceptionally(reason);
    }

    T await() {
        return await(Duration.ofSeconds(Long.MAX_VALUE));
    }

    /// Waits for the answer. A work that has not begun when the time is up is never run.
    T await(Duration limit) {
        try {
            return answer.get(nanos(limit), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(false);
            throw new StoreUnavailable("the database did not answer within " + limit.toSeconds() + " s");
        } catch (InterruptedException e) {
            answer.cancel(false);
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted while waiting for the database");
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    private static long nanos(Duration limit) {
        return TimeUnit.SECONDS.toNanos(limit.toSeconds()); // Saturates.
    }

    private static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) throw error;
        if (cause instanceof RuntimeException exception) return exception;
        throw new IllegalStateException("a function throws nothing else");
    }
}
