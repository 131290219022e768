package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.Secret;
import java.nio.charset.StandardCharsets;

/// Keeps a refresh token's successor readable for whoever still holds the spent token, and for nobody else.
///
/// The key is derived from the spent token, of which the store has only a hash: the database alone reveals nothing.
public final class SuccessorSeal {

    private static final String PURPOSE = "handstamp refresh token successor";

    private final Secrets secrets;

    public SuccessorSeal(Secrets secrets) {
        this.secrets = secrets;
    }

    public String seal(Secret presented, Secret successor) {
        byte[] plain = successor.value().getBytes(StandardCharsets.UTF_8);
        return cipher(presented).seal(plain, PURPOSE, secrets);
    }

    /// The successor that was sealed under this token.
    ///
    /// @throws IllegalStateException if the text was not sealed under this token: the row is damaged
    public Secret open(Secret presented, String sealed) {
        byte[] plain = cipher(presented)
                .open(sealed, PURPOSE)
                .orElseThrow(() -> new IllegalStateException("a sealed successor does not open with its predecessor"));
        return new Secret(new String(plain, StandardCharsets.UTF_8));
    }

    private static Aes256Gcm cipher(Secret presented) {
        return new Aes256Gcm(Hkdf.derive(presented.value().getBytes(StandardCharsets.UTF_8), PURPOSE));
    }
}
