package dev.handstamp.verifier;

import java.time.Duration;

/// Tells how long the events of one connection have been under way, by comparing them with the quickest of them.
///
/// A relay that holds events back shows in this: they come as regularly as before, but what they say grows older.
final class Arrivals {

    private final long limit;
    private Deadline patience;
    private long quickest = Long.MIN_VALUE;

    /// @param limit how late events may be; twice that long they may be later
    Arrivals(Duration limit) {
        this.limit = limit.toNanos();
        this.patience = Deadline.in(limit.multipliedBy(2));
    }

    /// When an event that has just arrived was sent, by our own [System#nanoTime()].
    ///
    /// @throws UnusableAnswerException if events have been late for too long
    long sentAt(long senderMillis, long nanoTimeNow) throws UnusableAnswerException {
        long offset = senderMillis * 1_000_000 - nanoTimeNow;
        quickest = Math.max(quickest, offset);
        long late = quickest - offset;
        if (late <= limit) {
            excuse();
        } else if (patience.isOver()) {
            throw new UnusableAnswerException("events arrive " + Duration.ofNanos(late) + " late");
        }
        return nanoTimeNow - late;
    }

    /// What comes next may be late with good reason: there was much to send before it.
    void excuse() {
        patience = Deadline.in(Duration.ofNanos(2 * limit));
    }
}
