package dev.handstamp.jwt;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.KeyGenerator;
import org.jspecify.annotations.Nullable;

/// A key that signs: RSA, EC, OKP or AKP with its private members, or a shared secret. Never part of a [JwkSet].
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7517#section-4">RFC 7517 §4</a>
public final class PrivateJwk {

    private static final byte[] PROBE = {'h', 'a', 'n', 'd', 's', 't', 'a', 'm', 'p'};

    private final VerificationKey verificationKey;
    private final Map<String, Object> json;
    private final @Nullable Pool<Signature> signatures;

    private PrivateJwk(
            VerificationKey verificationKey, Map<String, Object> json, @Nullable Pool<Signature> signatures) {
        this.verificationKey = verificationKey;
        this.json = json;
        this.signatures = signatures;
    }

    /// Makes a new key, RSA with 2048 bits, a secret as long as its hash; its id is its thumbprint.
    ///
    /// @param algorithm the one that it will sign with
    /// @return the key, from the randomness of the crypto provider
    /// @throws IllegalStateException if this Java lacks the algorithm ([Algorithm#isAvailable])
    public static PrivateJwk generate(Algorithm algorithm) {
        if (!algorithm.isAvailable()) {
            throw new IllegalStateException(
                    algorithm.joseName() + " is not available on this Java: it needs Java 24 or later");
        }
        try {
            var json = new LinkedHashMap<String, Object>();
            json.put("kty", algorithm.keyType().kty());
            json.put("alg", algorithm.joseName());
            json.putAll(generateMembers(algorithm));
            var members = new JwkMembers(json);
            KeyType type = members.keyType();
            // Both parts were made in one: there is nothing to find out by a signature.
            return type == KeyType.OCT ? secret(members) : pair(members, type, CryptoProvider.best());
        } catch (GeneralSecurityException | InvalidJwkException e) {
            throw new IllegalStateException("cannot make a key for " + algorithm.joseName(), e);
        }
    }

    /// Reads a key and signs with it once, so that a private part that does not belong to its public part is
    /// refused.
    ///
    /// @param json the members of the key, as [dev.handstamp.json.Json] reads them
    /// @return the key; without a `kid` its id is its thumbprint
    /// @throws InvalidJwkException if a member is missing or malformed, or the key too weak, not for signing, or
    ///     of two parts that do not belong together
    public static PrivateJwk parse(Map<String, Object> json) throws InvalidJwkException {
        return parse(json, CryptoProvider.best());
    }

    static PrivateJwk parse(Map<String, Object> json, CryptoProvider provider) throws InvalidJwkException {
        var members = new JwkMembers(json);
        KeyType type = members.keyType();
        members.requireUse("sign");
        return type == KeyType.OCT ? secret(members) : proven(pair(members, type, provider));
    }

    /// {@return the `kid` that headers name it by}
    public String keyId() {
        return verificationKey.keyId();
    }

    /// {@return the one algorithm that it signs with}
    public Algorithm algorithm() {
        return verificationKey.algorithm();
    }

    /// {@return the key that checks what this one signs: the public part, or the secret itself}
    public VerificationKey verificationKey() {
        return verificationKey;
    }

    /// {@return the part to publish; a secret has none}
    public Optional<Jwk> publicJwk() {
        return verificationKey instanceof Jwk jwk ? Optional.of(jwk) : Optional.empty();
    }

    /// {@return all members, the private ones too: to be encrypted before they are stored}
    public Map<String, Object> toJson() {
        return json;
    }

    @Override
    public String toString() {
        return "PrivateJwk[hidden]";
    }

    /// Signs bytes as they are. Tokens are signed with [JwsSigner], which puts the type of the token before them.
    ///
    /// @param data what is signed; only read
    /// @return the signature in the form of RFC 7518 §3: for ECDSA r and s one after the other, no DER
    /// @throws IllegalStateException if the crypto provider fails
    public byte[] sign(byte[] data) {
        return sign(data, data.length);
    }

