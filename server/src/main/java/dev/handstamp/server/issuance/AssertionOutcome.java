package dev.handstamp.server.issuance;

/// What became of an assertion.
public sealed interface AssertionOutcome {

    record Issued(IssuedToken token) implements AssertionOutcome {}

    /// Nobody trusted has signed it, it is not for this server or this client, it has expired or was used, or it speaks
    /// of no user that it may speak of: the sender is not told which (RFC 7523 §3.1); the audit trail is.
    record NotGood() implements AssertionOutcome {}

    record TargetRefused() implements AssertionOutcome {}

    record ScopeRefused() implements AssertionOutcome {}
}
