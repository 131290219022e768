package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// One-time passwords by time: six digits, HMAC-SHA-1, a new one every 30 seconds, which is what every authenticator
/// application does.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6238">RFC 6238, TOTP</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc4226#section-5.3">RFC 4226 §5.3, HOTP value</a>
public final class Totp {

    public static final int DIGITS = 6;
    public static final int PERIOD = 30; // seconds

    private static final int SECRET_BYTES = 20; // RFC 4226 §4, R6
    private static final int MODULUS = 1_000_000;

    /// A clock may be one step off, or the network slow (RFC 6238 §5.2).
    private static final int WINDOW = 1;

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; // RFC 4648 §6

    private Totp() {}

    /// A new secret, in base32 as applications take it.
    public static Secret newSecret(Secrets secrets) {
        return new Secret(encode(secrets.bytes(SECRET_BYTES)));
    }

    /// The step whose code this is, if it is one of now and of none up to `last`.
    ///
    /// @param last the step of the last code that counted: a code counts once (RFC 6238 §5.2)
    public static OptionalLong step(Secret secret, String code, Instant now, long last) {
        if (code.length() != DIGITS) return OptionalLong.empty();
        long current = Math.floorDiv(now.getEpochSecond(), PERIOD);
        byte[] key = decode(secret.value());
        OptionalLong found = OptionalLong.empty();
        for (long step = current - WINDOW; step <= current + WINDOW; step++) {
            boolean right = MessageDigest.isEqual(bytes(code), bytes(code(key, step)));
            if (right && step > last && found.isEmpty()) found = OptionalLong.of(step);
        }
        return found;
    }

    /// What an application shows at this time.
    public static String codeAt(Secret secret, Instant now) {
        return code(decode(secret.value()), Math.floorDiv(now.getEpochSecond(), PERIOD));
    }

    /// The digits of what somebody typed, if that is a code.
    public static Optional<String> normal(String typed) {
        String digits = typed.replace(" ", "");
        boolean fits = digits.length() == DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return fits ? Optional.of(digits) : Optional.empty();
    }

    static String code(byte[] key, long step) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            byte[] digest =
                    mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            int offset = digest[digest.length - 1] & 0xF;
            int number = ByteBuffer.wrap(digest).getInt(offset) & 0x7FFF_FFFF;
            return String.format(Locale.ROOT, "%0" + DIGITS + "d", number % MODULUS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA1 is part of every JDK", e);
        }
    }

    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        long buffer = 0;
        int bits = 0;
        for (byte each : bytes) {
            buffer = buffer << 8 | (each & 0xFF);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(BASE32.charAt((int) (buffer >> bits) & 0x1F));
            }
        }
        if (bits > 0) text.append(BASE32.charAt((int) (buffer << (5 - bits)) & 0x1F));
        return text.toString();
    }

    static byte[] decode(String text) {
        byte[] bytes = new byte[text.length() * 5 / 8];
        long buffer = 0;
        int bits = 0;
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            buffer = buffer << 5 | BASE32.indexOf(text.charAt(i));
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes[length++] = (byte) (buffer >> bits);
            }
        }
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