    /// Signs the first `length` bytes.
    byte[] sign(byte[] data, int length) {
        if (verificationKey instanceof SharedSecret secret) {
            return secret.mac(data, length);
        }
        if (signatures == null) {
            throw new IllegalStateException("a key pair without its signer");
        }
        Signature signer = signatures.take();
        try {
            signer.update(data, 0, length);
            byte[] signature = signer.sign();
            signatures.give(signer);
            return signature;
        } catch (SignatureException e) {
            throw new IllegalStateException("signing with " + algorithm().joseName() + " failed", e);
        }
    }

    private static PrivateJwk secret(JwkMembers members) throws InvalidJwkException {
        Algorithm algorithm = members.algorithm(KeyType.OCT);
        try {
            SharedSecret secret = SharedSecret.of(members.keyId(), algorithm, members.bytes("k"));
            return new PrivateJwk(secret, canonical(members, secret), null);
        } catch (IllegalArgumentException e) {
            throw new InvalidJwkException(String.valueOf(e.getMessage()));
        }
    }

    private static PrivateJwk pair(JwkMembers members, KeyType type, CryptoProvider provider)
            throws InvalidJwkException {
        Jwk jwk = Jwk.ofPair(publicPart(members, type), members, provider);
        Algorithm algorithm = jwk.algorithm();
        try {
            PrivateKey key = KeyMaterial.of(algorithm, provider).privateKey(members);
            var signers = new Pool<>(() -> ready(algorithm, key, provider));
            return new PrivateJwk(jwk, canonical(members, jwk), signers);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw refused();
        }
    }

    private static PrivateJwk proven(PrivateJwk pair) throws InvalidJwkException {
        try {
            byte[] signature = pair.sign(PROBE, PROBE.length);
            if (pair.verificationKey instanceof Jwk jwk && jwk.verifies(PROBE, PROBE.length, signature)) {
                return pair;
            }
        } catch (RuntimeException e) {
            throw refused();
        }
        throw new InvalidJwkException("the private and the public part do not belong together");
    }

    private static InvalidJwkException refused() {
        return new InvalidJwkException("the private key was refused by " + CryptoProvider.description());
    }

    private static Map<String, Object> publicPart(JwkMembers members, KeyType type) {
        var json = new LinkedHashMap<>(members.json());
        json.keySet().removeAll(type.privateMembers());
        json.remove("key_ops"); // Says "sign" here; it was looked at already.
        return json;
    }

    private static Map<String, Object> canonical(JwkMembers members, VerificationKey key) {
        var json = new LinkedHashMap<String, Object>();
        KeyType type = key.algorithm().keyType();
        json.put("kty", type.kty());
        json.put("kid", key.keyId());
        json.put("use", "sig");
        json.put("alg", key.algorithm().joseName());
        for (String name : type.thumbprintMembers()) {
            json.putIfAbsent(name, members.json().get(name));
        }
        for (String name : type.privateMembers()) {
            json.putIfAbsent(name, members.json().get(name));
        }
        return Collections.unmodifiableMap(json);
    }

    private static Map<String, Object> generateMembers(Algorithm algorithm) throws GeneralSecurityException {
        if (!algorithm.isSymmetric()) {
            return KeyMaterial.of(algorithm, CryptoProvider.best()).generate();
        }
        KeyGenerator generator = KeyGenerator.getInstance(algorithm.jcaName());
        generator.init(algorithm.signatureLength() * 8);
        return Map.of("k", Base64Url.encode(generator.generateKey().getEncoded()));
    }

    private static Signature ready(Algorithm algorithm, PrivateKey key, CryptoProvider provider) {
        try {
            Signature signature = provider.signature(algorithm);
            signature.initSign(key);
            return signature;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign " + algorithm.joseName(), e);
        }
    }
}
