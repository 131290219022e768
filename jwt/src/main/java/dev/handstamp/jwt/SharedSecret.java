package dev.handstamp.jwt;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An HMAC secret that an issuer and one API share.
///
/// Whoever can check with it can also sign, so it never stands in a published key set. Its `keyId` is its
/// thumbprint, which tells nothing of a secret that is random.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7518#section-3.2">RFC 7518 §3.2, HMAC with SHA-2</a>
public final class SharedSecret implements VerificationKey {

    private static final int MAXIMUM_LENGTH = 1024;

    private final String keyId;
    private final Algorithm algorithm;
    private final Pool<Mac> macs;

    private SharedSecret(String keyId, Algorithm algorithm, byte[] secret) {
        this.keyId = keyId;
        this.algorithm = algorithm;
        var key = new SecretKeySpec(secret, algorithm.jcaName());
        this.macs = new Pool<>(() -> ready(key));
    }

    /// A secret for one HMAC algorithm.
    ///
    /// @param algorithm `HS256`, `HS384` or `HS512`
    /// @param secret random bytes, from as many as the hash has (32, 48, 64; RFC 7518 §3.2) to 1024; copied
    /// @return the secret as a key
    /// @throws IllegalArgumentException if the algorithm is no HMAC, or the secret too short or too long
    public static SharedSecret of(Algorithm algorithm, byte[] secret) {
        return of(thumbprint(secret), algorithm, secret);
    }

    static SharedSecret of(String keyId, Algorithm algorithm, byte[] secret) {
        if (!algorithm.isSymmetric()) {
            throw new IllegalArgumentException(algorithm.joseName() + " does not use a secret");
        }
        if (secret.length < algorithm.signatureLength() || secret.length > MAXIMUM_LENGTH) {
            throw new IllegalArgumentException("a secret for " + algorithm.joseName() + " must have "
                    + algorithm.signatureLength() + " to " + MAXIMUM_LENGTH + " bytes");
        }
        return new SharedSecret(keyId, algorithm, secret);
    }

    @Override
    public String keyId() {
        return keyId;
    }

    @Override
    public Algorithm algorithm() {
        return algorithm;
    }

    @Override
    public String toString() {
        return "SharedSecret[hidden]";
    }

    byte[] mac(byte[] data, int dataLength) {
        Mac mac = macs.take();
        mac.update(data, 0, dataLength);
        byte[] result = mac.doFinal();
        macs.give(mac);
        return result;
    }

    /// Compares in constant time.
    boolean verifies(byte[] data, int dataLength, byte[] signature) {
        return signature.length == algorithm.signatureLength()
                && MessageDigest.isEqual(mac(data, dataLength), signature);
    }

    private static Mac ready(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + key.getAlgorithm(), e);
        }
    }

    private static String thumbprint(byte[] secret) {
        try {
            return Thumbprint.of(Map.of("kty", "oct", "k", Base64Url.encode(secret)));
        } catch (InvalidJwkException e) {
            throw new IllegalStateException(e);
        }
    }
}
