package dev.handstamp.server.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/// The 32 bytes under which the signing keys are encrypted at rest. Kept outside the database; never printed.
///
/// Nothing is encrypted with it directly: each use derives a key of its own (RFC 5869).
public final class MasterKey {

    /// A key, and whether it was made just now: then someone must be told to back it up.
    public record Found(MasterKey key, boolean made) {}

    private static final int LENGTH = 32;
    private static final int LONGEST_FILE = 1024;
    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final byte[] value;

    private MasterKey(byte[] value) {
        this.value = value;
    }

    /// Reads 32 bytes from base64url or base64, padded or not.
    ///
    /// @param source where the text stood, for the message: a variable or a file
    public static MasterKey parse(String source, String text) {
        byte[] value = decode(text.strip());
        if (value.length != LENGTH) {
            throw new UnusableMasterKey(source
                    + " must be 32 random bytes in base64url: 43 characters, such as openssl rand -base64 32 prints");
        }
        if (isMadeUp(value))
            throw new UnusableMasterKey(source + " is not random: make one with openssl rand -base64 32");
        return new MasterKey(value);
    }

    public static MasterKey read(Path file) {
        try {
            refuseIfOthersMayRead(file);
            if (Files.size(file) > LONGEST_FILE) throw new UnusableMasterKey(file + " is too long for a master key");
            return parse(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new UnusableMasterKey("there is no master key file " + file);
        } catch (IOException e) {
            throw new UnusableMasterKey("the master key file " + file + " cannot be read: " + e.getMessage());
        }
    }

    /// Reads the file, or makes it on the first start, readable by its owner only.
    public static Found readOrMake(Path file, Secrets secrets) {
        if (Files.exists(file)) return new Found(read(file), false);
        byte[] value = secrets.bytes(LENGTH);
        return write(file, value) ? new Found(new MasterKey(value), true) : new Found(read(file), false);
    }

    /// A key for one purpose, which tells nothing about this one or about the key for any other purpose.
    byte[] derive(String purpose) {
        return Hkdf.derive(value, purpose);
    }

    @Override
    public String toString() {
        return "MasterKey[hidden]";
    }

    private static byte[] decode(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') end--;
        try {
            return Base64.getUrlDecoder()
                    .decode(text.substring(0, end).replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /// An example such as 32 equal bytes. Random ones practically never show fewer than sixteen different values.
    private static boolean isMadeUp(byte[] value) {
        long different = new String(value, StandardCharsets.ISO_8859_1)
                .chars()
                .distinct()
                .count();
        return different < 16;
    }

    private static void refuseIfOthersMayRead(Path file) throws IOException {
        if (!hasOwners(file)) return;
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (OWNER.containsAll(permissions)) return;
        throw new UnusableMasterKey("the master key file " + file + " is open to others ("
                + PosixFilePermissions.toString(permissions) + "): chmod 600 " + file);
    }

    /// Written whole under another name first: a crash leaves either no key or a complete one.
    ///
    /// @return false if somebody else was first
    private static boolean write(Path file, byte[] value) {
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(value) + "\n";
        try {
            Path complete =
                    Files.createTempFile(directoryOf(file), file.getFileName().toString(), ".new", ownerOnly(file));
            try {
                try (FileChannel channel = FileChannel.open(complete, StandardOpenOption.WRITE)) {
                    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
                    channel.force(true);
                }
                Files.createLink(file, complete);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } finally {
                Files.deleteIfExists(complete);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the master key file " + file + " cannot be written", e);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        if (!hasOwners(directoryOf(file))) return new FileAttribute<?>[0];
        Set<PosixFilePermission> readAndWrite =
                EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(readAndWrite)};
    }

    private static boolean hasOwners(Path file) {
        return Files.getFileAttributeView(file, PosixFileAttributeView.class) != null;
    }

    private static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file : parent;
    }
}
