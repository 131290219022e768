package dev.handstamp.verifier;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Opens revocation feeds: one at a time, never redirected, never compressed.
///
/// A feed is read on a socket of its own by the thread that waits for it: an event wakes that thread and no other. A
/// general HTTP client would wake two more, and of an event that costs most, where many verifiers share a machine.
final class FeedConnection implements AutoCloseable {

    /// Until the head of the answer has come.
    private static final Duration TIME_LIMIT = Duration.ofSeconds(3);

    private static final String EVENT_STREAM = "text/event-stream";

    private final String authorization;
    private volatile @Nullable Wire current;
    private volatile boolean closed;

    FeedConnection(String authorization) {
        this.authorization = authorization;
    }

    /// Asks for what follows a position, or for everything when it is negative. The caller closes the stream.
    ///
    /// @param nonce what the first event has to repeat
    EventStream open(URI address, long position, String nonce) throws UnusableAnswerException {
        Wire wire = Wire.to(address);
        current = wire;
        if (closed) wire.close();
        boolean opened = false;
        try {
            Deadline limit = Deadline.in(TIME_LIMIT);
            wire.connect(limit);
            wire.write(request(wire, position, nonce));
            AnswerHead head = AnswerHead.parse(wire.head(limit));
            while (head.isInterim()) head = AnswerHead.parse(wire.head(limit));
            requireStream(address, head);
            var stream = new EventStream(wire, new AnswerBody(wire, head));
            opened = true;
            return stream;
        } catch (SocketTimeoutException e) {
            throw new UnusableAnswerException(address + " did not answer in time");
        } catch (IOException e) {
            throw new UnusableAnswerException(address + ": " + e);
        } finally {
            if (!opened) wire.close();
        }
    }

    /// Ends what is open or being opened, and nothing is opened any more. From any thread.
    @Override
    public void close() {
        closed = true;
        Wire open = current;
        if (open != null) open.close();
    }

    private String request(Wire wire, long position, String nonce) {
        return "GET " + wire.target() + " HTTP/1.1\r\n"
                + "Host: " + wire.authority() + "\r\n"
                + "Accept: " + EVENT_STREAM + "\r\n"
                + "Cache-Control: no-store\r\n"
                + "User-Agent: handstamp-verifier\r\n"
                + "Authorization: " + authorization + "\r\n"
                + "Feed-Nonce: " + nonce + "\r\n"
                + (position < 0 ? "" : "Last-Event-ID: " + position + "\r\n")
                + "\r\n";
    }

    private static void requireStream(URI address, AnswerHead head) throws UnusableAnswerException {
        String type = head.field("content-type");
        boolean isStream = type.equals(EVENT_STREAM) || type.startsWith(EVENT_STREAM + ";");
        boolean isPlain = head.field("content-encoding").isEmpty();
        if (head.status() == 200 && isStream && isPlain) return;
        String why = head.status() == 401 ? " (are the API's name and secret right?)" : "";
        throw new UnusableAnswerException(address + " answered " + head.status() + why + ", and no event stream");
    }
}
