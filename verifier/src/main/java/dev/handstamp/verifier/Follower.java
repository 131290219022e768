package dev.handstamp.verifier;

import org.jspecify.annotations.Nullable;

/// Follows the issuer's log event by event, and notices when one is missing. One thread takes, any number ask
/// [#known()].
final class Follower {

    /// How far the clocks of an issuer's nodes may differ: an event that is older than the newest one seen by more
    /// is a recording.
    static final long TOLERANCE_MILLIS = 120_000;

    private static final long NOWHERE = -1;

    /// A snapshot of which parts are still to come.
    private record Unfinished(RevokedSet set, long position, int parts, int taken) {}

    private volatile RevokedSet known = new RevokedSet();
    private volatile long position = NOWHERE;
    private long newest;
    private @Nullable Unfinished unfinished;

    /// What was taken back, as far as is known.
    RevokedSet known() {
        return known;
    }

    /// Where the log stood; negative before the first snapshot.
    long position() {
        return position;
    }

    /// Begins to read another stream: a snapshot that was broken off is not continued.
    void restart() {
        unfinished = null;
    }

    /// Takes the next event.
    ///
    /// @return whether everything up to its position is known now; not so in the middle of a snapshot
    /// @throws UnusableAnswerException if it does not continue where the last one ended
    boolean take(SecurityEvent event) throws UnusableAnswerException {
        if (event.sentAt() < newest - TOLERANCE_MILLIS) {
            throw new UnusableAnswerException("an event older than what was heard before: a recording");
        }
        boolean complete =
                event.content() instanceof SecurityEvent.Snapshot snapshot ? begin(event, snapshot) : follow(event);
        newest = Math.max(newest, event.sentAt());
        return complete;
    }

    /// Only by the thread that takes.
    void forget(long nowSecond) {
        known.forget(nowSecond);
    }

    private boolean follow(SecurityEvent event) throws UnusableAnswerException {
        if (unfinished != null) throw new UnusableAnswerException("a snapshot that broke off");
        if (position == NOWHERE) throw new UnusableAnswerException("an event before the first snapshot");
        if (event.previous() != position || event.position() < position) {
            throw new UnusableAnswerException("a gap: the feed continues from " + event.previous() + " to "
                    + event.position() + ", and " + position + " is known");
        }
        if (event.content() instanceof SecurityEvent.Revoked revoked) {
            for (Rule rule : revoked.rules()) known.add(rule);
        }
        position = event.position();
        return true;
    }

    private boolean begin(SecurityEvent event, SecurityEvent.Snapshot snapshot) throws UnusableAnswerException {
        Unfinished before = unfinished;
        boolean isFirst = snapshot.part() == 1;
        boolean isNext = before != null
                && before.parts == snapshot.parts()
                && before.position == event.position()
                && before.taken + 1 == snapshot.part();
        if (!isFirst && !isNext) throw new UnusableAnswerException("a part of a snapshot out of its turn");

        RevokedSet set = before == null || isFirst ? new RevokedSet() : before.set;
        for (Rule rule : snapshot.rules()) set.add(rule);
        if (snapshot.part() < snapshot.parts()) {
            unfinished = new Unfinished(set, event.position(), snapshot.parts(), snapshot.part());
            return false;
        }
        unfinished = null;
        known = set;
        position = event.position();
        return true;
    }
}
