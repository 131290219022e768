package dev.handstamp.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// The body of an answer that goes on: what is sent now and later, without a thread that waits.
///
/// Nobody's slowness is another's: what the client has not taken waits here, up to a bound, and whoever lags behind
/// more, or takes nothing for a while, is cut off. Any thread may send; the chunks leave in the order of the calls.
public final class Outflow implements Callback {

    /// What may wait for a client to take it.
    private static final int MOST_UNSENT = 1024 * 1024;

    private static final int LARGEST_WRITE = 64 * 1024;

    /// A client that takes nothing of what waits for it is cut off after this.
    private static final long LONGEST_STALL = TimeUnit.SECONDS.toNanos(20);

    /// Told what becomes of an answer that goes on. Called on any thread: it must be quick and must not wait.
    public interface Watcher {

        /// The headers are on their way, and sending can begin.
        void opened(Outflow outflow);

        /// The client has taken everything so far.
        void drained(Outflow outflow);

        /// It is over: the client has gone, or was cut off, or was told everything.
        ///
        /// @param cut whether it was for slowness
        void closed(Outflow outflow, boolean cut);
    }

    private final org.eclipse.jetty.server.Response out;
    private final EndPoint connection;
    private final Watcher watcher;
    private final Callback exchange;

    // Guarded by this.
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int unsent; // bytes, with those on their way
    private int onTheirWay;
    private boolean writing = true; // the headers
    private boolean ending;
    private boolean last;
    private boolean over;
    private boolean cut;
    private long progress = System.nanoTime();

    /// @param exchange told once when all is over
    Outflow(org.eclipse.jetty.server.Response out, EndPoint connection, Watcher watcher, Callback exchange) {
        this.out = out;
        this.connection = connection;
        this.watcher = watcher;
        this.exchange = exchange;
    }

    /// Sends the headers. What was sent before leaves after them.
    void begin() {
        watcher.opened(this);
        out.write(false, ByteBuffer.allocate(0), this);
    }

    /// Sends these bytes after everything so far. The array may be shared, and must not change.
    ///
    /// @return false if it is over, or is now because the client lags behind too much
    public boolean send(byte[] bytes) {
        synchronized (this) {
            if (over || ending || cut) return false;
            cut = unsent > 0 && unsent + bytes.length > MOST_UNSENT;
            if (!cut) {
                waiting.add(bytes);
                unsent += bytes.length;
                if (writing) return true;
                writing = true;
                progress = System.nanoTime();
            }
        }
        if (isCut()) {
            close();
            return false;
        }
        write();
        return true;
    }

    /// Whether the client has taken everything so far.
    public synchronized boolean isDrained() {
        return !writing;
    }

    /// Ends the answer as soon as what was sent has been taken.
    public void end() {
        synchronized (this) {
            if (over || ending) return;
            ending = true;
            if (writing) return;
            writing = true;
        }
        write();
    }

    /// Ends the answer now: cleanly if the client has taken everything, else by closing the connection.
    void endNow() {
        boolean waits;
        synchronized (this) {
            waits = writing;
        }
        if (waits) close();
        else end();
    }

    /// Cuts off a client that takes nothing. Called once a second or so.
    void sweep(long now) {
        synchronized (this) {
            if (over || !writing || now - progress < LONGEST_STALL) return;
            cut = true;
        }
        close();
    }

    /// A write has gone out.
    @Override
    public void succeeded() {
        boolean finished;
        boolean drained;
        synchronized (this) {
            unsent -= onTheirWay;
            onTheirWay = 0;
            progress = System.nanoTime();
            finished = last;
            drained = waiting.isEmpty() && !ending;
            if (drained) writing = false;
        }
        if (finished) finish(null);
        else if (drained) watcher.drained(this);
        else write();
    }

    /// The client has gone, or was cut off.
    @Override
    public void failed(Throwable thrown) {
        finish(thrown);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private void write() {
        ByteBuffer next;
        boolean isLast;
        synchronized (this) {
            next = takeWaiting();
            onTheirWay = next.remaining();
            last = onTheirWay == 0;
            isLast = last;
        }
        out.write(isLast, next, this);
    }

    /// What waits, in one piece of a bounded size: a client that lags behind is not sent a packet for each event.
    private ByteBuffer takeWaiting() {
        byte @Nullable [] first = waiting.poll();
        if (first == null) return ByteBuffer.allocate(0);
        int size = first.length;
        int more = 0;
        for (byte[] each : waiting) {
            if (size + each.length > LARGEST_WRITE) break;
            size += each.length;
            more++;
        }
        if (more == 0) return ByteBuffer.wrap(first);
        ByteBuffer all = ByteBuffer.allocate(size).put(first);
        for (; more > 0; more--) all.put(waiting.remove());
        return all.flip();
    }

    /// Closes the connection under the answer.
    private void close() {
        IOException reason = new IOException("the answer was cut off");
        boolean idle;
        synchronized (this) {
            idle = !writing;
        }
        connection.close(reason);
        if (idle) finish(reason); // Else the write that waits fails.
    }

    private void finish(@Nullable Throwable thrown) {
        synchronized (this) {
            if (over) return;
            over = true;
            waiting.clear();
        }
        watcher.closed(this, isCut());
        if (thrown == null) exchange.succeeded();
        else exchange.failed(thrown);
    }

    private synchronized boolean isCut() {
        return cut;
    }
}
