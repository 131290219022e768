package dev.handstamp.server.issuance;

/// What became of a token exchange.
public sealed interface ExchangeOutcome {

    record Exchanged(IssuedToken token) implements ExchangeOutcome {}

    /// It is no access token of ours, has expired, was taken back, or speaks for no user.
    record SubjectNotGood() implements ExchangeOutcome {}

    /// It is not good, or this client was never given it.
    record ActorNotGood() implements ExchangeOutcome {}

    /// It is signed with a secret that its API knows, so that the API can have made it for anybody.
    ///
    /// @param parameter in which the token came
    record OfSharedSecret(String parameter) implements ExchangeOutcome {}

    /// The subject token says who may act for its user, and that is somebody else (RFC 8693 §4.4).
    record ActorNotAllowed() implements ExchangeOutcome {}

    /// No rule lets this client exchange such a token for that API.
    record TargetRefused() implements ExchangeOutcome {}

    /// More was asked for than the exchanged token, the user, the client and the rule have in common.
    record ScopeRefused() implements ExchangeOutcome {}

    /// Too many have acted one for the other.
    record TooManyActors() implements ExchangeOutcome {}
}
