package dev.handstamp.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder of everything that is kept: its owner's alone, and of one server at a time.
final class DataDirectory {

    private static final String LOCK_FILE = "server.lock";
    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("------rwx");
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private DataDirectory() {}

    /// Makes the folder with owner-only permission, or takes one that is closed to others.
    ///
    /// An empty folder that is open to others, such as a mounted volume, is closed; one with something in it is
    /// refused: it may be somebody's home.
    ///
    /// @throws Unusable if it cannot be used
    static void prepare(Path folder) {
        try {
            if (!Files.exists(folder)) make(folder);
            if (!Files.isDirectory(folder)) throw new Unusable(folder + " is not a folder");
            if (isPosix(folder) && isOpenToOthers(folder)) close(folder);
            if (!Files.isWritable(folder)) throw new Unusable("the data folder " + folder + " cannot be written to");
        } catch (IOException e) {
            throw new Unusable("the data folder " + folder + " cannot be made or read: " + e);
        }
    }

    /// Keeps every other server out until it is closed, or until this process ends however it ends.
    ///
    /// @throws Unusable if another server is in
    static AutoCloseable lock(Path folder) {
        Path file = folder.resolve(LOCK_FILE);
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    ownerOnly(folder, "rw-------"));
            if (tryLock(channel) == null) {
                String holder = read(channel);
                channel.close();
                throw new Unusable("another server uses the data folder " + folder + holder);
            }
            write(channel);
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be locked", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) { // A server in this very process.
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        return pid.matches("\\d{1,19}") ? " (process " + pid + ")" : "";
    }

    private static void write(FileChannel channel) throws IOException {
        String pid = ProcessHandle.current().pid() + "\n";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static void make(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) Files.createDirectories(parent);
        Files.createDirectory(folder, ownerOnly(parent == null ? folder : parent, "rwx------"));
    }

    private static boolean isOpenToOthers(Path folder) throws IOException {
        return Files.getPosixFilePermissions(folder).stream().anyMatch(OTHERS::contains);
    }

    private static void close(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            if (inside.findAny().isPresent()) {
                throw new Unusable("the data folder " + folder + " is open to others: chmod 700 " + folder);
            }
        }
        Files.setPosixFilePermissions(folder, OWNER);
    }

    private static boolean isPosix(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    }

    private static FileAttribute<?>[] ownerOnly(Path beside, String permissions) {
        if (!isPosix(beside)) return new FileAttribute<?>[0];
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }
}
