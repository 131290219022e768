package dev.handstamp.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The names that tokens and keys are made of, ready as text: nearly every name that is read is one
/// of them.
final class KnownNames {

    /// RFC 7519, RFC 9068, RFC 8693, OpenID Connect; then RFC 7515, RFC 7517, RFC 7518, RFC 9449.
    private static final String ALL = """
            iss sub aud exp nbf iat jti client_id scope roles groups entitlements auth_time acr amr azp sid nonce \
            name email email_verified preferred_username cnf jkt x5t#S256 act active token_type username rev status \
            alg typ kid cty crit jwk kty use key_ops crv x y n e k pub keys htm htu ath""";

    private static final int PLACE_BITS = 10;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final @Nullable Known[] BY_HASH = byHash();

    private KnownNames() {}

    /// The name of these bytes, or null when it is none of ours or another has its place.
    ///
    /// @param word its first eight bytes, the first being the lowest; zeros when it has fewer
    static @Nullable String find(long word, byte[] text, int from, int length) {
        Known known = BY_HASH[place(word, length)];
        return known != null && known.word == word && known.isSpeltBy(text, from, length) ? known.text : null;
    }

    private static int place(long word, int length) {
        return (int) (((word + length) * SPREAD) >>> (Long.SIZE - PLACE_BITS));
    }

    private static @Nullable Known[] byHash() {
        var places = new Known[1 << PLACE_BITS];
        for (String name : ALL.split(" ", -1)) {
            var known = new Known(name);
            places[place(known.word, name.length())] = known;
        }
        return places;
    }

    private static final class Known {
        private final String text;
        private final byte[] bytes;
        private final long word;
        private final long last;

        private Known(String text) {
            this.text = text.intern(); // So that it is the very object that a look-up by a literal compares it with.
            this.bytes = text.getBytes(StandardCharsets.US_ASCII);
            byte[] padded = Arrays.copyOf(bytes, Math.max(Long.BYTES, bytes.length));
            this.word = (long) WORDS.get(padded, 0);
            this.last = (long) WORDS.get(padded, padded.length - Long.BYTES);
        }

        /// The first eight bytes are known to be the same.
        private boolean isSpeltBy(byte[] other, int from, int length) {
            if (bytes.length != length) return false;
            if (length <= Long.BYTES) return true;
            if ((long) WORDS.get(other, from + length - Long.BYTES) != last) return false;
            return length <= 2 * Long.BYTES || Arrays.equals(bytes, 8, length, other, from + 8, from + length);
        }
    }
}
