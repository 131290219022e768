package dev.handstamp.verifier;

/// Tells how long the events of one connection have been under way, by comparing them with the quickest of them.
///
/// A relay that holds events back shows in this: they come as regularly as before, but what they say grows older.
final class Arrivals {

    private long quickest = Long.MIN_VALUE;

    /// When an event that has just arrived was sent, by our own [System#nanoTime()].
    long sentAt(long senderMillis, long nanoTimeNow) {
        long offset = senderMillis * 1_000_000 - nanoTimeNow;
        quickest = Math.max(quickest, offset);
        return senderMillis * 1_000_000 - quickest;
    }
}
