package dev.handstamp.server.crypto;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.SigningKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Private keys at rest: AES-256-GCM under a key derived from the master key.
///
/// A key's identifier, algorithm and API are the associated data, so that a ciphertext moved to another row does not
/// open.
public final class KeyEncryption {

    private final Aes256Gcm cipher;
    private final String checkValue;
    private final byte[] shortCodes;
    private final PairwiseSubjects pairwiseSubjects;
    private final Secrets secrets;

    public KeyEncryption(MasterKey masterKey, Secrets secrets) {
        this.cipher = new Aes256Gcm(masterKey.derive("handstamp signing keys"));
        this.checkValue =
                Base64.getUrlEncoder().withoutPadding().encodeToString(masterKey.derive("handstamp check value"));
        this.shortCodes = masterKey.derive("handstamp short codes");
        this.pairwiseSubjects = new PairwiseSubjects(masterKey.derive("handstamp pairwise subjects"));
        this.secrets = secrets;
    }

    /// What users are called in each sector, under a key of its own.
    public PairwiseSubjects pairwiseSubjects() {
        return pairwiseSubjects;
    }

    /// What is stored to know this master key again. It opens nothing.
    public String checkValue() {
        return checkValue;
    }

    public boolean isRightFor(String storedCheckValue) {
        byte[] stored = storedCheckValue.getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(stored, checkValue.getBytes(StandardCharsets.UTF_8));
    }

    /// A key that is next: published from now on, not yet signing.
    ///
    /// @param api the one API that shares a secret key, empty for a key pair
    SigningKey encrypt(PrivateJwk key, Optional<Audience> api, Instant now) {
        byte[] plain = Json.write(key.toJson());
        try {
            String encrypted = cipher.seal(plain, context(key.keyId(), key.algorithm(), api), secrets);
            return new SigningKey(
                    key.keyId(),
                    key.algorithm(),
                    api,
                    encrypted,
                    now,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /// The private key of a row.
    ///
    /// @throws DamagedKey if the row does not open under this master key or does not hold the key that it says
    public PrivateJwk decrypt(SigningKey key) {
        byte[] plain = cipher.open(key.encryptedKey(), context(key.keyId(), key.algorithm(), key.api()))
                .orElseThrow(() -> new DamagedKey(key));
        try {
            PrivateJwk opened = PrivateJwk.parse(Json.parseObject(plain));
            if (!opened.keyId().equals(key.keyId()) || opened.algorithm() != key.algorithm()) throw new DamagedKey(key);
            return opened;
        } catch (JsonException | InvalidJwkException e) {
            throw new DamagedKey(key);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /// A secret that has to be shown again later, encrypted for where it belongs.
    ///
    /// @param purpose what it is and whose: it opens only with the same words again
    public String seal(Secret secret, String purpose) {
        return cipher.seal(secret.value().getBytes(StandardCharsets.UTF_8), purpose, secrets);
    }

    /// Empty unless this text was sealed under this master key for this purpose.
    public Optional<Secret> open(String sealed, String purpose) {
        return cipher.open(sealed, purpose).map(plain -> new Secret(new String(plain, StandardCharsets.UTF_8)));
    }

    /// What is stored in place of a code that people type, which is too short for a plain digest: HMAC-SHA256 under a
    /// key of its own.
    ///
    /// @param purpose what the code is for
    public SecretHash hash(String code, String purpose) {
        return KeyedHash.of(shortCodes, purpose + "\n" + code);
    }

    private static String context(String keyId, Algorithm algorithm, Optional<Audience> api) {
        return "handstamp signing key\n" + keyId + "\n" + algorithm.joseName() + "\n"
                + api.map(Audience::value).orElse("");
    }
}
