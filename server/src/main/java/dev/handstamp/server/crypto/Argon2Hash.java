package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.user.PasswordHash;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// An Argon2 hash (RFC 9106), ours being Argon2id, and the parameters that it was made with, in PHC string format.
final class Argon2Hash implements StoredHash {

    private static final String ID = "id";

    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int TAG_BYTES = 32;

    /// A hash that was brought along may ask for this much (KiB) and no more: it is computed in our heap.
    private static final int MOST_MEMORY = 256 * 1024;

    /// The memory of one computation, kept by each thread of the pool and wiped after each use: 19 MiB less to collect.
    private static final ThreadLocal<FixedBlockPool> BLOCKS =
            ThreadLocal.withInitial(() -> new FixedBlockPool(HashingCost.RECOMMENDED.memory()));

    private static final Pattern PHC =
            Pattern.compile("\\$argon2(id|i|d)\\$v=19\\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=([1-9][0-9]?)"
                    + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})");

    private final String variant;
    private final int memory;
    private final int passes;
    private final int lanes;
    private final byte[] salt;
    private final byte[] tag;

    private Argon2Hash(String variant, int memory, int passes, int lanes, byte[] salt, byte[] tag) {
        this.variant = variant;
        this.memory = memory;
        this.passes = passes;
        this.lanes = lanes;
        this.salt = salt;
        this.tag = tag;
    }

    static Argon2Hash of(byte[] password, HashingCost cost, Secrets secrets) {
        byte[] salt = secrets.bytes(SALT_BYTES);
        byte[] tag = compute(ID, password, cost.memory(), cost.passes(), LANES, salt, TAG_BYTES);
        return new Argon2Hash(ID, cost.memory(), cost.passes(), LANES, salt, tag);
    }

    /// A hash of no password at all, as costly to compare with as one made today.
    static Argon2Hash ofNobody(HashingCost cost, Secrets secrets) {
        return new Argon2Hash(
                ID, cost.memory(), cost.passes(), LANES, secrets.bytes(SALT_BYTES), secrets.bytes(TAG_BYTES));
    }

    /// Empty if the text is not an Argon2 hash of version 19 with parameters that can be computed here.
    static Optional<Argon2Hash> parse(PasswordHash stored) {
        Matcher parts = PHC.matcher(stored.value());
        if (!parts.matches()) return Optional.empty();
        int memory = Integer.parseInt(parts.group(2));
        int passes = Integer.parseInt(parts.group(3));
        int lanes = Integer.parseInt(parts.group(4));
        if (memory > MOST_MEMORY || memory < 8 * lanes) return Optional.empty();
        try {
            byte[] salt = Base64.getDecoder().decode(parts.group(5));
            byte[] tag = Base64.getDecoder().decode(parts.group(6));
            return Optional.of(new Argon2Hash(parts.group(1), memory, passes, lanes, salt, tag));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean matches(byte[] password) {
        byte[] computed = compute(variant, password, memory, passes, lanes, salt, tag.length);
        boolean equal = MessageDigest.isEqual(computed, tag);
        Arrays.fill(computed, (byte) 0);
        return equal;
    }

    @Override
    public boolean isWeaker(HashingCost today) {
        return !variant.equals(ID)
                || memory < today.memory()
                || passes < today.passes()
                || salt.length < SALT_BYTES
                || tag.length < TAG_BYTES;
    }

    @Override
    public long work() {
        return (long) memory * passes;
    }

    PasswordHash toPhc() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return new PasswordHash("$argon2" + variant + "$v=19$m=" + memory + ",t=" + passes + ",p=" + lanes + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(tag));
    }

    /// Lets go of what the calling thread computes in.
    static void releaseMemory() {
        BLOCKS.remove();
    }

    private static byte[] compute(
            String variant, byte[] password, int memory, int passes, int lanes, byte[] salt, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(type(variant))
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memory)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .withBlockPool(BLOCKS.get())
                .build());
        byte[] computed = new byte[length];
        generator.generateBytes(password, computed);
        return computed;
    }

    private static int type(String variant) {
        return switch (variant) {
            case "i" -> Argon2Parameters.ARGON2_i;
            case "d" -> Argon2Parameters.ARGON2_d;
            default -> Argon2Parameters.ARGON2_id;
        };
    }
}
