package dev.handstamp.verifier;

import java.io.IOException;

/// The body of an answer in whatever frame it comes (RFC 9112 §6): in chunks, of a length, or up to the end of the
/// connection. It stands in the buffer of its [Wire], which is refilled as it is read.
final class AnswerBody {

    private static final int LONGEST_CHUNK_HEAD = 256;

    private final Wire wire;
    private final boolean chunked;
    private long left;
    private boolean begun;

    AnswerBody(Wire wire, AnswerHead head) throws IOException {
        this.wire = wire;
        String coding = head.field("transfer-encoding");
        String length = head.field("content-length");
        this.chunked = coding.equalsIgnoreCase("chunked");
        if (!coding.isEmpty() && !chunked) throw new IOException("a transfer coding that was not asked for");
        if (!chunked && !length.isEmpty() && !length.matches("[0-9]{1,18}")) throw new IOException("no length");
        this.left = chunked ? 0 : length.isEmpty() ? Long.MAX_VALUE : Long.parseLong(length);
    }

    /// Waits for more.
    ///
    /// @return how many bytes stand ready at [Wire#start()]; 0 at the end of the body
    /// @throws java.net.SocketTimeoutException if nothing comes in time
    int await(Deadline limit) throws IOException {
        if (chunked && left == 0) beginChunk(limit);
        if (left == 0) return 0;
        if (!wire.available(limit)) {
            if (chunked) throw new IOException("the connection was ended in the middle of a chunk");
            return 0;
        }
        return (int) Math.min(left, wire.count());
    }

    /// They were read.
    void skip(int count) {
        wire.skip(count);
        left -= count;
    }

    private void beginChunk(Deadline limit) throws IOException {
        if (begun && !line(limit).isEmpty()) throw new IOException("a chunk that is longer than it says");
        begun = true;
        String head = line(limit);
        int extension = head.indexOf(';');
        String size = (extension < 0 ? head : head.substring(0, extension)).strip();
        if (!size.matches("[0-9a-fA-F]{1,15}")) throw new IOException("a chunk without a size");
        left = Long.parseLong(size, 16);
    }

    private String line(Deadline limit) throws IOException {
        var line = new StringBuilder();
        for (int next = wire.read(limit); next != '\n'; next = wire.read(limit)) {
            if (next < 0) throw new IOException("the connection was ended");
            if (line.length() == LONGEST_CHUNK_HEAD) throw new IOException("a chunk with too long a head");
            line.append((char) next);
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }
}
