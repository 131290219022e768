package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What is stored in place of a code that people type, which is too short for a plain digest: HMAC-SHA256 (RFC 2104).
public final class KeyedHash {

    private static final String ALGORITHM = "HmacSHA256";

    private KeyedHash() {}

    /// The hash of a text.
    ///
    /// @param key 32 bytes, base64url
    public static SecretHash of(Secret key, String text) {
        return of(Base64.getUrlDecoder().decode(key.value()), text);
    }

    static SecretHash of(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            byte[] digest = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return new SecretHash(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
        }
    }
}
