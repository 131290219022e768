package dev.handstamp.verifier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The signed events themselves in a file of the owner's, one a line: a snapshot and what followed. Whoever changes
/// the file can make it useless, and nothing else. For one process at a time.
///
/// A heartbeat takes the place of the one before it, so that the file says how old it is without growing. A line
/// that a crash has cut off is refused by its signature, and what stands before it is good.
final class FeedCache implements AutoCloseable {

    private static final long LONGEST_WITHOUT_RENEWAL = 16 << 20;
    private static final long PER_ENTRY = 400;

    private final Path file;
    private final Path next;
    private @Nullable FileChannel channel;
    private long end;

    FeedCache(Path file) {
        this.file = file.toAbsolutePath();
        this.next = this.file.resolveSibling(this.file.getFileName() + ".next");
    }

    /// What reads the lines of the file.
    interface Reader {
        void read(String event) throws UnusableAnswerException;
    }

    /// Reads event by event, up to the end or the first that is refused. What is added from now on follows the last
    /// one that was read.
    void load(Reader reader) throws IOException, UnusableAnswerException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return;
        long read = 0;
        try (var lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reader.read(line);
                read += line.length() + 1L;
            }
        } finally {
            end = read;
            channel = FileChannel.open(file, StandardOpenOption.WRITE);
        }
    }

    /// Begins a new file beside the one in use.
    void beginSnapshot() throws IOException {
        close();
        Files.deleteIfExists(next);
        channel = create(next);
        end = 0;
    }

    /// The snapshot is complete: the new file takes the place of the one in use.
    void endSnapshot() throws IOException {
        if (channel == null) return;
        channel.force(false);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Adds an event that stays.
    void append(String event) throws IOException {
        if (channel != null) end = write(channel, event);
    }

    /// Notes until when nothing else happened.
    void note(String heartbeat) throws IOException {
        if (channel != null) channel.truncate(write(channel, heartbeat));
    }

    /// Whether a new snapshot of so many entries would be much shorter.
    boolean isWorthRenewing(int entries) {
        return channel != null && end > LONGEST_WITHOUT_RENEWAL + PER_ENTRY * entries;
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) open.close();
    }

    private long write(FileChannel open, String event) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((event + '\n').getBytes(StandardCharsets.ISO_8859_1));
        long at = end;
        while (bytes.hasRemaining()) at += open.write(bytes, at);
        return at;
    }

    private static FileChannel create(Path path) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!posix) return FileChannel.open(path, options);
        return FileChannel.open(
                path, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
