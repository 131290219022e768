package dev.handstamp.jwt;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/// The signature algorithms of a JWS; one row holds every fact about one of them.
///
/// There is no `none`. `EdDSA` means Ed25519; so does `Ed25519`, its newer name (RFC 9864), which is taken and
/// never written. A later version may have more: let a `switch` have a `default`.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7518#section-3.1">RFC 7518 §3.1</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8037#section-3.1">RFC 8037 §3.1, EdDSA</a>
@SuppressWarnings("ImmutableEnumChecker") // Its fields are written once and never handed out to be changed.
public enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256("RS256", KeyType.RSA, "SHA256withRSA", null, 0, null),
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384("RS384", KeyType.RSA, "SHA384withRSA", null, 0, null),
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512("RS512", KeyType.RSA, "SHA512withRSA", null, 0, null),
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    PS256("PS256", KeyType.RSA, "RSASSA-PSS", null, 0, pss(MGF1ParameterSpec.SHA256, 32)),
    /// RSASSA-PSS with SHA-384 and a salt of 48 bytes.
    PS384("PS384", KeyType.RSA, "RSASSA-PSS", null, 0, pss(MGF1ParameterSpec.SHA384, 48)),
    /// RSASSA-PSS with SHA-512 and a salt of 64 bytes.
    PS512("PS512", KeyType.RSA, "RSASSA-PSS", null, 0, pss(MGF1ParameterSpec.SHA512, 64)),
    /// ECDSA on P-256 with SHA-256.
    ES256("ES256", KeyType.EC, "SHA256withECDSAinP1363Format", "P-256", 64, null),
    /// ECDSA on P-384 with SHA-384.
    ES384("ES384", KeyType.EC, "SHA384withECDSAinP1363Format", "P-384", 96, null),
    /// ECDSA on P-521 with SHA-512.
    ES512("ES512", KeyType.EC, "SHA512withECDSAinP1363Format", "P-521", 132, null),
    /// Ed25519; Ed448 is not taken.
    EDDSA("EdDSA", KeyType.OKP, "Ed25519", "Ed25519", 64, null),
    /// HMAC with SHA-256: whoever checks can also sign.
    HS256("HS256", KeyType.OCT, "HmacSHA256", null, 32, null),
    /// HMAC with SHA-384: whoever checks can also sign.
    HS384("HS384", KeyType.OCT, "HmacSHA384", null, 48, null),
    /// HMAC with SHA-512: whoever checks can also sign.
    HS512("HS512", KeyType.OCT, "HmacSHA512", null, 64, null),
    /// ML-DSA-44 (FIPS 204), against quantum computers; needs Java 24 or later.
    ML_DSA_44("ML-DSA-44", KeyType.AKP, "ML-DSA-44", null, 2420, null),
    /// ML-DSA-65 (FIPS 204), against quantum computers; needs Java 24 or later.
    ML_DSA_65("ML-DSA-65", KeyType.AKP, "ML-DSA-65", null, 3309, null),
    /// ML-DSA-87 (FIPS 204), against quantum computers; needs Java 24 or later.
    ML_DSA_87("ML-DSA-87", KeyType.AKP, "ML-DSA-87", null, 4627, null);

    private static final String FULLY_SPECIFIED_EDDSA = "Ed25519"; // RFC 9864 §2.2

    private static final Map<String, Algorithm> BY_NAME = new HashMap<>();

    static {
        for (Algorithm algorithm : values()) BY_NAME.put(algorithm.joseName, algorithm);
    }

    private final String joseName;
    private final KeyType keyType;
    private final String jcaName;
    private final @Nullable String curve;
    private final int signatureLength;
    private final @Nullable AlgorithmParameterSpec parameters;

    Algorithm(
            String joseName,
            KeyType keyType,
            String jcaName,
            @Nullable String curve,
            int signatureLength,
            @Nullable AlgorithmParameterSpec parameters) {
        this.joseName = joseName;
        this.keyType = keyType;
        this.jcaName = jcaName;
        this.curve = curve;
        this.signatureLength = signatureLength;
        this.parameters = parameters;
    }

    /// Finds an algorithm by its exact `alg` value; there is no other spelling (RFC 7515 §4.1.1).
    ///
    /// @param joseName such as "ES256"
    /// @return empty for one that we do not have, `none` among them
    public static Optional<Algorithm> named(String joseName) {
        return joseName.equals(FULLY_SPECIFIED_EDDSA) ? Optional.of(EDDSA) : Optional.ofNullable(BY_NAME.get(joseName));
    }

    /// Whether this `alg` means it.
    boolean isNamed(@Nullable Object alg) {
        return joseName.equals(alg) || (this == EDDSA && FULLY_SPECIFIED_EDDSA.equals(alg));
    }

    /// {@return the value of `alg`}
    public String joseName() {
        return joseName;
    }

    /// Tells whether the key that checks is the key that signs.
    ///
    /// @return true for HMAC
    public boolean isSymmetric() {
        return keyType == KeyType.OCT;
    }

    /// Tells whether this Java has the algorithm.
    ///
    /// @return false only for ML-DSA before Java 24
    public boolean isAvailable() {
        try {
            if (isSymmetric()) {
                Mac.getInstance(jcaName);
            } else {
                Signature.getInstance(jcaName);
            }
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    KeyType keyType() {
        return keyType;
    }

    String jcaName() {
        return jcaName;
    }

    /// The `crv` of the keys, for EC and OKP.
    @Nullable
    String curve() {
        return curve;
    }

    /// The length of a signature in bytes; for RSA 0, because there it is that of the modulus.
    int signatureLength() {
        return signatureLength;
    }

    @Nullable
    AlgorithmParameterSpec parameters() {
        return parameters;
    }

    private static PSSParameterSpec pss(MGF1ParameterSpec hash, int saltLength) {
        return new PSSParameterSpec(
                hash.getDigestAlgorithm(), "MGF1", hash, saltLength, PSSParameterSpec.TRAILER_FIELD_BC);
    }
}
