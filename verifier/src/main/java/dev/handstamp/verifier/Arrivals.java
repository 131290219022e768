package dev.handstamp.verifier;

import java.time.Duration;

/// Tells how long the events of one connection can have been under way at most.
///
/// The first one repeats a nonce of ours, so it was sent after we had begun to connect: what it says of the sender's
/// clock was true then or later. By that every other event is measured, so a relay that holds events back makes them
/// look older than they are, and never newer.
final class Arrivals {

    private final long limit;
    private Deadline patience;
    private long quickest;

    /// @param limit       how late events may be; twice that long they may be later
    /// @param firstMillis what the first event says of the sender's clock
    /// @param begunAt     when we began to connect, by [System#nanoTime()]
    Arrivals(Duration limit, long firstMillis, long begunAt) {
        this.quickest = firstMillis * 1_000_000 - begunAt;
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
