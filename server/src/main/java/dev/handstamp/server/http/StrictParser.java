package dev.handstamp.server.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpParser;
import org.jspecify.annotations.Nullable;

/// Refuses two things that a lenient recipient passes over and another one may read otherwise: a request line with more
/// than one blank between its parts (RFC 9112 §3), and chunk extensions (§7.1.1), which nobody sends in earnest.
///
/// The parser has no rule for either. So the first byte too many is made a control character before it is read, which
/// the parser refuses like any other: 400, and the connection is closed.
final class StrictParser extends HttpParser {

    private static final byte REFUSED = 0;

    private @Nullable ByteBuffer reading;

    StrictParser(RequestHandler handler, int maximumHeaderBytes, HttpCompliance compliance) {
        super(handler, maximumHeaderBytes, compliance);
    }

    @Override
    public boolean parseNext(ByteBuffer buffer) {
        reading = buffer;
        try {
            check(getState(), buffer); // A state that was entered with the last byte of what came before.
            return super.parseNext(buffer);
        } finally {
            reading = null;
        }
    }

    @Override
    protected void setState(State state) {
        super.setState(state);
        if (reading != null) check(state, reading);
    }

    /// Looks at what the buffer holds next.
    private static void check(State state, ByteBuffer buffer) {
        switch (state) {
            case SPACE1, SPACE2 -> onlyOneBlank(buffer);
            case CHUNK_SIZE -> onlyASize(buffer);
            default -> {
                // The parser is strict enough by itself.
            }
        }
    }

    /// One blank was read.
    private static void onlyOneBlank(ByteBuffer buffer) {
        if (buffer.hasRemaining() && buffer.get(buffer.position()) == ' ') buffer.put(buffer.position(), REFUSED);
    }

    /// The first digit was read: more of them may follow, then the end of the line.
    private static void onlyASize(ByteBuffer buffer) {
        int next = buffer.position();
        while (next < buffer.limit() && Character.digit(buffer.get(next), 16) >= 0) next++;
        if (next < buffer.limit() && buffer.get(next) != '\r') buffer.put(next, REFUSED);
    }
}
