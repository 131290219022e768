package dev.handstamp.server.domain.grant;

/// The outcome of presenting an authorization code.
public sealed interface Redemption {

    /// Good, and first, unless somebody is faster.
    record Redeemed() implements Redemption {}

    /// It was redeemed before: what it gave is taken back (RFC 6749 §4.1.2).
    record Reused() implements Redemption {}

    record Expired() implements Redemption {}

    record ForeignClient() implements Redemption {}

    record WrongRedirectUri() implements Redemption {}

    record WrongVerifier() implements Redemption {}

    /// The client had announced another key, or shows none now (RFC 9449 §10).
    record WrongKey() implements Redemption {}

    /// The grant was revoked, its session ended, or its user was disabled.
    record Ended() implements Redemption {}
}
