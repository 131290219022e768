package dev.handstamp.server.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/// A PBKDF2 hash (RFC 8018 §5.2): `$pbkdf2-sha256$i=600000$salt$hash`, base64 without padding.
final class Pbkdf2Hash implements StoredHash {

    private static final int MOST_ITERATIONS = 3_000_000;

    private static final Pattern FORM = Pattern.compile("\\$pbkdf2-(sha1|sha256|sha512)\\$i=([1-9][0-9]{0,6})"
            + "\\$([A-Za-z0-9+/]{2,512})\\$([A-Za-z0-9+/]{22,512})");

    private final String digest;
    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private Pbkdf2Hash(String digest, int iterations, byte[] salt, byte[] hash) {
        this.digest = digest;
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    static Optional<Pbkdf2Hash> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) return Optional.empty();
        int iterations = Integer.parseInt(form.group(2));
        if (iterations > MOST_ITERATIONS) return Optional.empty();
        try {
            byte[] salt = Base64.getDecoder().decode(form.group(3));
            byte[] hash = Base64.getDecoder().decode(form.group(4));
            return Optional.of(new Pbkdf2Hash(form.group(1), iterations, salt, hash));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public boolean matches(byte[] password) {
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(digest());
        generator.init(password, salt, iterations);
        byte[] computed = ((KeyParameter) generator.generateDerivedMacParameters(hash.length * 8)).getKey();
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
        return iterations / 8;
    }

    private Digest digest() {
        return switch (digest) {
            case "sha1" -> new SHA1Digest();
            case "sha256" -> new SHA256Digest();
            default -> new SHA512Digest();
        };
    }
}
