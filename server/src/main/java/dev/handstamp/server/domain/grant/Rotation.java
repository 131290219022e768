package dev.handstamp.server.domain.grant;

/// The outcome of presenting a refresh token.
public sealed interface Rotation {

    /// First use: `successor` is to be stored and `spending` to be recorded on its predecessor.
    record Rotated(RefreshToken successor, RefreshToken.Spending spending) implements Rotation {}

    /// Good, and good again the next time.
    record Kept(GrantId grant) implements Rotation {}

    /// The same caller's repeat within the window: answered with the same successor.
    record Repeated(GrantId grant, String sealedSuccessor) implements Rotation {}

    /// A spent token from elsewhere or too late: theft, so the grant is revoked (RFC 9700 §4.14.2).
    record Reused(GrantId grant) implements Rotation {}

    /// Whoever presents it does not hold the key or certificate that it is bound to.
    record WrongHolder(GrantId grant) implements Rotation {}

    record Expired(GrantId grant) implements Rotation {}

    record ForeignClient(GrantId grant) implements Rotation {}

    /// The grant was revoked, its session ended, or its user was disabled.
    record Ended(GrantId grant) implements Rotation {}

    record Unknown() implements Rotation {}
}
