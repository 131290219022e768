package dev.handstamp.server.protocol.revocation;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.zip.Deflater;

/// The statuses of a list as they are published: one bit each, packed, compressed with ZLIB (RFC 1950) and encoded.
///
/// @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-oauth-status-list-20#section-4.1">Token Status List
///     §4.1</a>
final class StatusBits {

    private StatusBits() {}

    /// The first status is the lowest bit of the first byte.
    static byte[] of(BitSet statuses, int size) {
        return Arrays.copyOf(statuses.toByteArray(), size / Byte.SIZE);
    }

    static String compressed(byte[] statuses) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(statuses);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(256);
            byte[] buffer = new byte[4_096];
            while (!deflater.finished()) out.write(buffer, 0, deflater.deflate(buffer));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
        } finally {
            deflater.end();
        }
    }
}
