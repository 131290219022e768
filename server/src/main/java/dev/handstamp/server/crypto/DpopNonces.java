package dev.handstamp.server.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Nonces for proofs of possession that tell by themselves when they were made and that they are ours: the
/// time, and a MAC over it. None is remembered, and each is good on every node with the same master key.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-8">RFC 9449 §8, server-provided nonce</a>
public final class DpopNonces {

    /// How long a nonce is good.
    public static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final String ALGORITHM = "HmacSHA256";
    private static final String PURPOSE = "handstamp dpop nonces";
    private static final int MAC_BYTES = 16;
    private static final int LONGEST_TIME = 12;

    private final SecretKeySpec key;

    public DpopNonces(MasterKey masterKey) {
        this.key = new SecretKeySpec(masterKey.derive(PURPOSE), ALGORITHM);
    }

    public String next(Instant now) {
        return nonce(now.getEpochSecond());
    }

    /// Whether it is one of ours, and not too old. One may be a little ahead: the clock of its node was.
    public boolean isFresh(String nonce, Instant now) {
        int dot = nonce.indexOf('.');
        if (dot < 1 || dot > LONGEST_TIME) return false;
        long made;
        try {
            made = Long.parseLong(nonce.substring(0, dot), Character.MAX_RADIX);
        } catch (NumberFormatException _) {
            return false;
        }
        boolean isInTime = Math.abs(now.getEpochSecond() - made) <= LIFETIME.toSeconds();
        byte[] given = nonce.getBytes(StandardCharsets.UTF_8);
        return isInTime && MessageDigest.isEqual(given, nonce(made).getBytes(StandardCharsets.UTF_8));
    }

    private String nonce(long seconds) {
        String time = Long.toString(seconds, Character.MAX_RADIX);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] full = mac.doFinal(time.getBytes(StandardCharsets.US_ASCII));
            return time + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(full, MAC_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
        }
    }
}
