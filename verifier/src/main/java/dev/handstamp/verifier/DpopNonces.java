package dev.handstamp.verifier;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.PrivateJwk;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/// Nonces that tell by themselves when they were made and that they are ours, so that none is remembered (RFC 9449
/// §9): the time, and a MAC over it.
final class DpopNonces {

    private static final int MAC_BYTES = 16;

    private final PrivateJwk secret;
    private final long lifetime;

    private DpopNonces(PrivateJwk secret, Duration lifetime) {
        this.secret = secret;
        this.lifetime = lifetime.toSeconds();
    }

    /// Nonces that only this process knows.
    static DpopNonces random(Duration lifetime) {
        return new DpopNonces(PrivateJwk.generate(Algorithm.HS256), lifetime);
    }

    /// Nonces that every process with the same secret knows.
    ///
    /// @throws IllegalArgumentException if it is shorter than 32 bytes
    static DpopNonces shared(byte[] secret, Duration lifetime) {
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        try {
            PrivateJwk key = PrivateJwk.parse(Map.of("kty", "oct", "alg", "HS256", "k", encoded));
            return new DpopNonces(key, lifetime);
        } catch (InvalidJwkException e) {
            throw new IllegalArgumentException("the secret of nonces must have at least 32 bytes", e);
        }
    }

    String next(Instant now) {
        return nonce(now.getEpochSecond());
    }

    boolean isFresh(String nonce, Instant now) {
        int dot = nonce.indexOf('.');
        if (dot < 1 || dot > 12) return false;
        long made;
        try {
            made = Long.parseLong(nonce.substring(0, dot), Character.MAX_RADIX);
        } catch (NumberFormatException e) {
            return false;
        }
        // One of ours may be a little ahead: its maker's clock was.
        boolean isInTime = Math.abs(now.getEpochSecond() - made) <= lifetime;
        byte[] given = nonce.getBytes(StandardCharsets.UTF_8);
        return isInTime && MessageDigest.isEqual(given, nonce(made).getBytes(StandardCharsets.UTF_8));
    }

    private String nonce(long seconds) {
        String time = Long.toString(seconds, Character.MAX_RADIX);
        byte[] mac = secret.sign(("dpop-nonce " + time).getBytes(StandardCharsets.UTF_8));
        return time + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(mac, MAC_BYTES));
    }
}
