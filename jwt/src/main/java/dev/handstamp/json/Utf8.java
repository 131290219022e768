package dev.handstamp.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks at every byte once, before the reader does: well-formed UTF-8 (RFC 3629 §4) and no control
/// characters.
///
/// Nothing is replaced and nothing guessed, or a token would have two readings (RFC 8725 §3.7).
final class Utf8 {

    /// Eight bytes at once: most of a token's JSON is plain ASCII.
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    static void check(byte[] text, int offset, int length) throws JsonException {
        int end = offset + length;
        int i = offset;
        while (i < end) {
            if (i + Long.BYTES <= end && isPlain((long) WORDS.get(text, i))) {
                i += Long.BYTES;
                continue;
            }
            byte b = text[i];
            if (b >= 0x20) {
                i++;
            } else if (b >= 0) {
                if (b != '\t' && b != '\n' && b != '\r') {
                    throw new JsonException("control character", i - offset);
                }
                i++;
            } else {
                int size = sequenceLength(text, i, end);
                if (size == 0) {
                    throw new JsonException("invalid UTF-8", i - offset);
                }
                i += size;
            }
        }
    }

    /// Tells whether none of the eight bytes is below 0x20 or above 0x7F.
    ///
    /// The lowest byte below 0x20 gets its high bit set by the subtraction: nothing below it has
    /// borrowed.
    private static boolean isPlain(long word) {
        return ((word | (word - 0x2020202020202020L)) & HIGH_BITS) == 0;
    }

    /// The length of the well-formed sequence that starts at `i`, or 0. The bounds are the table of
    /// RFC 3629 §4.
    private static int sequenceLength(byte[] text, int i, int end) {
        int first = text[i] & 0xFF;
        if (first >= 0xC2 && first <= 0xDF) {
            return continues(text, i + 1, end, 0x80, 0xBF) ? 2 : 0;
        }
        if (first >= 0xE0 && first <= 0xEF) {
            int low = first == 0xE0 ? 0xA0 : 0x80;
            int high = first == 0xED ? 0x9F : 0xBF;
            return continues(text, i + 1, end, low, high) && continues(text, i + 2, end, 0x80, 0xBF) ? 3 : 0;
        }
        if (first >= 0xF0 && first <= 0xF4) {
            int low = first == 0xF0 ? 0x90 : 0x80;
            int high = first == 0xF4 ? 0x8F : 0xBF;
            return continues(text, i + 1, end, low, high)
                            && continues(text, i + 2, end, 0x80, 0xBF)
                            && continues(text, i + 3, end, 0x80, 0xBF)
                    ? 4
                    : 0;
        }
        return 0;
    }

    private static boolean continues(byte[] text, int i, int end, int low, int high) {
        if (i >= end) {
            return false;
        }
        int b = text[i] & 0xFF;
        return b >= low && b <= high;
    }

    static boolean hasLoneSurrogate(String text) {
        int i = 0;
        while (i < text.length()) {
            int point = text.codePointAt(i); // A pair comes out as one code point beyond the surrogates.
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                return true;
            }
            i += Character.charCount(point);
        }
        return false;
    }
}
