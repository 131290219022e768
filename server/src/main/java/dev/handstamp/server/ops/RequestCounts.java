package dev.handstamp.server.ops;

import dev.handstamp.server.http.RequestObserved;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Counts answered requests by method, route and status, all three of which have few values.
public final class RequestCounts implements Consumer<RequestObserved> {

    /// What is counted apart.
    record Kind(String method, String route, int status) {}

    /// How many, and how long they took together.
    record Count(LongAdder requests, LongAdder nanoseconds) {}

    private final ConcurrentMap<Kind, Count> counts = new ConcurrentHashMap<>();

    @Override
    public void accept(RequestObserved request) {
        Kind kind = new Kind(request.method(), request.route(), request.status());
        Count count = counts.get(kind);
        if (count == null) count = counts.computeIfAbsent(kind, _ -> new Count(new LongAdder(), new LongAdder()));
        count.requests.increment();
        count.nanoseconds.add(request.nanoseconds());
    }

    ConcurrentMap<Kind, Count> all() {
        return counts;
    }
}
