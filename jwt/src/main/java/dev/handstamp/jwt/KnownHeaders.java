package dev.handstamp.jwt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Remembers by their exact text the headers under which a signature was right: an issuer has few, and reading one
/// costs
/// more than looking it up.
///
/// A fixed number of places; a newer header takes the place of an older one with the same hash. Only a verified
/// token leaves a trace here, so a stranger can neither fill it nor push anything out.
final class KnownHeaders {

    private static final int PLACE_BITS = 6;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final AtomicReferenceArray<@Nullable Known> places = new AtomicReferenceArray<>(1 << PLACE_BITS);

    /// Most issuers have one header for all tokens of a day.
    private @Nullable Known last;

    static final class Known {
        private final byte[] text;
        private final JoseHeader header;
        private final VerificationKey key;

        private Known(byte[] text, JoseHeader header, VerificationKey key) {
            this.text = text;
            this.header = header;
            this.key = key;
        }

        private boolean isSpelt(byte[] token, int length) {
            return Arrays.equals(text, 0, text.length, token, 0, length);
        }

        JoseHeader header() {
            return header;
        }

        VerificationKey key() {
            return key;
        }
    }

    @Nullable
    Known find(byte[] token, int length) {
        Known same = last;
        if (same != null && same.isSpelt(token, length)) return same;
        Known known = places.get(place(token, length));
        if (known == null || !known.isSpelt(token, length)) return null;
        last = known;
        return known;
    }

    void remember(byte[] token, int length, JoseHeader header, VerificationKey key) {
        places.set(place(token, length), new Known(Arrays.copyOf(token, length), header, key));
    }

    private static int place(byte[] token, int length) {
        long hash = length;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            hash = Long.rotateLeft(hash, 7) ^ (long) WORDS.get(token, i);
        }
        for (; i < length; i++) {
            hash = Long.rotateLeft(hash, 7) ^ token[i];
        }
        return (int) ((hash * SPREAD) >>> (Long.SIZE - PLACE_BITS));
    }
}
