package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.key.SigningKey;

/// A stored signing key cannot be opened: it was written under another master key, or its row was changed from outside.
public final class DamagedKey extends RuntimeException {

    DamagedKey(SigningKey key) {
        super("the stored signing key " + key.keyId()
                + " cannot be opened with this master key, or its row was changed");
    }
}
