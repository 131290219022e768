package dev.handstamp.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;

/// Closes connections that drip: those which stay in one phase of one request for longer than that phase may take.
///
/// The HTTP server's own idle timeout starts anew with every byte, so that one byte a second holds a connection for
/// ever. Here a phase counts as a whole: the first request from the moment of connecting, a later one from its
/// first byte.
final class SlowConnections implements Connection.Listener {

    /// Reading the request is bounded apart; this bounds the work, and a client that does not read its answer.
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private final Map<Connection, Progress> open = new ConcurrentHashMap<>();
    private final long headerNanos;
    private final long bodyNanos;

    SlowConnections(Duration headerTimeout, Duration bodyTimeout) {
        this.headerNanos = headerTimeout.toNanos();
        this.bodyNanos = bodyTimeout.toNanos();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof HttpConnection) open.put(connection, new Progress(System.nanoTime()));
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    /// An answer begins that goes on: it may last as long as its client keeps taking it.
    void began(Outflow outflow, Connection connection) {
        Progress progress = open.get(connection);
        if (progress != null) progress.outflow = outflow;
    }

    void ended(Connection connection) {
        Progress progress = open.get(connection);
        if (progress != null) progress.outflow = null;
    }

    int count() {
        return open.size();
    }

    /// Looks at every connection once; called about once a second, by one thread.
    void sweep(long now) {
        open.forEach((connection, progress) -> {
            Outflow outflow = progress.outflow;
            if (outflow != null) {
                progress.since = now;
                outflow.sweep(now);
                return;
            }
            if (connection instanceof HttpConnection http && isOverdue(http, progress, now)) connection.close();
        });
    }

    private boolean isOverdue(HttpConnection connection, Progress progress, long now) {
        long requests = connection.getMessagesIn();
        Phase phase = phase(connection.getParser(), requests);
        if (phase != progress.phase || requests != progress.requests) {
            progress.phase = phase;
            progress.requests = requests;
            progress.since = now;
            return false;
        }
        long elapsed = now - progress.since;
        return switch (phase) {
            case IDLE -> false; // the idle timeout's concern
            case HEADER -> elapsed > headerNanos;
            case BODY -> elapsed > bodyNanos;
            case ANSWER -> elapsed > ANSWER_TIMEOUT.toNanos();
        };
    }

    private static Phase phase(HttpParser parser, long requests) {
        if (parser.isStart()) return requests == 0 ? Phase.HEADER : Phase.IDLE;
        if (parser.inHeaderState()) return Phase.HEADER;
        return parser.inContentState() ? Phase.BODY : Phase.ANSWER;
    }

    private enum Phase {
        IDLE,
        HEADER,
        BODY,
        ANSWER
    }

    /// Where a connection was when last looked at; touched by the sweeping thread alone, but for the outflow.
    private static final class Progress {
        private volatile @Nullable Outflow outflow;
        private Phase phase = Phase.HEADER;
        private long requests;
        private long since;

        Progress(long since) {
            this.since = since;
        }
    }
}
