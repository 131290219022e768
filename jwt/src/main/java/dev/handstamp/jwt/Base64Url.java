package dev.handstamp.jwt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The base64url of RFC 7515 §2 in its one spelling: no padding, no white space, unused bits zero.
///
/// The JDK's decoder takes padding and any unused bits, so that one token would have several
/// spellings and slip past a revocation by its text (threat T-19).
final class Base64Url {

    private static final byte[] ENCODE =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);

    /// The six bits of each character; -1 for what is not in the alphabet.
    private static final byte[] DECODE = new byte[256];

    static {
        Arrays.fill(DECODE, (byte) -1);
        for (byte bits = 0; bits < 64; bits++) {
            DECODE[ENCODE[bits]] = bits;
        }
    }

    private static final Base64.Decoder JDK = Base64.getUrlDecoder();

    private Base64Url() {}

    /// Decodes `from` up to `to`; answers null when that is not base64url.
    ///
    /// By the JDK's decoder, which is several times faster than a loop where the processor has vector instructions
    /// for it. It takes more than the one spelling only at the end.
    static byte @Nullable [] decode(byte[] text, int from, int to) {
        if (to > from && !isLastCanonical(text[to - 1], (to - from) & 3)) {
            return null;
        }
        try {
            ByteBuffer decoded = JDK.decode(ByteBuffer.wrap(text, from, to - from)); // It copies neither side.
            byte[] bytes = decoded.array();
            return decoded.limit() == bytes.length ? bytes : Arrays.copyOf(bytes, decoded.limit());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Tells whether the last character is in the alphabet, no padding, and sets none of the unused
    /// bits, of which there are four behind one byte and two behind two.
    private static boolean isLastCanonical(byte last, int left) {
        int bits = DECODE[last & 0xFF];
        int unused = left == 2 ? 0xF : left == 3 ? 0x3 : 0;
        return bits >= 0 && (bits & unused) == 0;
    }

    static byte @Nullable [] decode(String text) {
        byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1); // Anything beyond becomes '?', which is refused.
        return decode(ascii, 0, ascii.length);
    }

    static int encodedLength(int bytes) {
        return (int) ((bytes * 8L + 5) / 6);
    }

    /// Encodes all of `bytes` into `target`.
    ///
    /// @return the position after the last character
    static int encode(byte[] bytes, byte[] target, int at) {
        int whole = bytes.length - bytes.length % 3;
        int out = at;
        for (int i = 0; i < whole; i += 3) {
            int bits = (bytes[i] & 0xFF) << 16 | (bytes[i + 1] & 0xFF) << 8 | (bytes[i + 2] & 0xFF);
            target[out] = ENCODE[bits >> 18];
            target[out + 1] = ENCODE[bits >> 12 & 63];
            target[out + 2] = ENCODE[bits >> 6 & 63];
            target[out + 3] = ENCODE[bits & 63];
            out += 4;
        }
        int left = bytes.length - whole;
        if (left == 0) {
            return out;
        }
        int bits = (bytes[whole] & 0xFF) << 10 | (left == 2 ? (bytes[whole + 1] & 0xFF) << 2 : 0);
        target[out++] = ENCODE[bits >> 12];
        target[out++] = ENCODE[bits >> 6 & 63];
        if (left == 2) {
            target[out++] = ENCODE[bits & 63];
        }
        return out;
    }

    static String encode(byte[] bytes) {
        byte[] text = new byte[encodedLength(bytes.length)];
        encode(bytes, text, 0);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
