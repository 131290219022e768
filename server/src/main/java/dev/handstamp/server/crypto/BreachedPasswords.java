package dev.handstamp.server.crypto;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Passwords that have been stolen somewhere, so that anybody tries them first: a Bloom filter, which holds no password
/// and knows every one that went into it. Of 100,000 others it takes about one for known.
///
/// The digest is SHA-1 because the lists that can be had hold that; nothing depends on its strength. A file of any size
/// stays where it is: it is mapped, not read.
public final class BreachedPasswords {

    /// A file that is no such filter.
    public static final class NoFilter extends IOException {
        NoFilter(String reason) {
            super(reason);
        }
    }

    private static final String SHIPPED = "common-passwords.filter";
    private static final byte[] MAGIC = "hsbloom1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 24;
    private static final int COUNT_AT = 8;
    private static final int BITS_AT = 16;
    private static final long BITS_EACH = 24;
    private static final int PROBES = 16;
    private static final Pattern DIGEST = Pattern.compile("[0-9A-Fa-f]{40}(:\\d+)?");
    private static final int DIGEST_CHARACTERS = 40;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment filter;
    private final long bits;

    private BreachedPasswords(MemorySegment filter) throws NoFilter {
        if (filter.byteSize() < HEADER || filter.mismatch(MemorySegment.ofArray(MAGIC)) != MAGIC.length) {
            throw new NoFilter("this is no filter of passwords");
        }
        this.filter = filter;
        this.bits = filter.get(LONG, BITS_AT);
        if (bits < 1 || (bits + 7) / 8 != filter.byteSize() - HEADER) throw new NoFilter("the filter is cut off");
    }

    /// The most common ones, which come with the program.
    public static BreachedPasswords shipped() {
        return Shipped.FILTER;
    }

    /// A filter that [#build] has written.
    ///
    /// @throws NoFilter if it is none
    public static BreachedPasswords open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new BreachedPasswords(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
        }
    }

    /// How many went into it.
    public long count() {
        return filter.get(LONG, COUNT_AT);
    }

    public boolean contains(String password) {
        byte[] digest = digest(password);
        for (int probe = 0; probe < PROBES; probe++) {
            long bit = bit(digest, probe, bits);
            if ((filter.get(ValueLayout.JAVA_BYTE, HEADER + (bit >>> 3)) & (1 << (bit & 7))) == 0) return false;
        }
        return true;
    }

    /// Makes a filter of a list with a password a line, or its SHA-1 in hexadecimal as Have I Been Pwned hands them out
    /// (`DIGEST:COUNT`); both may stand in one list. It is read twice and held never.
    ///
    /// @return how many there were
    public static long build(Path list, Path file) throws IOException {
        long count = 0;
        try (BufferedReader lines = reader(list)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) count++;
            }
        }
        long bits = Math.max(1, count) * BITS_EACH;
        Path beside = Files.createTempFile(file.toAbsolutePath().getParent(), "passwords", ".filter");
        try {
            fill(list, beside, count, bits);
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
        return count;
    }

    private static void fill(Path list, Path file, long count, long bits) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined();
                BufferedReader lines = reader(list)) {
            MemorySegment filter = channel.map(FileChannel.MapMode.READ_WRITE, 0, HEADER + (bits + 7) / 8, arena);
            MemorySegment.copy(MemorySegment.ofArray(MAGIC), 0, filter, 0, MAGIC.length);
            filter.set(LONG, COUNT_AT, count);
            filter.set(LONG, BITS_AT, bits);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) continue;
                byte[] digest = digestOf(line);
                for (int probe = 0; probe < PROBES; probe++) {
                    long bit = bit(digest, probe, bits);
                    long at = HEADER + (bit >>> 3);
                    byte set = (byte) (filter.get(ValueLayout.JAVA_BYTE, at) | (1 << (bit & 7)));
                    filter.set(ValueLayout.JAVA_BYTE, at, set);
                }
            }
            filter.force();
        }
    }

    /// Lists hold bytes that are no UTF-8: nobody types those as text, and they harm nothing.
    private static BufferedReader reader(Path list) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(list), StandardCharsets.UTF_8), 1 << 16);
    }

    private static byte[] digestOf(String line) {
        return DIGEST.matcher(line).matches() ? HexFormat.of().parseHex(line, 0, DIGEST_CHARACTERS) : digest(line);
    }

    /// The digest is as good as random already: two parts of it make as many places as are needed.
    private static long bit(byte[] digest, int probe, long bits) {
        MemorySegment halves = MemorySegment.ofArray(digest);
        long place = halves.get(LONG, 0) + probe * (halves.get(LONG, Long.BYTES) | 1);
        return Long.remainderUnsigned(place, bits);
    }

    private static byte[] digest(String password) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 is part of every JDK", e);
        }
    }

    /// Read when the first password is set, not when the server starts.
    private static final class Shipped {
        static final BreachedPasswords FILTER = read();

        private static BreachedPasswords read() {
            try (InputStream file = BreachedPasswords.class.getResourceAsStream(SHIPPED)) {
                if (file == null) throw new IllegalStateException("a part of the program is missing: " + SHIPPED);
                return new BreachedPasswords(MemorySegment.ofArray(file.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
