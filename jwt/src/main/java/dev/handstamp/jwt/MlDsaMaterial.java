package dev.handstamp.jwt;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// ML-DSA keys (FIPS 204) as AKP keys of draft-ietf-cose-dilithium; needs Java 24 or later.
record MlDsaMaterial(Algorithm algorithm, CryptoProvider provider) implements KeyMaterial {

    private static final int SEED_SIZE = 32;

    @Override
    public PublicKey publicKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        requireAvailable();
        byte[] encoded = members.bytes("pub", publicKeySize());
        var spec = new X509EncodedKeySpec(KeyMaterial.join(x509Prefix(), encoded));
        return provider.keyFactory(algorithm.jcaName()).generatePublic(spec);
    }

    /// The JWK holds the seed, from which the key pair follows (FIPS 204 §6.1).
    @Override
    public PrivateKey privateKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        requireAvailable();
        return pairFrom(members.bytes("priv", SEED_SIZE)).getPrivate();
    }

    @Override
    public Map<String, Object> generate() throws GeneralSecurityException {
        byte[] seed = new byte[SEED_SIZE];
        new SecureRandom().nextBytes(seed);
        var members = new LinkedHashMap<String, Object>();
        members.put("pub", KeyMaterial.lastBytes(pairFrom(seed).getPublic().getEncoded(), publicKeySize()));
        members.put("priv", Base64Url.encode(seed));
        return members;
    }

    @Override
    public int signatureLength(PublicKey key) {
        return algorithm.signatureLength();
    }

    private void requireAvailable() throws InvalidJwkException {
        if (!algorithm.isAvailable()) {
            throw InvalidJwkException.unknownKind(algorithm.joseName() + " needs Java 24 or later");
        }
    }

    /// The JCA takes a seed only by way of the generator's randomness; whoever parses the key compares the public
    /// part.
    private KeyPair pairFrom(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator generator = provider.keyPairGenerator(algorithm.jcaName());
        generator.initialize(new NamedParameterSpec(algorithm.jcaName()), new FixedSeed(seed));
        return generator.generateKeyPair();
    }

    private int publicKeySize() {
        return switch (algorithm) {
            case ML_DSA_44 -> 1312;
            case ML_DSA_65 -> 1952;
            case ML_DSA_87 -> 2592;
            default -> throw new IllegalArgumentException("not ML-DSA: " + algorithm);
        };
    }

    /// The last arc of the object identifier 2.16.840.1.101.3.4.3.x.
    private int lastArc() {
        return switch (algorithm) {
            case ML_DSA_44 -> 17;
            case ML_DSA_65 -> 18;
            case ML_DSA_87 -> 19;
            default -> throw new IllegalArgumentException("not ML-DSA: " + algorithm);
        };
    }

    /// SEQUENCE { SEQUENCE { OBJECT IDENTIFIER }, BIT STRING }, up to the key's first byte.
    private byte[] x509Prefix() {
        int bits = publicKeySize() + 1;
        int all = 13 + 4 + bits;
        return HexFormat.of()
                .parseHex("3082%04x300b06096086480165030403%02x0382%04x00".formatted(all, lastArc(), bits));
    }

    private static final class FixedSeed extends SecureRandom {
        private final byte[] seed;

        private FixedSeed(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }
}
