package dev.handstamp.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Exchanges with an issuer that cannot hurt us: bounded in time even if the answer drips, bounded in size, never
/// redirected, never compressed.
final class IssuerConnection implements AutoCloseable {

    /// For a whole exchange, from the first byte sent to the last received.
    static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    static final int MAXIMUM_BYTES = 512 * 1024;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    /// One for all connections; what runs on it must be quick.
    static final ScheduledThreadPoolExecutor WATCH = watch();

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
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(limit)
                .header("Accept", accept)
                .build();
        return send(request, limit);
    }

    /// Posts a form and fetches what a 200 carries. Any other status is unusable.
    byte[] post(URI address, String authorization, String form, Duration limit) throws UnusableAnswerException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(limit)
                .header("Accept", "application/json")
                .header("Authorization", authorization)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return send(request, limit);
    }

    private byte[] send(HttpRequest request, Duration limit) throws UnusableAnswerException {
        URI address = request.uri();
        var body = new ReceivedBody();
        // The client's own time limit ends with the headers; the body has the watch.
        Future<?> watch = WATCH.schedule(body::giveUp, limit.toNanos(), TimeUnit.NANOSECONDS);
        try {
            // Not sendAsync: what follows that runs in the common pool, all of whose threads may be waiting for us.
            return content(client.send(request, body));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableAnswerException("interrupted while waiting for " + address);
        } catch (HttpTimeoutException e) {
            throw new UnusableAnswerException(address + " did not answer in time");
        } catch (IOException e) {
            throw new UnusableAnswerException(address + ": " + words(e));
        } finally {
            watch.cancel(false);
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

    private static String words(IOException cause) {
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ", " + message;
    }

    /// It only ever gives up, and its thread ends when there is nothing to watch.
    private static ScheduledThreadPoolExecutor watch() {
        var watch = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "handstamp-watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.setKeepAliveTime(10, TimeUnit.SECONDS);
        watch.allowCoreThreadTimeOut(true);
        watch.setRemoveOnCancelPolicy(true);
        return watch;
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

    /// Waits for the body of a 200, until somebody gives up.
    private static final class ReceivedBody implements BodyHandler<byte[]> {

        private final AtomicReference<@Nullable BoundedBody> body = new AtomicReference<>();
        private volatile boolean givenUp;

        @Override
        public BodySubscriber<byte[]> apply(ResponseInfo info) {
            var started = new BoundedBody(info.statusCode() == 200 ? MAXIMUM_BYTES : 0);
            body.set(started);
            if (givenUp) started.refuse(new HttpTimeoutException("in vain"));
            return started;
        }

        void giveUp() {
            givenUp = true;
            BoundedBody started = body.get();
            if (started != null) started.refuse(new HttpTimeoutException("in vain"));
        }
    }

    /// Collects a body up to its limit. With a limit of 0 it does not listen at all.
    private static final class BoundedBody implements BodySubscriber<byte[]> {

        private final int limit;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private volatile Flow.@Nullable Subscription subscription;

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
                    refuse(new IOException("more than " + limit + " bytes"));
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

        void refuse(IOException why) {
            body.completeExceptionally(why);
            Flow.Subscription running = subscription;
            if (running != null) running.cancel();
        }
    }
}
