package dev.handstamp.verifier;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.JwkSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The last good key set of one issuer, in a file of the owner's: public keys, whose they are, and since when.
final class KeyCache {

    private static final System.Logger LOG = System.getLogger(KeyCache.class.getName());
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /// How far the clock may have gone back since the file was written.
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private final Path file;
    private final String issuer;
    private final InstantSource clock;

    KeyCache(Path file, String issuer, InstantSource clock) {
        this.file = file.toAbsolutePath();
        this.issuer = issuer;
        this.clock = clock;
    }

    /// What was kept, and how old it is.
    record Kept(JwkSet keys, Duration age) {}

    /// Reads the file. Empty, with a warning, when there is anything about it that is not as it should
    /// be; without one when there is no file.
    Optional<Kept> load(Duration maximumAge) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
        try {
            Kept kept = read();
            if (kept.age().compareTo(maximumAge) >= 0)
                throw new UnusableAnswerException("it is " + kept.age() + " old");
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} keys of {1} come from the cache file, fetched {2} s ago",
                    kept.keys().keys().size(),
                    issuer,
                    kept.age().toSeconds());
            return Optional.of(kept);
        } catch (IOException | UnusableAnswerException e) {
            LOG.log(System.Logger.Level.WARNING, "the cache file {0} is not used: {1}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /// Puts a set that was just fetched in the place of what was kept. A failure is a warning: the keys
    /// are known.
    void save(JwkSet keys) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.deleteIfExists(next);
            write(next, keys);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the cache file {0} cannot be written: {1}", file, e.toString());
        }
    }

    private Kept read() throws IOException, UnusableAnswerException {
        requireOwnerOnly();
        if (Files.size(file) > IssuerConnection.MAXIMUM_BYTES * 2L)
            throw new UnusableAnswerException("it is too large");
        try {
            Map<String, Object> members = Json.parseObject(Files.readAllBytes(file));
            if (!issuer.equals(members.get("issuer"))) throw new UnusableAnswerException("it is of another issuer");
            if (!(members.get("jwks") instanceof Map<?, ?> jwks)
                    || !(members.get("fetched_at") instanceof Long fetched)) {
                throw new UnusableAnswerException("jwks or fetched_at is missing");
            }
            JwkSet keys = JwkSet.parse(new JsonWriter().value((Object) jwks).toByteArray());
            if (keys.keys().isEmpty()) throw new UnusableAnswerException("it holds no key that is of use");
            return new Kept(keys, age(fetched));
        } catch (JsonException | InvalidJwkException e) {
            throw new UnusableAnswerException(String.valueOf(e.getMessage()));
        }
    }

    private Duration age(long fetched) throws UnusableAnswerException {
        Instant now = clock.instant();
        if (fetched > now.plus(CLOCK_SKEW).getEpochSecond())
            throw new UnusableAnswerException("it comes from the future");
        return Duration.ofSeconds(Math.max(0, now.getEpochSecond() - fetched));
    }

    /// A link could lead to a file of somebody else's.
    private void requireOwnerOnly() throws IOException, UnusableAnswerException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
            throw new UnusableAnswerException("it is no plain file");
        if (!isPosix()) return;
        Set<PosixFilePermission> others =
                EnumSet.copyOf(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
        others.removeAll(EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
        if (!others.isEmpty()) throw new UnusableAnswerException("others than its owner have access to it: chmod 600");
    }

    private void write(Path next, JwkSet keys) throws IOException {
        byte[] text = text(keys).getBytes(StandardCharsets.UTF_8);
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = isPosix()
                ? FileChannel.open(next, options, PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                : FileChannel.open(next, options)) {
            ByteBuffer bytes = ByteBuffer.wrap(text);
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(false); // Else a crash could leave an empty file under the good name.
        }
    }

    private String text(JwkSet keys) {
        return "{\"issuer\":" + quoted(issuer) + ",\"fetched_at\":"
                + clock.instant().getEpochSecond() + ",\"jwks\":" + new String(keys.toJson(), StandardCharsets.UTF_8)
                + "}\n";
    }

    private static String quoted(String text) {
        return Json.text(text);
    }

    private boolean isPosix() {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
