package dev.handstamp.server.crypto;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.SigningKey;
import java.time.Instant;
import java.util.Optional;

/// Makes signing keys, encrypted from the start. An RSA key takes a tenth of a second or more: never inside a
/// transaction.
public final class NewKeys {

    private final KeyEncryption encryption;

    public NewKeys(KeyEncryption encryption) {
        this.encryption = encryption;
    }

    /// A key that is next from `now` on.
    ///
    /// @param api the API to share it with if the algorithm is symmetric; does not matter otherwise
    public SigningKey generate(Algorithm algorithm, Optional<Audience> api, Instant now) {
        if (algorithm.isSymmetric() && api.isEmpty())
            throw new IllegalArgumentException("a shared secret needs its API");
        return encryption.encrypt(
                PrivateJwk.generate(algorithm), algorithm.isSymmetric() ? api : Optional.empty(), now);
    }
}
