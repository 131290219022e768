package dev.handstamp.server.protocol.revocation;

import dev.handstamp.server.domain.revocation.Revocation;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that an API has to know at a position, in parts that are signed when the first reader needs them and shared by
/// all others: a thousand readers that return at once cost one snapshot.
///
/// Under want of memory parts are forgotten and signed again.
final class FeedSnapshot {

    private final long position;
    private final long madeAt = System.nanoTime();
    private final List<Revocation> entries;
    private final List<SoftReference<byte[]>> parts = new ArrayList<>();

    FeedSnapshot(long position, List<Revocation> entries) {
        this.position = position;
        this.entries = entries;
        for (int i = 0; i < parts(); i++) parts.add(new SoftReference<>(null));
    }

    /// Everything up to here is in it, and something of what came later may be.
    long position() {
        return position;
    }

    /// The [System#nanoTime()] of its making.
    long madeAt() {
        return madeAt;
    }

    int parts() {
        return Math.max(1, (entries.size() + FeedEvents.MOST_RULES - 1) / FeedEvents.MOST_RULES);
    }

    /// @param index from 0
    List<Revocation> entries(int index) {
        int start = index * FeedEvents.MOST_RULES;
        return entries.subList(start, Math.min(entries.size(), start + FeedEvents.MOST_RULES));
    }

    byte @Nullable [] signed(int index) {
        return parts.get(index).get();
    }

    void remember(int index, byte[] signed) {
        parts.set(index, new SoftReference<>(signed));
    }
}
