package dev.handstamp.server.issuance;

/// What a device is told when it polls (RFC 8628 §3.5).
public sealed interface DeviceOutcome {

    record Connected(Tokens tokens) implements DeviceOutcome {}

    /// The user has not decided yet.
    record Pending() implements DeviceOutcome {}

    /// It asks too often: from here on it has to wait longer.
    record TooFast() implements DeviceOutcome {}

    record Denied() implements DeviceOutcome {}

    record Expired() implements DeviceOutcome {}

    /// Spent, unknown, another client's, or its grant has ended: nobody is told which.
    record NotGood() implements DeviceOutcome {}

    /// Another API was named than the grant is for. The code was not spent.
    record TargetRefused() implements DeviceOutcome {}
}
