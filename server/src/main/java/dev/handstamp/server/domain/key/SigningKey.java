package dev.handstamp.server.domain.key;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.client.Audience;
import java.time.Instant;
import java.util.Optional;

/// A signing key as the store knows it: its life, and its private part encrypted.
///
/// It is *next* from `createdAt` (published, not yet signing), *current* from `activatedAt`, *retired* from `retiredAt`
/// (published, no longer signing), and gone from `removedAt`, when its last token has expired.
///
/// @param keyId        the RFC 7638 thumbprint
/// @param api          the one API that shares a secret key (HS256); empty for a key pair
/// @param encryptedKey the private JWK under the master key
public record SigningKey(
        String keyId,
        Algorithm algorithm,
        Optional<Audience> api,
        String encryptedKey,
        Instant createdAt,
        Optional<Instant> activatedAt,
        Optional<Instant> retiredAt,
        Optional<Instant> removedAt) {

    /// Where a key stands in its life.
    public enum State {
        NEXT,
        CURRENT,
        RETIRED,
        REMOVED
    }

    public State stateAt(Instant now) {
        if (reached(removedAt, now)) return State.REMOVED;
        if (reached(retiredAt, now)) return State.RETIRED;
        if (reached(activatedAt, now)) return State.CURRENT;
        return State.NEXT;
    }

    private static boolean reached(Optional<Instant> instant, Instant now) {
        return instant.isPresent() && !now.isBefore(instant.get());
    }

    @Override
    public String toString() {
        return "SigningKey[" + keyId + ", " + algorithm.joseName() + "]";
    }
}
