package dev.handstamp.server.domain.key;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.client.Audience;
import java.time.Instant;
import java.util.Optional;

/// A signing key as the store knows it: its life, and its private part encrypted.
///
/// It is *next* from `createdAt` (published, not yet signing), *current* from `activatedAt`, *retired* from `retiredAt`
/// (published, no longer signing), and gone from `removedAt`, when its last token has expired. A key whose `removedAt`
/// equals
/// its `retiredAt` was withdrawn at once.
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

    /// What has begun stays begun, whatever a clock says: nodes whose clocks differ agree on which key signs. Only the
    /// end of
    /// a retired key is a matter of time, unless it was withdrawn at once.
    public State stateAt(Instant now) {
        if (removedAt.isPresent() && (removedAt.equals(retiredAt) || !now.isBefore(removedAt.get())))
            return State.REMOVED;
        if (retiredAt.isPresent()) return State.RETIRED;
        return activatedAt.isPresent() ? State.CURRENT : State.NEXT;
    }

    public KeySlot slot() {
        return new KeySlot(algorithm, api);
    }

    @Override
    public String toString() {
        return "SigningKey[" + keyId + ", " + algorithm.joseName() + "]";
    }
}
