package dev.handstamp.server.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.SCrypt;

/// A scrypt hash (RFC 7914): `$scrypt$ln=15,r=8,p=1$salt$hash`, base64 without padding.
final class ScryptHash implements StoredHash {

    private static final Pattern FORM = Pattern.compile("\\$scrypt\\$ln=([1-9][0-9]?),r=([1-9][0-9]?),p=([1-9][0-9]?)"
            + "\\$([A-Za-z0-9+/]{2,512})\\$([A-Za-z0-9+/]{22,512})");

    private final Effort effort;
    private final byte[] salt;
    private final byte[] hash;

    /// What scrypt is told to spend.
    ///
    /// @param logN      the binary logarithm of N
    /// @param blockSize r
    /// @param lanes     p
    record Effort(int logN, int blockSize, int lanes) {

        /// It is computed in our heap: 128 MiB and no more.
        private static final long MOST_KIB = 128 * 1024;

        boolean isBearable() {
            return logN <= 20 && kib() <= MOST_KIB && kib() * lanes <= 4 * MOST_KIB;
        }

        long work() {
            return 2 * kib() * lanes;
        }

        byte[] compute(byte[] password, byte[] salt, int length) {
            return SCrypt.generate(password, salt, 1 << logN, blockSize, lanes, length);
        }

        private long kib() {
            return (1L << logN) * blockSize / 8;
        }
    }

    private ScryptHash(Effort effort, byte[] salt, byte[] hash) {
        this.effort = effort;
        this.salt = salt;
        this.hash = hash;
    }

    static Optional<ScryptHash> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) return Optional.empty();
        Effort effort = new Effort(
                Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)), Integer.parseInt(form.group(3)));
        if (!effort.isBearable()) return Optional.empty();
        try {
            byte[] salt = Base64.getDecoder().decode(form.group(4));
            return Optional.of(new ScryptHash(effort, salt, Base64.getDecoder().decode(form.group(5))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public boolean matches(byte[] password) {
        byte[] computed = effort.compute(password, salt, hash.length);
        boolean equal = MessageDigest.isEqual(computed, hash);
        Arrays.fill(computed, (byte) 0);
        return equal;
    }

    @Override
    public boolean isWeaker(HashingCost today) {
        return true;
    }

    @Override
    public long work() {
        return effort.work();
    }
}
