package dev.handstamp.verifier;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Opens revocation feeds: one at a time, never redirected, never compressed.
final class FeedConnection implements AutoCloseable {

    /// Until the first bytes of the answer.
    private static final Duration TIME_LIMIT = Duration.ofSeconds(3);

    private static final String EVENT_STREAM = "text/event-stream";

    private final ThreadPoolExecutor threads;
    private final HttpClient client;
    private final String authorization;

    FeedConnection(String authorization) {
        this.authorization = authorization;
        threads = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            var thread = new Thread(task, "handstamp-feed-http");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // One stream, one connection: to cut it is to close it.
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(2))
                .executor(threads)
                .build();
    }

    /// Asks for what follows a position, or for everything when it is negative. The caller closes the stream.
    ///
    /// @param nonce what the first event has to repeat
    EventStream open(URI address, long position, String nonce) throws UnusableAnswerException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Accept", EVENT_STREAM)
                .header("Cache-Control", "no-store")
                .header("Authorization", authorization)
                .header("Feed-Nonce", nonce);
        if (position >= 0) request.header("Last-Event-ID", Long.toString(position));
        CompletableFuture<HttpResponse<EventStream>> exchange =
                client.sendAsync(request.build(), head -> new EventStream());
        try {
            return stream(exchange.get(TIME_LIMIT.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            abandon(exchange);
            throw new UnusableAnswerException(address + " did not answer in time");
        } catch (InterruptedException e) {
            abandon(exchange);
            Thread.currentThread().interrupt();
            throw new UnusableAnswerException("interrupted while waiting for " + address);
        } catch (ExecutionException e) {
            throw new UnusableAnswerException(address + ": " + e.getCause());
        }
    }

    /// Gives back the threads.
    @Override
    public void close() {
        threads.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
    }

    /// Also when the answer comes in this very moment.
    private static void abandon(CompletableFuture<HttpResponse<EventStream>> exchange) {
        boolean tooLate = !exchange.cancel(true);
        if (tooLate && !exchange.isCompletedExceptionally())
            exchange.join().body().close();
    }

    private static EventStream stream(HttpResponse<EventStream> response) throws UnusableAnswerException {
        String type = response.headers().firstValue("Content-Type").orElse("");
        boolean isStream = type.equals(EVENT_STREAM) || type.startsWith(EVENT_STREAM + ";");
        boolean isPlain = response.headers().firstValue("Content-Encoding").isEmpty();
        if (response.statusCode() == 200 && isStream && isPlain) return response.body();
        response.body().close();
        String why = response.statusCode() == 401 ? " (are the API's name and secret right?)" : "";
        throw new UnusableAnswerException(
                response.uri() + " answered " + response.statusCode() + why + ", and no event stream");
    }
}
