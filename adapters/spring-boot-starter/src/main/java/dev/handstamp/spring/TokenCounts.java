package dev.handstamp.spring;

import dev.handstamp.jwt.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// How many tokens were taken, and how many refused for which reason, since the application started.
final class TokenCounts {

    private final LongAdder accepted = new LongAdder();
    private final LongAdder refusedByApplication = new LongAdder();
    private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);

    TokenCounts() {
        for (Reason reason : Reason.values()) refused.put(reason, new LongAdder());
    }

    void accept() {
        accepted.increment();
    }

    void refuse(Reason reason) {
        LongAdder count = refused.get(reason);
        if (count != null) count.increment();
    }

    /// A validator of the application's own said no.
    void refuseByApplication() {
        refusedByApplication.increment();
    }

    long accepted() {
        return accepted.sum();
    }

    long refused(Reason reason) {
        LongAdder count = refused.get(reason);
        return count == null ? 0 : count.sum();
    }

    long refusedByApplication() {
        return refusedByApplication.sum();
    }
}
