package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UsedOnceStore;
import java.time.Duration;
import java.time.Instant;

/// What passkeys sign: random, good for one browser, one purpose and five minutes, and once (WebAuthn Level 3 §13.4.3).
///
/// Nothing is kept of those that are given out: each says by itself what it is good for, under a key of the server's
/// (every login page asks for one). Only one that came back with a right signature is remembered, until it would have
/// expired.
final class PasskeyChallenges {

    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final String KEY = "passkey challenge";
    private static final int LONGEST = 256;
    private static final String DOT = ".";

    private final KeyEncryption encryption;
    private final Secrets secrets;
    private final UsedOnceStore used = new UsedOnceStore();

    PasskeyChallenges(KeyEncryption encryption, Secrets secrets) {
        this.encryption = encryption;
        this.secrets = secrets;
    }

    /// @param browser what the browser is known by
    /// @param purpose what a signature will be good for, and for whom
    String issue(Secret browser, String purpose, Instant now) {
        String start = secrets.oneTime().value() + DOT + now.plus(LIFETIME).getEpochSecond();
        return start + DOT + tag(start, browser, purpose);
    }

    /// Whether it was given out to this browser for this purpose, and has not expired.
    boolean isGood(String challenge, Secret browser, String purpose, Instant now) {
        if (challenge.length() > LONGEST) return false;
        int last = challenge.lastIndexOf(DOT);
        if (last < 0) return false;
        String start = challenge.substring(0, last);
        Secret right = new Secret(tag(start, browser, purpose));
        if (!right.hash().matches(new Secret(challenge.substring(last + 1)))) return false;
        long expiresAt = Long.parseLong(start.substring(start.indexOf(DOT) + 1));
        return now.getEpochSecond() < expiresAt;
    }

    /// Uses a good one up.
    ///
    /// @return false if it was used before
    boolean spend(Transaction tx, String challenge, Instant now) {
        return used.use(
                tx,
                new Secret(KEY + "\n" + challenge).hash(),
                now.plus(LIFETIME).plus(LIFETIME));
    }

    private String tag(String start, Secret browser, String purpose) {
        return encryption
                .hash(start + "\n" + browser.hash().value() + "\n" + purpose, KEY)
                .value();
    }
}
