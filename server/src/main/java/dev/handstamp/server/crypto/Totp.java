package dev.handstamp.server.crypto;

import static dev.handstamp.server.domain.session.TotpParameters.USUAL;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.TotpParameters;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;

/// One-time passwords by time. What is set up here has six digits of HMAC-SHA-1 and a new one every 30 seconds, which
/// is what every authenticator application does; what users bring along may be made otherwise.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6238">RFC 6238, TOTP</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc4226#section-5.3">RFC 4226 §5.3, HOTP value</a>
public final class Totp {

    private static final int SECRET_BYTES = 20; // RFC 4226 §4, R6

    // What users bring along: Google's own application once made secrets of 80 bits, and nobody needs more than a
    // block.
    private static final int FEWEST_SECRET_BYTES = 10;
    private static final int MOST_SECRET_BYTES = 128;

    /// A clock may be one step off, or the network slow (RFC 6238 §5.2).
    private static final int WINDOW = 1;

    private Totp() {}

    /// A new secret, in base32 as applications take it.
    public static Secret newSecret(Secrets secrets) {
        return new Secret(encode(secrets.bytes(SECRET_BYTES)));
    }

    /// A secret that another system made, in base32 as it is kept here; empty for one that is too short or too long.
    public static Optional<Secret> secretOf(byte[] key) {
        boolean fits = key.length >= FEWEST_SECRET_BYTES && key.length <= MOST_SECRET_BYTES;
        return fits ? Optional.of(new Secret(encode(key))) : Optional.empty();
    }

    /// The bytes of a text in base32 (RFC 4648 §6), as people pass it on: capital or small, with blanks, padded or not.
    public static Optional<byte[]> base32(String text) {
        String letters = text.replaceAll("[ -]", "").replaceAll("=+$", "").toUpperCase(Locale.ROOT);
        if (!letters.matches("[A-Z2-7]+")) return Optional.empty();
        return Optional.of(decode(letters));
    }

    /// The step whose code this is, if it is one of now and of none up to `last`.
    ///
    /// @param last the step of the last code that counted: a code counts once (RFC 6238 §5.2)
    public static OptionalLong step(Secret secret, TotpParameters parameters, String code, Instant now, long last) {
        if (code.length() != parameters.digits()) return OptionalLong.empty();
        long current = Math.floorDiv(now.getEpochSecond(), parameters.period());
        Codes codes = Codes.of(decode(secret.value()), parameters);
        byte[] given = bytes(code);
        OptionalLong found = OptionalLong.empty();
        for (long step = current - WINDOW; step <= current + WINDOW; step++) {
            boolean right = MessageDigest.isEqual(given, bytes(codes.at(step)));
            if (right && step > last && found.isEmpty()) found = OptionalLong.of(step);
        }
        return found;
    }

    /// The last step whose code can have counted by now.
    public static long latestStep(TotpParameters parameters, Instant now) {
        return Math.floorDiv(now.getEpochSecond(), parameters.period()) + WINDOW;
    }

    /// What an application reads as a QR code to make codes as usual: it holds the secret.
    ///
    /// @param issuer  what the application shows beside the name
    /// @param account the name
    public static String uri(Secret secret, String issuer, String account) {
        return "otpauth://totp/" + encoded(issuer) + ":" + encoded(account) + "?secret=" + secret.value() + "&issuer="
                + encoded(issuer) + "&algorithm=" + USUAL.algorithm() + "&digits=" + USUAL.digits() + "&period="
                + USUAL.period();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// What an application shows at this time that makes codes as usual.
    public static String codeAt(Secret secret, Instant now) {
        return codeAt(secret, USUAL, now);
    }

    /// What an application shows at this time.
    public static String codeAt(Secret secret, TotpParameters parameters, Instant now) {
        return code(decode(secret.value()), parameters, Math.floorDiv(now.getEpochSecond(), parameters.period()));
    }

    /// The digits of what somebody typed, if that is a code.
    public static Optional<String> normal(String typed, TotpParameters parameters) {
        String digits = typed.replace(" ", "");
        boolean fits = digits.length() == parameters.digits() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return fits ? Optional.of(digits) : Optional.empty();
    }

    static String code(byte[] key, TotpParameters parameters, long step) {
        return Codes.of(key, parameters).at(step);
    }

    /// The codes of one secret.
    private record Codes(TimeBasedOneTimePasswordGenerator generator, SecretKeySpec key, Duration period) {

        static Codes of(byte[] key, TotpParameters parameters) {
            Duration period = Duration.ofSeconds(parameters.period());
            var generator = new TimeBasedOneTimePasswordGenerator(period, parameters.digits(), mac(parameters));
            return new Codes(generator, new SecretKeySpec(key, generator.getAlgorithm()), period);
        }

        String at(long step) {
            try {
                return generator.generateOneTimePasswordString(
                        key, Instant.EPOCH.plus(period.multipliedBy(step)), Locale.ROOT);
            } catch (InvalidKeyException e) {
                throw new IllegalStateException("every text of base32 is a key", e);
            }
        }
    }

    private static String mac(TotpParameters parameters) {
        return switch (parameters.algorithm()) {
            case SHA1 -> TimeBasedOneTimePasswordGenerator.TOTP_ALGORITHM_HMAC_SHA1;
            case SHA256 -> TimeBasedOneTimePasswordGenerator.TOTP_ALGORITHM_HMAC_SHA256;
            case SHA512 -> TimeBasedOneTimePasswordGenerator.TOTP_ALGORITHM_HMAC_SHA512;
        };
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
