package dev.handstamp.server.store;

import dev.handstamp.server.domain.user.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How many codes of second factors were wrong, for each user and place.
public final class WrongCodeStore {

    /// A count is of so long, from its first failure on.
    public static final Duration SPAN = Duration.ofDays(1);

    // Every guess counts as a failure until it is known to be none: guesses side by side come one after the other.
    private static final String ADMIT = """
        INSERT INTO wrong_code (subject, place, failures, since, blocked_until) VALUES (?, ?, 1, ?, 0)
        ON CONFLICT (subject, place) DO UPDATE
           SET failures = CASE WHEN wrong_code.since <= ? THEN 1 ELSE wrong_code.failures + 1 END,
               since = CASE WHEN wrong_code.since <= ? THEN excluded.since ELSE wrong_code.since END
         WHERE wrong_code.blocked_until <= excluded.since
        RETURNING failures""";

    private static final String TAKE_BACK = """
        UPDATE wrong_code SET failures = failures - 1 WHERE subject = ? AND place = ?""";

    private static final String BLOCK = """
        UPDATE wrong_code SET blocked_until = ? WHERE subject = ? AND place = ?""";

    private static final String BLOCKED_UNTIL = """
        SELECT blocked_until FROM wrong_code WHERE subject = ? AND place = ?""";

    private static final String FORGIVE = """
        DELETE FROM wrong_code WHERE subject = ? AND place = ?""";

    private static final String FORGIVE_ALL = """
        DELETE FROM wrong_code WHERE subject = ?""";

    private static final String FORGET = """
        DELETE FROM wrong_code WHERE (subject, place) IN
            (SELECT subject, place FROM wrong_code WHERE since < ? ORDER BY since LIMIT ?)""";

    /// Lets a guess be looked at, and counts it as a failure; holds the count until the commit.
    ///
    /// @return how many there are with this one; empty if the place is blocked
    public Optional<Long> admit(Transaction tx, Subject subject, String place, Instant now) {
        Instant start = now.minus(SPAN);
        return tx.find(ADMIT, row -> row.number("failures"), subject.value(), place, now, start, start);
    }

    /// The guess that was admitted was no failure, or was not looked at.
    public void takeBack(Transaction tx, Subject subject, String place) {
        tx.execute(TAKE_BACK, subject.value(), place);
    }

    public void block(Transaction tx, Subject subject, String place, Instant until) {
        tx.execute(BLOCK, until, subject.value(), place);
    }

    public Optional<Instant> blockedUntil(Transaction tx, Subject subject, String place) {
        return tx.find(BLOCKED_UNTIL, row -> row.instant("blocked_until"), subject.value(), place);
    }

    /// Forgets the failures of one place: a code from there was right.
    public void forgive(Transaction tx, Subject subject, String place) {
        tx.execute(FORGIVE, subject.value(), place);
    }

    /// Forgets all of a user's.
    public void forgive(Transaction tx, Subject subject) {
        tx.execute(FORGIVE_ALL, subject.value());
    }

    /// Drops counts that began before an instant, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }
}
