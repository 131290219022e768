package dev.handstamp.server.crypto;

import com.eatthepath.otp.HmacOneTimePasswordGenerator;
import dev.handstamp.server.domain.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;

/// One-time passwords by time: six digits, HMAC-SHA-1, a new one every 30 seconds, which is what every authenticator
/// application does.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6238">RFC 6238, TOTP</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc4226#section-5.3">RFC 4226 §5.3, HOTP value</a>
public final class Totp {

    public static final int DIGITS = 6;
    public static final int PERIOD = 30; // seconds

    private static final int SECRET_BYTES = 20; // RFC 4226 §4, R6
    private static final HmacOneTimePasswordGenerator GENERATOR = new HmacOneTimePasswordGenerator(DIGITS);

    /// A clock may be one step off, or the network slow (RFC 6238 §5.2).
    private static final int WINDOW = 1;

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

    /// What an application reads as a QR code: it holds the secret.
    ///
    /// @param issuer  what the application shows beside the name
    /// @param account the name
    public static String uri(Secret secret, String issuer, String account) {
        return "otpauth://totp/" + encoded(issuer) + ":" + encoded(account) + "?secret=" + secret.value() + "&issuer="
                + encoded(issuer) + "&algorithm=SHA1&digits=" + DIGITS + "&period=" + PERIOD;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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
            return GENERATOR.generateOneTimePasswordString(
                    new SecretKeySpec(key, GENERATOR.getAlgorithm()), step, Locale.ROOT);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("every text of base32 is a key", e);
        }
    }

    /// Without padding, as applications expect it.
    static String encode(byte[] bytes) {
        return new Base32().encodeAsString(bytes).replace("=", "");
    }

    static byte[] decode(String text) {
        return new Base32().decode(text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
