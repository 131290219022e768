package dev.handstamp.server.issuance;

import java.util.concurrent.atomic.LongAdder;

/// Counts what was issued, refused and taken back since the start, for whoever shows such figures.
public final class Tally {

    public final LongAdder loginsSucceeded = new LongAdder();
    public final LongAdder loginsFailed = new LongAdder();
    public final LongAdder loginsThrottled = new LongAdder();
    public final LongAdder loginsTurnedAway = new LongAdder();
    public final LongAdder tokensIssued = new LongAdder();
    public final LongAdder refreshes = new LongAdder();
    public final LongAdder refreshesRefused = new LongAdder();
    public final LongAdder refreshTokensReused = new LongAdder();
    public final LongAdder introspections = new LongAdder();
}
