package dev.handstamp.verifier;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// The statuses of many tokens, a few bits each.
///
/// @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-oauth-status-list-20#section-4.1">Token Status
///     List §4.1</a>
final class Statuses {

    /// 64 million statuses of one bit. What inflates to more is an attack, or not for this verifier.
    static final int MAXIMUM_BYTES = 8 << 20;

    /// Of one status: 1, 2, 4 or 8.
    private final int bits;

    /// The first status in the lowest bits of the first byte.
    private final byte[] packed;

    private Statuses(int bits, byte[] packed) {
        this.bits = bits;
        this.packed = packed;
    }

    /// Reads the claim `status_list` (§4.2).
    static Statuses parse(Map<?, ?> members) throws UnusableAnswerException {
        if (!(members.get("bits") instanceof Long bits) || !(members.get("lst") instanceof String text)) {
            throw new UnusableAnswerException("a status list without bits and lst");
        }
        if (bits != 1 && bits != 2 && bits != 4 && bits != 8) {
            throw new UnusableAnswerException("a status list whose bits are not 1, 2, 4 or 8");
        }
        return new Statuses(bits.intValue(), inflated(decoded(text)));
    }

    /// The status of one token; 0 says that it is valid.
    ///
    /// @throws UnusableAnswerException if the list does not reach as far: nothing is said about that token then
    int at(long index) throws UnusableAnswerException {
        long size = packed.length * 8L / bits;
        if (index < 0 || index >= size) {
            throw new UnusableAnswerException("index " + index + " is not in a status list of " + size);
        }
        long bit = index * bits;
        return (packed[(int) (bit >> 3)] & 0xFF) >> (bit & 7) & ((1 << bits) - 1);
    }

    private static byte[] decoded(String text) throws UnusableAnswerException {
        try {
            // The decoder would take padding, which base64url has none of here.
            if (!text.endsWith("=")) return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            // Refused below, in the same words.
        }
        throw new UnusableAnswerException("a status list that is not base64url");
    }

    private static byte[] inflated(byte[] compressed) throws UnusableAnswerException {
        var inflater = new Inflater();
        try {
            inflater.setInput(compressed);
            var out = new ByteArrayOutputStream(Math.min(MAXIMUM_BYTES, 4 * compressed.length + 64));
            byte[] buffer = new byte[8192];
            while (!inflater.finished()) {
                int length = inflater.inflate(buffer);
                boolean stuck = length == 0 && (inflater.needsInput() || inflater.needsDictionary());
                if (stuck) throw new UnusableAnswerException("a status list that is cut off");
                if (out.size() + length > MAXIMUM_BYTES) {
                    throw new UnusableAnswerException("a status list of more than " + MAXIMUM_BYTES + " bytes");
                }
                out.write(buffer, 0, length);
            }
            if (inflater.getRemaining() > 0) throw new UnusableAnswerException("a status list with more behind it");
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new UnusableAnswerException("a status list that is not compressed as RFC 1950 says");
        } finally {
            inflater.end();
        }
    }
}
