package dev.handstamp.verifier;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The body of an answer, read as server-sent events (WHATWG HTML §9.2) by one thread that will not wait for ever.
///
/// Of each event only the data is kept: what else it says is not signed. No more is taken from the network than
/// what was read, so a flood waits in the sockets and not in our memory.
final class EventStream implements BodySubscriber<EventStream>, AutoCloseable {

    /// A signed event of 5,000 rules takes less than a third of this.
    private static final int MAXIMUM_LINE = 1 << 20;

    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

    /// What the network brought: bytes, or the end and why.
    private record Arrival(List<ByteBuffer> bytes, @Nullable String end) {}

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;

    // Only the reader's.
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Queue<String> events = new ArrayDeque<>();
    private @Nullable String data;
    private boolean afterReturn;

    /// The data of the next event.
    ///
    /// @throws UnusableAnswerException if it does not come in time, or never will
    String next(Deadline deadline) throws UnusableAnswerException {
        while (events.isEmpty()) read(arrival(deadline));
        return events.remove();
    }

    /// Cuts the connection; also one that nobody answers on any more.
    @Override
    public void close() {
        closed = true;
        Flow.Subscription subscribed = subscription;
        if (subscribed != null) subscribed.cancel();
    }

    @Override
    public CompletionStage<EventStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscribed) {
        subscription = subscribed;
        if (closed) {
            subscribed.cancel();
        } else {
            subscribed.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        arrivals.add(new Arrival(bytes, null));
    }

    @Override
    public void onError(Throwable failure) {
        arrivals.add(new Arrival(List.of(), "the feed broke: " + failure));
    }

    @Override
    public void onComplete() {
        arrivals.add(new Arrival(List.of(), "the feed was ended by the server"));
    }

    private Arrival arrival(Deadline deadline) throws UnusableAnswerException {
        try {
            Arrival arrival = arrivals.poll(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            if (arrival == null) throw new UnusableAnswerException("nothing was heard in time");
            return arrival;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new UnusableAnswerException("interrupted");
        }
    }

    private void read(Arrival arrival) throws UnusableAnswerException {
        if (arrival.end != null) throw new UnusableAnswerException(arrival.end);
        for (ByteBuffer buffer : arrival.bytes) read(buffer);
        Flow.Subscription subscribed = subscription;
        if (subscribed != null) subscribed.request(1);
    }

    /// A line ends with a line feed, a carriage return, or both.
    private void read(ByteBuffer buffer) throws UnusableAnswerException {
        while (buffer.hasRemaining()) {
            byte next = buffer.get();
            boolean pair = next == '\n' && afterReturn;
            afterReturn = next == '\r';
            if (pair) continue;
            if (next == '\n' || next == '\r') {
                endLine();
            } else if (line.size() < MAXIMUM_LINE) {
                line.write(next);
            } else {
                throw new UnusableAnswerException("an event longer than " + MAXIMUM_LINE + " bytes");
            }
        }
    }

    private void endLine() throws UnusableAnswerException {
        byte[] bytes = line.toByteArray();
        line.reset();
        if (bytes.length == 0) {
            if (data != null) events.add(data);
            data = null;
        } else if (startsWithData(bytes)) {
            if (data != null) throw new UnusableAnswerException("an event with two lines of data");
            int start = bytes.length > DATA.length && bytes[DATA.length] == ' ' ? DATA.length + 1 : DATA.length;
            data = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
        }
    }

    private static boolean startsWithData(byte[] bytes) {
        if (bytes.length < DATA.length) return false;
        for (int i = 0; i < DATA.length; i++) {
            if (bytes[i] != DATA[i]) return false;
        }
        return true;
    }
}
