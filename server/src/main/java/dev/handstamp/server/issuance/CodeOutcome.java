package dev.handstamp.server.issuance;

/// What became of an authorization code.
public sealed interface CodeOutcome {

    record Granted(Tokens tokens) implements CodeOutcome {}

    /// Spent, expired, unknown, another client's, without its proof, or its grant has ended: nobody is told which
    /// (RFC 6749 §5.2).
    record NotGood() implements CodeOutcome {}

    /// Another API was named than the grant is for. The code was not spent.
    record TargetRefused() implements CodeOutcome {}
}
