package dev.handstamp.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The body of an answer, read as server-sent events (WHATWG HTML §9.2) by one thread that will not wait for ever.
///
/// Of each event only the data is kept: what else it says is not signed. No more is taken from the network than
/// what was read, so a flood waits in the sockets and not in our memory.
final class EventStream implements AutoCloseable {

    /// A signed event of 5,000 rules takes less than a third of this.
    private static final int MAXIMUM_LINE = 1 << 20;

    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

    private final Wire wire;
    private final AnswerBody body;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Queue<String> events = new ArrayDeque<>();
    private @Nullable String data;
    private boolean afterReturn;

    EventStream(Wire wire, AnswerBody body) {
        this.wire = wire;
        this.body = body;
    }

    /// The data of the next event.
    ///
    /// @throws UnusableAnswerException if it does not come in time, or never will
    String next(Deadline deadline) throws UnusableAnswerException {
        try {
            while (events.isEmpty()) {
                int count = body.await(deadline);
                if (count == 0) throw new UnusableAnswerException("the feed was ended by the server");
                read(wire.buffer(), wire.start(), wire.start() + count);
                body.skip(count);
            }
        } catch (SocketTimeoutException e) {
            throw new UnusableAnswerException("nothing was heard in time");
        } catch (IOException e) {
            throw new UnusableAnswerException("the feed broke: " + e);
        }
        return events.remove();
    }

    /// Cuts the connection; also one that nobody answers on any more.
    @Override
    public void close() {
        wire.close();
    }

    /// A line ends with a line feed, a carriage return, or both.
    private void read(byte[] bytes, int from, int to) throws UnusableAnswerException {
        int begin = from;
        for (int i = from; i < to; i++) {
            byte next = bytes[i];
            boolean pair = next == '\n' && afterReturn;
            afterReturn = next == '\r';
            if (next != '\n' && next != '\r') continue;
            if (!pair) {
                append(bytes, begin, i);
                endLine();
            }
            begin = i + 1;
        }
        append(bytes, begin, to);
    }

    private void append(byte[] bytes, int from, int to) throws UnusableAnswerException {
        if (line.size() + to - from > MAXIMUM_LINE) {
            throw new UnusableAnswerException("an event longer than " + MAXIMUM_LINE + " bytes");
        }
        line.write(bytes, from, to - from);
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
