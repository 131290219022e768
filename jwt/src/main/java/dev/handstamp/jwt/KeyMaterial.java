package dev.handstamp.jwt;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Map;

/// Between the members of a JSON Web Key and the keys of the JCA, for one key type.
///
/// A public key that comes out of here was checked: a weak or malformed one never becomes an object.
sealed interface KeyMaterial permits RsaMaterial, EcMaterial, Ed25519Material, MlDsaMaterial {

    CryptoProvider provider();

    PublicKey publicKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException;

    /// The same for a pair whose private members are at hand: they may prove what is costly to test without them.
    default PublicKey publicKeyOfPair(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        return publicKey(members);
    }

    PrivateKey privateKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException;

    /// A new pair as members, `kty` and `alg` left out.
    Map<String, Object> generate() throws GeneralSecurityException;

    /// The one length of a signature under this key, in bytes.
    int signatureLength(PublicKey key);

    /// Refuses by its form a signature of the right length that no provider should have to look at.
    default boolean isPlausible(byte[] signature) {
        return true;
    }

    /// What checks signatures under a key that came out of here.
    default SignatureCheck signatureCheck(Algorithm algorithm, PublicKey key) throws GeneralSecurityException {
        return new JcaSignatureCheck(algorithm, key, provider()).tried();
    }

    static KeyMaterial of(Algorithm algorithm, CryptoProvider provider) {
        return switch (algorithm.keyType()) {
            case RSA -> new RsaMaterial(provider);
            case EC -> new EcMaterial(Curve.named(algorithm.curve()), provider);
            case OKP -> new Ed25519Material(provider);
            case AKP -> new MlDsaMaterial(algorithm, provider);
            case OCT -> throw new IllegalArgumentException("a secret has no public part");
        };
    }

    static String encode(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return Base64Url.encode(bytes[0] == 0 && bytes.length > 1 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    static String encode(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[length];
        int copied = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - copied, padded, length - copied, copied);
        return Base64Url.encode(padded);
    }

    /// The pair's private part behind a PKCS#8 prefix, or its public part behind an X.509 prefix, is its last
    /// `length` bytes.
    static String lastBytes(byte[] encoded, int length) {
        return Base64Url.encode(Arrays.copyOfRange(encoded, encoded.length - length, encoded.length));
    }

    static byte[] join(byte[] prefix, byte[] rest) {
        byte[] joined = Arrays.copyOf(prefix, prefix.length + rest.length);
        System.arraycopy(rest, 0, joined, prefix.length, rest.length);
        return joined;
    }
}
