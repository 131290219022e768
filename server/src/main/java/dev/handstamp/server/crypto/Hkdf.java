package dev.handstamp.server.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// Derives 32 bytes from a secret for one purpose (RFC 5869, SHA-256).
final class Hkdf {

    private static final int LENGTH = 32;

    private Hkdf() {}

    static byte[] derive(byte[] secret, String purpose) {
        try {
            byte[] info = purpose.getBytes(StandardCharsets.UTF_8);
            var parameters = HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info, LENGTH);
            return KDF.getInstance("HKDF-SHA256").deriveData(parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA256 is part of every JDK from 25", e);
        }
    }
}
