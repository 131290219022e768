package dev.handstamp.server.protocol.revocation;

import dev.handstamp.server.domain.client.Audience;
import java.util.HashMap;
import java.util.Map;

/// How many feeds are open, and whether there is room for one more.
final class FeedPlaces {

    private final RevocationFeed.Limits limits;
    private final Map<Audience, Integer> taken = new HashMap<>();
    private int total;

    FeedPlaces(RevocationFeed.Limits limits) {
        this.limits = limits;
    }

    synchronized boolean take(Audience api) {
        int ofApi = taken.getOrDefault(api, 0);
        if (total >= limits.total() || ofApi >= limits.perApi()) return false;
        total++;
        taken.put(api, ofApi + 1);
        return true;
    }

    synchronized void leave(Audience api) {
        total--;
        taken.computeIfPresent(api, (_, count) -> count == 1 ? null : count - 1);
    }
}
