package dev.handstamp.server.protocol.revocation;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.RevocationRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/// Where the log stands for the feed, and its newest entries, so that a reader that was away for a moment is told what
/// it missed without a look at everything. Touched by the feed's one thread only.
final class FeedLog {

    private static final int MOST_RECENT = 10_000;

    private final Deque<Revocation> recent = new ArrayDeque<>();
    private long position;
    private long recentSince;

    FeedLog(long position) {
        this.position = position;
        this.recentSince = position;
    }

    /// Everything up to here was told, to whom it concerns.
    long position() {
        return position;
    }

    void append(List<Revocation> entries, long newPosition) {
        for (Revocation entry : entries) {
            if (entry.position() > position) recent.add(entry);
        }
        position = newPosition;
        while (recent.size() > MOST_RECENT) recentSince = recent.remove().position();
    }

    void startAfresh(long newPosition) {
        recent.clear();
        position = newPosition;
        recentSince = newPosition;
    }

    /// What concerns an API behind a position, in order.
    List<Revocation> since(long known, Audience api, RevocationRules all) {
        if (known < recentSince) return all.since(known, api);
        List<Revocation> missed = new ArrayList<>();
        Iterator<Revocation> newestFirst = recent.descendingIterator();
        while (newestFirst.hasNext()) {
            Revocation entry = newestFirst.next();
            if (entry.position() <= known) break;
            if (entry.concerns(api)) missed.add(entry);
        }
        Collections.reverse(missed);
        return missed;
    }
}
