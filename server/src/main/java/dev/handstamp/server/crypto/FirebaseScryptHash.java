package dev.handstamp.server.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A hash of Firebase Authentication: scrypt makes a key of the password, and that key encrypts the project's signer
/// key (AES-256 in counter mode from zero). `$firebase-scrypt$ln=14,r=8,ss=separator,sk=signer$salt$hash`, where `r` is
/// what Firebase calls rounds, all base64 without padding.
final class FirebaseScryptHash implements StoredHash {

    private static final int KEY_BYTES = 32;

    private static final Pattern FORM = Pattern.compile("\\$firebase-scrypt\\$ln=([1-9][0-9]?),r=([1-9][0-9]?),"
            + "ss=([A-Za-z0-9+/]{0,64}),sk=([A-Za-z0-9+/]{43,256})\\$([A-Za-z0-9+/]{2,256})\\$([A-Za-z0-9+/]{43,256})");

    private final ScryptHash.Effort effort;
    private final byte[] salt;
    private final byte[] signerKey;
    private final byte[] hash;

    private FirebaseScryptHash(ScryptHash.Effort effort, byte[] salt, byte[] signerKey, byte[] hash) {
        this.effort = effort;
        this.salt = salt;
        this.signerKey = signerKey;
        this.hash = hash;
    }

    static Optional<FirebaseScryptHash> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) return Optional.empty();
        var effort = new ScryptHash.Effort(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)), 1);
        if (!effort.isBearable()) return Optional.empty();
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            byte[] own = base64.decode(form.group(5));
            byte[] separator = base64.decode(form.group(3));
            byte[] salt = Arrays.copyOf(own, own.length + separator.length);
            System.arraycopy(separator, 0, salt, own.length, separator.length);
            return Optional.of(
                    new FirebaseScryptHash(effort, salt, base64.decode(form.group(4)), base64.decode(form.group(6))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public boolean matches(byte[] password) {
        byte[] key = effort.compute(password, salt, KEY_BYTES);
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
            return MessageDigest.isEqual(cipher.doFinal(signerKey), hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode is missing", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
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
