package dev.handstamp.jwt;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A public key that checks signatures of exactly one algorithm.
///
/// Reading one refuses what must not be trusted: RSA below 2048 or above 4096 bits, points off their curve or of
/// small order, a `use` or `key_ops` for something else, private members, secrets.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7517#section-4">RFC 7517 §4</a>
public final class Jwk implements VerificationKey {

    private final String keyId;
    private final Algorithm algorithm;
    private final PublicKey publicKey;
    private final KeyMaterial material;
    private final int signatureLength;
    private final Map<String, Object> json;
    private final String thumbprint;
    private final SignatureCheck check;

    private Jwk(JwkMembers members, KeyMaterial material, PublicKey publicKey)
            throws InvalidJwkException, GeneralSecurityException {
        this.keyId = members.keyId();
        this.algorithm = members.algorithm(members.keyType());
        this.material = material;
        this.publicKey = publicKey;
        this.signatureLength = material.signatureLength(publicKey);
        this.json = canonical(members, keyId, algorithm);
        this.thumbprint = Thumbprint.of(json);
        this.check = material.signatureCheck(algorithm, publicKey);
    }

    /// Reads a public key.
    ///
    /// @param json the members of the key, as [dev.handstamp.json.Json] reads them; without `kid` its id is its
    ///     thumbprint
    /// @return the key, for its `alg` or the one that its type allows; an RSA key without `alg` is for RS256
    /// @throws InvalidJwkException if it is none, too weak, or meant for something else
    public static Jwk parse(Map<String, Object> json) throws InvalidJwkException {
        return parse(json, CryptoProvider.best());
    }

    static Jwk parse(Map<String, Object> json, CryptoProvider provider) throws InvalidJwkException {
        var members = new JwkMembers(json);
        KeyType type = members.keyType();
        if (type == KeyType.OCT) {
            throw new InvalidJwkException("a secret is not a public key");
        }
        for (String name : type.privateMembers()) {
            if (members.has(name)) {
                throw new InvalidJwkException("a public key holds the private member " + name);
            }
        }
        members.requireUse("verify");
        return checked(members, KeyMaterial::publicKey, provider);
    }

    /// The public part of a pair whose private part is known: what that proves is not tested again.
    ///
    /// @param pair all members of the pair
    static Jwk ofPair(Map<String, Object> publicPart, JwkMembers pair, CryptoProvider provider)
            throws InvalidJwkException {
        return checked(new JwkMembers(publicPart), (material, own) -> material.publicKeyOfPair(pair), provider);
    }

    private interface Reading {
        PublicKey publicKey(KeyMaterial material, JwkMembers members)
                throws InvalidJwkException, GeneralSecurityException;
    }

    private static Jwk checked(JwkMembers members, Reading reading, CryptoProvider provider)
            throws InvalidJwkException {
        Algorithm algorithm = members.algorithm(members.keyType());
        try {
            KeyMaterial material = KeyMaterial.of(algorithm, provider);
            return new Jwk(members, material, reading.publicKey(material, members));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new InvalidJwkException("the key was refused by " + CryptoProvider.description());
        }
    }

    @Override
    public String keyId() {
        return keyId;
    }

    @Override
    public Algorithm algorithm() {
        return algorithm;
    }

    /// {@return the key as the JCA has it}
    public PublicKey publicKey() {
        return publicKey;
    }

    /// {@return the SHA-256 thumbprint (RFC 7638), 43 characters, which names the key whatever its `kid` is}
    public String thumbprint() {
        return thumbprint;
    }

    /// {@return the members that matter: those of the key itself, `kid`, `use` and `alg`}
    public Map<String, Object> toJson() {
        return json;
    }

    @Override
    public String toString() {
        return "Jwk[" + keyId + ", " + algorithm.joseName() + "]";
    }

    /// Checks a signature over the first `dataLength` bytes of `data`.
    boolean verifies(byte[] data, int dataLength, byte[] signature) {
        return signature.length == signatureLength
                && material.isPlausible(signature)
                && check.isGood(data, dataLength, signature);
    }

    private static Map<String, Object> canonical(JwkMembers members, String keyId, Algorithm algorithm)
            throws InvalidJwkException {
        var json = new LinkedHashMap<String, Object>();
        json.put("kty", algorithm.keyType().kty());
        json.put("kid", keyId);
        json.put("use", "sig");
        json.put("alg", algorithm.joseName());
        for (String name : algorithm.keyType().thumbprintMembers()) {
            json.putIfAbsent(name, members.json().get(name));
        }
        return Collections.unmodifiableMap(json);
    }
}
