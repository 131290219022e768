package dev.handstamp.bench.verify;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.handstamp.jwt.CryptoProvider;

/// Which provider of cryptography a process measures. "jdk" needs a class path without ACCP, for
/// the verifier uses it wherever it finds it; "accp" makes it the first provider of the process, as
/// its README says, for the peers; "ships" leaves it to the verifier, while the peers have what they come with.
final class Providers {

    private Providers() {}

    static void use(String provider) {
        boolean accp = !provider.equals("jdk");
        if (CryptoProvider.description().startsWith("ACCP") != accp) {
            throw new IllegalStateException("asked for " + provider + ", found " + CryptoProvider.description());
        }
        if (provider.equals("accp")) AmazonCorrettoCryptoProvider.install();
    }
}
