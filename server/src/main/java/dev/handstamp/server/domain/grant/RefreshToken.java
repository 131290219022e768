package dev.handstamp.server.domain.grant;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.ClientId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// An opaque, one-time refresh token as the store knows it: by its hash (RFC 6749 §6, RFC 9700 §4.14.2).
///
/// Two tabs that refresh at the same moment must both go on. So the first use spends the token and keeps its successor,
/// sealed under a key that only the spent token yields; within a short window the same caller's repeat is answered with
/// that
/// same successor. Anything else that presents a spent token is theft.
///
/// @param client   the client it was issued to, by its grant
/// @param spending how it was spent; empty while it is good
public record RefreshToken(
        SecretHash hash,
        GrantId grant,
        ClientId client,
        Instant issuedAt,
        Instant expiresAt,
        Optional<Spending> spending) {

    /// The first use of a refresh token.
    ///
    /// @param successor       the hash of the token that was answered
    /// @param sealedSuccessor that token, encrypted under a key derived from the spent one
    /// @param caller          a hash of the client, address and user agent that spent it
    /// @param successorSpent  whether the successor was itself used: then its holder has it, and a
    ///                        repeat is no race
    public record Spending(
            Instant at, SecretHash successor, String sealedSuccessor, SecretHash caller, boolean successorSpent) {}

    /// A token not used yet, of the same grant, lifetime counted anew but never beyond the grant's end.
    public record Successor(SecretHash hash, String sealed, Instant expiresAt) {}

    /// What happens when this token is presented.
    ///
    /// @param presenter the authenticated client
    /// @param caller    a hash of the client, address and user agent presenting it now
    /// @param next      the successor to use if this is the first use
    /// @param window    how long the same caller's repeat gets the same successor
    public Rotation rotate(ClientId presenter, SecretHash caller, Successor next, Instant now, Duration window) {
        if (!client.equals(presenter)) return new Rotation.ForeignClient(grant);
        if (spending.isPresent()) return repeat(spending.get(), caller, now, window);
        if (!now.isBefore(expiresAt)) return new Rotation.Expired(grant);
        return new Rotation.Rotated(
                new RefreshToken(next.hash(), grant, client, now, next.expiresAt(), Optional.empty()),
                new Spending(now, next.hash(), next.sealed(), caller, false));
    }

    private Rotation repeat(Spending first, SecretHash caller, Instant now, Duration window) {
        boolean race = first.caller().equals(caller)
                && !first.successorSpent()
                && now.isBefore(first.at().plus(window));
        return race ? new Rotation.Repeated(grant, first.sealedSuccessor()) : new Rotation.Reused(grant);
    }
}
