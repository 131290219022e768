package dev.handstamp.verifier;

import dev.handstamp.jwt.CryptoProvider;
import java.util.concurrent.atomic.AtomicBoolean;

/// Says, once for a process, that the JDK checks RSA and EC signatures because the faster provider is not there.
/// Ed25519 is as fast
/// without it.
final class ProviderNotice {

    private static final System.Logger LOG = System.getLogger(TokenVerifier.class.getName());
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private ProviderNotice() {}

    /// Called when a signature was found right, for then the provider is known and nobody waits for it.
    static void sayOnce() {
        if (SAID.get() || !SAID.compareAndSet(false, true)) return;
        String found = CryptoProvider.description();
        if (found.startsWith("ACCP")) return;
        LOG.log(
                System.Logger.Level.INFO,
                "RSA and EC signatures are checked by {0}: just as strictly, but slower than by the Amazon Corretto Crypto"
                        + " Provider (ACCP)",
                found);
    }
}
