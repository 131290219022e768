package dev.handstamp.jwt;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/// Room to lay the characters of one token out as bytes, used again for the next.
///
/// A fresh array for each token is memory that no cache holds: on the machine of `docs/performance.md` that alone cost
/// 0.8 µs a check. What lies here is the text of the last token that was checked; it is overwritten by the next, and
/// nobody outside this package sees it.
final class Workspace {

    /// A longer token is copied to an array of its own.
    static final int CAPACITY = 2048;

    static final Pool<Workspace> POOL = new Pool<>(Workspace::new);

    private final char[] characters = new char[CAPACITY];
    private final byte[] bytes = new byte[CAPACITY];
    private final CharBuffer from = CharBuffer.wrap(characters);
    private final ByteBuffer to = ByteBuffer.wrap(bytes);
    private final CharsetEncoder encoder = StandardCharsets.ISO_8859_1.newEncoder();

    /// Lays a token out from the first byte on.
    ///
    /// @return false when it is too long, or has characters that are no byte; then what lies here says nothing
    boolean lay(String token) {
        int length = token.length();
        if (length > CAPACITY) {
            return false;
        }
        token.getChars(0, length, characters, 0);
        from.limit(length).rewind();
        to.clear();
        return encoder.reset().encode(from, to, true).isUnderflow();
    }

    byte[] bytes() {
        return bytes;
    }
}
