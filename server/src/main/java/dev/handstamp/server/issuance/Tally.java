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

    /// Open feeds of revocations: counted up and down.
    public final LongAdder feeds = new LongAdder();

    public final LongAdder feedsRefused = new LongAdder();
    public final LongAdder feedsCut = new LongAdder();
    public final LongAdder feedSnapshots = new LongAdder();

    /// Signed events, each of them for all feeds of one API.
    public final LongAdder feedEventsSigned = new LongAdder();

    /// Events handed to feeds.
    public final LongAdder feedEventsSent = new LongAdder();
}
