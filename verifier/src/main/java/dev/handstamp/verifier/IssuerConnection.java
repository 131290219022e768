package dev.handstamp.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Exchanges with an issuer that cannot hurt us: bounded in time even if the answer drips, bounded in size, never
/// redirected, never compressed.
final class IssuerConnection implements AutoCloseable {

    /// For a whole exchange, from the first byte sent to the last received.
    static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    static final int MAXIMUM_BYTES = 512 * 1024;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    private final ThreadPoolExecutor threads;
    private final HttpClient client;

    IssuerConnection() {
        threads = new ThreadPoolExecutor(2, 2, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            var thread = new Thread(task, "handstamp-http");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // Over plain http, 2 would ask for an upgrade.
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT)
                .executor(threads)
                .build();
    }

    /// Fetches what a 200 carries. Any other status is unusable.
    byte[] get(URI address, String accept, Duration limit) throws UnusableAnswerException {
        return send(HttpRequest.newBuilder(address).header("Accept", accept).build(), limit);
    }

    /// Posts a form and fetches what a 200 carries. Any other status is unusable.
    byte[] post(URI address, String authorization, String form, Duration limit) throws UnusableAnswerException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Accept", "application/json")
                .header("Authorization", authorization)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return send(request, limit);
    }

    private byte[] send(HttpRequest request, Duration limit) throws UnusableAnswerException {
        URI address = request.uri();
        // The client's own time limit ends with the headers, so the clock is kept here.
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(request, IssuerConnection::subscriber);
        try {
            return content(exchange.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw new UnusableAnswerException(address + " did not answer in time");
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new UnusableAnswerException("interrupted while waiting for " + address);
        } catch (ExecutionException e) {
            throw new UnusableAnswerException(address + ": " + words(e.getCause()));
        }
    }

    private static byte[] content(HttpResponse<byte[]> response) throws UnusableAnswerException {
        if (response.statusCode() != 200) {
            throw new UnusableAnswerException(response.uri() + " answered " + response.statusCode());
        }
        boolean encoded = response.headers().allValues("Content-Encoding").stream()
                .anyMatch(coding -> !coding.equalsIgnoreCase("identity"));
        if (encoded)
            throw new UnusableAnswerException(response.uri() + " answered compressed, which was not asked for");
        return response.body();
    }

    private static String words(@Nullable Throwable cause) {
        if (cause instanceof HttpTimeoutException) return "no connection in time";
        if (cause == null) return "failed";
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ", " + message;
    }

    private static BodySubscriber<byte[]> subscriber(ResponseInfo info) {
        return new BoundedBody(info.statusCode() == 200 ? MAXIMUM_BYTES : 0);
    }

    /// Gives back the threads. What is under way ends within its time limit.
    @Override
    public void close() {
        threads.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
        // From Java 21 on the client can be closed; before, it ends when nobody holds it any more.
        if ((Object) client instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("the HTTP client could not be closed", e);
            }
        }
    }

    /// Collects a body up to its limit. With a limit of 0 it does not listen at all.
    private static final class BoundedBody implements BodySubscriber<byte[]> {

        private final int limit;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private Flow.@Nullable Subscription subscription;

        BoundedBody(int limit) {
            this.limit = limit;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            if (limit == 0) {
                subscription.cancel();
                body.complete(new byte[0]);
            } else {
                subscription.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (body.isDone()) return;
                if (received.size() + buffer.remaining() > limit) {
                    refuse();
                } else {
                    byte[] bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    received.writeBytes(bytes);
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(received.toByteArray());
        }

        private void refuse() {
            if (subscription != null) subscription.cancel();
            body.completeExceptionally(new IOException("more than " + limit + " bytes"));
        }
    }
}
