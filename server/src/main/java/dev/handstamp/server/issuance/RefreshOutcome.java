package dev.handstamp.server.issuance;

/// What became of a refresh.
public sealed interface RefreshOutcome {

    record Refreshed(Earned earned) implements RefreshOutcome {}

    /// Spent, expired, unknown, another client's, or its grant has ended: nobody is told which (RFC 6749 §5.2).
    record NotGood() implements RefreshOutcome {}

    /// More was asked for than was granted, or nothing of it is left. The token was not spent.
    record ScopeRefused() implements RefreshOutcome {}

    /// Another API was named than the grant is for. The token was not spent.
    record TargetRefused() implements RefreshOutcome {}
}
