package dev.handstamp.server.administration.moving;

import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.passkey.CredentialId;
import dev.handstamp.server.domain.passkey.UserHandle;
import dev.handstamp.server.domain.session.TotpParameters;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/// The parts of second factors and passkeys as other systems write them down, in the one spelling that is kept here. No
/// message tells a value: it may be a secret.
final class FactorForms {

    /// What codes can be made like here, for messages.
    static final String KNOWN = "SHA1, SHA256 or SHA512, " + TotpParameters.FEWEST_DIGITS + " to "
            + TotpParameters.MOST_DIGITS + " digits, a period of " + TotpParameters.SHORTEST_PERIOD + " to "
            + TotpParameters.LONGEST_PERIOD + " seconds";

    /// The counter of a passkey has 32 bits (WebAuthn Level 3 §6.1).
    static final long HIGHEST_COUNT = 0xffff_ffffL;

    private static final int DIGEST = 32;
    private static final int LONGEST_HANDLE = 64; // WebAuthn Level 3 §5.4.3
    private static final int MOST_TRANSPORTS = 8;
    private static final String NO_AAGUID = new UUID(0, 0).toString();

    private FactorForms() {}

    /// A secret in base32.
    static Secret secret(String base32) {
        return Totp.base32(base32)
                .map(FactorForms::secret)
                .orElseThrow(() -> new Misfit("the secret of the authenticator application is no base32"));
    }

    static Secret secret(byte[] key) {
        return Totp.secretOf(key)
                .orElseThrow(() -> new Misfit("the secret of the authenticator application has not 10 to 128 bytes"));
    }

    static Optional<TotpParameters> parameters(String algorithm, long digits, long period) {
        return TotpParameters.Algorithm.named(algorithm).flatMap(known -> TotpParameters.of(known, digits, period));
    }

    /// 32 bytes, base64url.
    static <T> T digest(String text, String what, Function<String, T> made) {
        byte[] bytes = bytes(text, what);
        if (bytes.length != DIGEST) throw new Misfit(what + " has not 32 bytes");
        return made.apply(base64Url(bytes));
    }

    static UserHandle userHandle(String base64) {
        return userHandle(bytes(base64, "user_handle"));
    }

    static UserHandle userHandle(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > LONGEST_HANDLE) throw new Misfit("user_handle has not 1 to 64 bytes");
        return new UserHandle(base64Url(bytes));
    }

    static CredentialId credentialId(String base64) {
        return CredentialId.parse(base64Url(bytes(base64, "the credential id of a passkey")))
                .orElseThrow(() -> new Misfit("the credential id of a passkey has not 16 to 1023 bytes"));
    }

    static String publicKey(String base64) {
        return base64Url(bytes(base64, "the public key of a passkey"));
    }

    /// Hints for the browser: what does not look like one is left out.
    static SortedSet<String> transports(Collection<String> texts) {
        SortedSet<String> transports = new TreeSet<>();
        for (String text : texts) {
            if (text.matches("[a-z0-9-]{1,32}") && transports.size() < MOST_TRANSPORTS) transports.add(text);
        }
        return transports;
    }

    static String aaguid(Optional<String> text) {
        try {
            return text.map(given -> UUID.fromString(given).toString()).orElse(NO_AAGUID);
        } catch (IllegalArgumentException _) {
            return NO_AAGUID;
        }
    }

    private static byte[] bytes(String base64, String what) {
        return HashForms.decoded(base64).orElseThrow(() -> new Misfit(what + " is no base64"));
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
