package dev.handstamp.jwt;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The members of a JSON Web Key while it is read (RFC 7517 §4): typed getters that name what is wrong.
record JwkMembers(Map<String, Object> json) {

    private static final int MAXIMUM_KEY_ID_LENGTH = 512;

    KeyType keyType() throws InvalidJwkException {
        return KeyType.named(text("kty")).orElseThrow(() -> InvalidJwkException.unknownKind("unknown kty"));
    }

    /// The one algorithm of this key: its `alg`, or the only one that its type allows. RFC 8725 §3.1
    Algorithm algorithm(KeyType type) throws InvalidJwkException {
        Optional<String> alg = optionalText("alg");
        if (type == KeyType.EC || type == KeyType.OKP) {
            Algorithm algorithm = byCurve(type, text("crv"));
            if (alg.isPresent() && !algorithm.isNamed(alg.get())) {
                throw new InvalidJwkException("alg does not fit crv");
            }
            return algorithm;
        }
        if (alg.isEmpty() && type == KeyType.RSA) {
            return Algorithm.RS256;
        }
        if (alg.isEmpty()) {
            throw new InvalidJwkException("alg is missing");
        }
        Algorithm algorithm =
                Algorithm.named(alg.get()).orElseThrow(() -> InvalidJwkException.unknownKind("unknown alg"));
        if (algorithm.keyType() != type) {
            throw new InvalidJwkException("alg does not fit kty");
        }
        return algorithm;
    }

    /// `kid`, or the thumbprint when the key has none.
    String keyId() throws InvalidJwkException {
        Optional<String> kid = optionalText("kid");
        if (kid.isEmpty()) {
            return Thumbprint.of(json);
        }
        if (kid.get().isEmpty() || kid.get().length() > MAXIMUM_KEY_ID_LENGTH) {
            throw new InvalidJwkException("kid is empty or longer than " + MAXIMUM_KEY_ID_LENGTH);
        }
        return kid.get();
    }

    /// Refuses a key that is meant for something else (RFC 7517 §4.2, §4.3).
    void requireUse(String operation) throws InvalidJwkException {
        Optional<String> use = optionalText("use");
        if (use.isPresent() && !use.get().equals("sig")) {
            throw InvalidJwkException.unknownKind("use is not sig");
        }
        Object operations = json.get("key_ops");
        if (operations == null) {
            return;
        }
        if (!(operations instanceof List<?> list)) {
            throw new InvalidJwkException("key_ops is not a list");
        }
        if (!list.contains(operation)) {
            throw InvalidJwkException.unknownKind("key_ops is without " + operation);
        }
    }

    boolean has(String name) {
        return json.containsKey(name);
    }

    String text(String name) throws InvalidJwkException {
        return optionalText(name).orElseThrow(() -> new InvalidJwkException(name + " is missing"));
    }

    Optional<String> optionalText(String name) throws InvalidJwkException {
        Object value = json.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw new InvalidJwkException(name + " is not text");
    }

    byte[] bytes(String name) throws InvalidJwkException {
        byte[] bytes = Base64Url.decode(text(name));
        if (bytes == null) {
            throw new InvalidJwkException(name + " is not base64url");
        }
        return bytes;
    }

    byte[] bytes(String name, int length) throws InvalidJwkException {
        byte[] bytes = bytes(name);
        if (bytes.length != length) {
            throw new InvalidJwkException(name + " must have " + length + " bytes");
        }
        return bytes;
    }

    /// A Base64urlUInt in the fewest octets (RFC 7518 §2), so that a key has one spelling and one thumbprint.
    BigInteger integer(String name, int maximumBytes) throws InvalidJwkException {
        byte[] bytes = bytes(name);
        if (bytes.length == 0 || bytes.length > maximumBytes) {
            throw new InvalidJwkException(name + " is empty or longer than " + maximumBytes + " bytes");
        }
        if (bytes[0] == 0) {
            throw new InvalidJwkException(name + " has a leading zero");
        }
        return new BigInteger(1, bytes);
    }

    private static Algorithm byCurve(KeyType type, String curve) throws InvalidJwkException {
        for (Algorithm algorithm : Algorithm.values()) {
            if (algorithm.keyType() == type && curve.equals(algorithm.curve())) {
                return algorithm;
            }
        }
        throw InvalidJwkException.unknownKind("unknown crv");
    }
}
