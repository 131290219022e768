package dev.handstamp.verifier;

import dev.handstamp.jwt.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Remembers proofs of possession for as long as they could be used again (RFC 9449 §11.1).
///
/// What it holds is bounded: in all, and for each key, so that the holder of one key cannot crowd out the others.
/// What cannot be remembered is not accepted. Two generations take turns: an entry stays for at least one lifetime
/// and at most two.
final class SeenProofs {

    enum Answer {
        NEW,
        SEEN,
        TOO_MANY
    }

    private final Duration lifetime;
    private final int maximum;
    private final int maximumPerKey;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private Generation current = new Generation(Instant.MIN);
    private Generation former = new Generation(Instant.MIN);

    SeenProofs(Duration lifetime, int maximum, int maximumPerKey) {
        this.lifetime = lifetime;
        this.maximum = maximum;
        this.maximumPerKey = maximumPerKey;
    }

    /// Remembers a proof, unless it was seen before.
    Answer note(String thumbprint, String jwtId, Instant now) {
        Fingerprint proof = Fingerprint.of(thumbprint + ' ' + jwtId);
        lock.lock();
        try {
            takeTurns(now);
            if (current.proofs.contains(proof) || former.proofs.contains(proof)) return Answer.SEEN;
            boolean isFull = size() >= maximum || count(thumbprint) >= maximumPerKey;
            if (isFull) return Answer.TOO_MANY;
            current.proofs.add(proof);
            current.byKey.merge(thumbprint, 1, Integer::sum);
            return Answer.NEW;
        } finally {
            lock.unlock();
        }
    }

    private void takeTurns(Instant now) {
        // A second more, because the time of a proof is cut to whole seconds.
        if (now.isBefore(current.since.plus(lifetime).plusSeconds(1))) return;
        former = current;
        current = new Generation(now);
    }

    private int size() {
        return current.proofs.size() + former.proofs.size();
    }

    private int count(String thumbprint) {
        return current.byKey.getOrDefault(thumbprint, 0) + former.byKey.getOrDefault(thumbprint, 0);
    }

    private static final class Generation {
        private final Instant since;
        private final Set<Fingerprint> proofs = new HashSet<>();
        private final Map<String, Integer> byKey = new HashMap<>();

        Generation(Instant since) {
            this.since = since;
        }
    }

    /// 128 bits of a SHA-256 stand for the text.
    private record Fingerprint(long first, long second) {

        static Fingerprint of(String text) {
            ByteBuffer digest = ByteBuffer.wrap(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
            return new Fingerprint(digest.getLong(), digest.getLong());
        }
    }
}
