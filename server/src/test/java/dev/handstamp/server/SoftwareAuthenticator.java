package dev.handstamp.server;

import dev.handstamp.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An authenticator and the browser around it (WebAuthn Level 3 §6), in software: makes one passkey with ES256 and
/// signs
/// with it. Every part of what it presents can be made wrong.
final class SoftwareAuthenticator {

    static final int PRESENT = 0x01;
    static final int VERIFIED = 0x04;
    static final int ELIGIBLE = 0x08;
    static final int BACKED_UP = 0x10;
    private static final int ATTESTED = 0x40;

    /// What the browser says; each may be a lie.
    String origin;
    String relyingParty;
    String typeOfNew = "webauthn.create";
    String typeOfUse = "webauthn.get";
    Object crossOrigin = false;
    String topOrigin = "";
    int flags = PRESENT | VERIFIED | ELIGIBLE | BACKED_UP;
    long counter;
    byte[] aaguid = new byte[16];
    byte[] credentialId = random(32);
    String userHandle = "";

    private final KeyPair keys;
    private final String algorithm;

    SoftwareAuthenticator(String origin, String relyingParty) {
        this(origin, relyingParty, "SHA256withECDSA");
    }

    /// @param algorithm `SHA256withECDSA`, `Ed25519` or `SHA256withRSA`
    SoftwareAuthenticator(String origin, String relyingParty, String algorithm) {
        this.origin = origin;
        this.relyingParty = relyingParty;
        this.algorithm = algorithm;
        try {
            this.keys = generator(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPairGenerator generator(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(
                switch (algorithm) {
                    case "Ed25519" -> "Ed25519";
                    case "SHA256withRSA" -> "RSA";
                    default -> "EC";
                });
        if (algorithm.equals("SHA256withECDSA")) generator.initialize(new ECGenParameterSpec("secp256r1"));
        if (algorithm.equals("SHA256withRSA")) generator.initialize(2048);
        return generator;
    }

    String id() {
        return encoded(credentialId);
    }

    /// Makes the passkey, as `navigator.credentials.create` would, and presents it in JSON.
    Map<String, Object> create(Map<String, Object> options) {
        if (options.get("user") instanceof Map<?, ?> user) userHandle = String.valueOf(user.get("id"));
        byte[] clientData = clientData(typeOfNew, String.valueOf(options.get("challenge")));
        return credential(Map.of(
                "clientDataJSON", encoded(clientData),
                "attestationObject", encoded(attestationObject()),
                "transports", List.of("internal", "hybrid")));
    }

    /// Signs, as `navigator.credentials.get` would, and presents it in JSON.
    Map<String, Object> get(Map<String, Object> options) {
        return get(String.valueOf(options.get("challenge")));
    }

    Map<String, Object> get(String challenge) {
        byte[] clientData = clientData(typeOfUse, challenge);
        byte[] data = authenticatorData(flags);
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("clientDataJSON", encoded(clientData));
        response.put("authenticatorData", encoded(data));
        response.put("signature", encoded(signed(data, sha256(clientData))));
        if (!userHandle.isEmpty()) response.put("userHandle", userHandle);
        return credential(response);
    }

    /// One bit of the signature is another.
    static Map<String, Object> spoiled(Map<String, Object> credential) {
        Map<String, Object> copy = new LinkedHashMap<>(credential);
        Map<String, Object> response = new LinkedHashMap<>();
        if (credential.get("response") instanceof Map<?, ?> known) {
            known.forEach((name, value) -> response.put(name.toString(), value));
        }
        byte[] signature =
                Base64.getUrlDecoder().decode(response.get("signature").toString());
        signature[signature.length - 1] ^= 1;
        response.put("signature", encoded(signature));
        copy.put("response", response);
        return copy;
    }

    private Map<String, Object> credential(Map<String, Object> response) {
        Map<String, Object> credential = new LinkedHashMap<>();
        credential.put("id", id());
        credential.put("type", "public-key");
        credential.put("response", response);
        return credential;
    }

    private byte[] clientData(String type, String challenge) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("type", type);
        said.put("challenge", challenge);
        said.put("origin", origin);
        said.put("crossOrigin", crossOrigin);
        if (!topOrigin.isEmpty()) said.put("topOrigin", topOrigin);
        return Json.write(said);
    }

    /// §6.1.
    private byte[] authenticatorData(int flags) {
        return ByteBuffer.allocate(37)
                .put(sha256(relyingParty.getBytes(StandardCharsets.UTF_8)))
                .put((byte) flags)
                .putInt((int) counter)
                .array();
    }

    /// §6.5.4, without an attestation: `{"fmt": "none", "attStmt": {}, "authData": …}` in CBOR.
    private byte[] attestationObject() {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(authenticatorData(flags | ATTESTED));
        data.writeBytes(aaguid);
        data.write(credentialId.length >> 8);
        data.write(credentialId.length);
        data.writeBytes(credentialId);
        data.writeBytes(publicKey());
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        object.write(0xa3);
        text(object, "fmt");
        text(object, "none");
        text(object, "attStmt");
        object.write(0xa0);
        text(object, "authData");
        bytes(object, data.toByteArray());
        return object.toByteArray();
    }

    /// RFC 9053 §7.1.1 and §7.2, RFC 8230 §4: key type, algorithm, and the numbers of the key.
    private byte[] publicKey() {
        ByteArrayOutputStream cose = new ByteArrayOutputStream();
        switch (keys.getPublic()) {
            case ECPublicKey key -> {
                cose.writeBytes(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21});
                bytes(cose, whole(key.getW().getAffineX().toByteArray(), 32));
                cose.write(0x22);
                bytes(cose, whole(key.getW().getAffineY().toByteArray(), 32));
            }
            case EdECPublicKey key -> {
                byte[] point = whole(key.getPoint().getY().toByteArray(), 32);
                for (int i = 0; i < 16; i++) {
                    byte swapped = point[i];
                    point[i] = point[31 - i];
                    point[31 - i] = swapped;
                }
                if (key.getPoint().isXOdd()) point[31] |= (byte) 0x80;
                cose.writeBytes(new byte[] {(byte) 0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21});
                bytes(cose, point);
            }
            case RSAPublicKey key -> {
                cose.writeBytes(new byte[] {(byte) 0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20});
                bytes(cose, whole(key.getModulus().toByteArray(), 256));
                cose.writeBytes(new byte[] {0x21, 0x43, 0x01, 0x00, 0x01});
            }
            default -> throw new AssertionError("no such key");
        }
        return cose.toByteArray();
    }

    private static byte[] whole(byte[] number, int size) {
        byte[] whole = new byte[size];
        int length = Math.min(number.length, size);
        System.arraycopy(number, number.length - length, whole, size - length, length);
        return whole;
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.write(0x60 + text.length());
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(ByteArrayOutputStream out, byte[] bytes) {
        if (bytes.length < 256) {
            out.write(0x58);
        } else {
            out.write(0x59);
            out.write(bytes.length >> 8);
        }
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private byte[] signed(byte[] data, byte[] hash) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(keys.getPrivate());
            signature.update(data);
            signature.update(hash);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(bytes, bytes.length));
    }
}
