package dev.handstamp.server.administration;

import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.domain.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/// What the users of a file have claimed so far, each claim a text, in about ten bytes for each.
///
/// Only a part of each claim's digest is kept. That two of ten million claims share it happens in one of some
/// hundred thousand files; then a user is refused who need not be, and is told so. Nobody can bring it about: the
/// digests are made with a secret of this run.
final class Claims {

    private final Secret salt;
    private final Part[] before = new Part[256];
    private final Set<String> pending = new HashSet<>();

    /// @param salt known to nobody
    Claims(Secret salt) {
        this.salt = salt;
        for (int i = 0; i < before.length; i++) before[i] = new Part();
    }

    /// Begins a batch, or begins it again.
    void begin() {
        pending.clear();
    }

    boolean has(String claim) {
        if (pending.contains(claim)) return true;
        long digest = digest(claim);
        return part(digest).has(digest);
    }

    void add(String claim) {
        pending.add(claim);
    }

    /// The batch does not begin again: what it claimed is kept.
    void settle() {
        for (String claim : pending) {
            long digest = digest(claim);
            part(digest).add(digest);
        }
        pending.clear();
    }

    private Part part(long digest) {
        return before[(int) (digest >>> 56)];
    }

    private long digest(String claim) {
        byte[] text = (salt.value() + ' ' + claim).getBytes(StandardCharsets.UTF_8);
        long digest = ByteBuffer.wrap(Sha256.of(text)).getLong();
        return digest == Part.EMPTY ? 1 : digest;
    }

    /// Digests with the same beginning. In parts, so that growing needs little room beside what is there.
    private static final class Part {

        private static final long EMPTY = 0;

        private long[] slots = new long[16];
        private int filled;

        boolean has(long digest) {
            return slots[place(digest)] == digest;
        }

        void add(long digest) {
            int place = place(digest);
            if (slots[place] == digest) return;
            slots[place] = digest;
            filled++;
            if (filled > slots.length / 5 * 4) grow();
        }

        /// Where it is, or would be.
        private int place(long digest) {
            int place = (int) Long.remainderUnsigned(digest, slots.length);
            while (slots[place] != EMPTY && slots[place] != digest) place = (place + 1) % slots.length;
            return place;
        }

        /// By a quarter only: all parts grow at about the same time.
        private void grow() {
            long[] old = slots;
            slots = new long[old.length + old.length / 4];
            for (long digest : old) {
                if (digest != EMPTY) slots[place(digest)] = digest;
            }
        }
    }
}
