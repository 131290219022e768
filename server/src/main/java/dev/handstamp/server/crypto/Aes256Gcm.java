package dev.handstamp.server.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-256-GCM (NIST SP 800-38D) to and from text: `v1.` and base64url of nonce, ciphertext and tag. A fresh nonce each
/// time.
final class Aes256Gcm {

    private static final String VERSION = "v1.";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;

    Aes256Gcm(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /// @param context what the text belongs to: it opens only with the same words again
    String seal(byte[] plain, String context, Secrets secrets) {
        byte[] nonce = secrets.bytes(NONCE_BYTES);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, 0, context);
            byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
            return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed", e);
        }
    }

    /// Empty unless this text was sealed under this key in this context, to the last bit.
    Optional<byte[]> open(String text, String context) {
        if (!text.startsWith(VERSION)) return Optional.empty();
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(text.substring(VERSION.length()));
            if (sealed.length < NONCE_BYTES + TAG_BITS / 8) return Optional.empty();
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, sealed, 0, context);
            return Optional.of(cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (IllegalArgumentException | AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, int offset, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, offset, NONCE_BYTES));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
