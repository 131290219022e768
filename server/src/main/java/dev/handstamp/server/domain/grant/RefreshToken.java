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
/// @param bound    what its presenter has to hold; nothing for a client that authenticates (RFC 9449 §5, RFC 8705 §4)
public record RefreshToken(
        SecretHash hash,
        GrantId grant,
        ClientId client,
        Instant issuedAt,
        Instant expiresAt,
        Optional<Spending> spending,
        Confirmation bound) {

    /// One that is bound to nothing but its client.
    public RefreshToken(
            SecretHash hash,
            GrantId grant,
            ClientId client,
            Instant issuedAt,
            Instant expiresAt,
            Optional<Spending> spending) {
        this(hash, grant, client, issuedAt, expiresAt, spending, Confirmation.NONE);
    }

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
    ///
    /// @param bound what its presenter has to hold
    public record Successor(SecretHash hash, String sealed, Instant expiresAt, Confirmation bound) {}

    /// Who presents it.
    ///
    /// @param client the authenticated client
    /// @param held   what it has shown to hold
    /// @param caller a hash of the client, address, user agent and of what is held
    public record Presenter(ClientId client, Confirmation held, SecretHash caller) {}

    /// What happens when this token is presented.
    ///
    /// Whoever does not hold what it is bound to changes nothing: a stolen token is of no use, and of no harm.
    ///
    /// @param next      the successor to use if this is the first use
    /// @param window    how long the same caller's repeat gets the same successor
    public Rotation rotate(Presenter presenter, Successor next, Instant now, Duration window) {
        if (!client.equals(presenter.client())) return new Rotation.ForeignClient(grant);
        if (!presenter.held().covers(bound)) return new Rotation.WrongHolder(grant);
        if (spending.isPresent()) return repeat(spending.get(), presenter.caller(), now, window);
        if (!now.isBefore(expiresAt)) return new Rotation.Expired(grant);
        return new Rotation.Rotated(
                new RefreshToken(next.hash(), grant, client, now, next.expiresAt(), Optional.empty(), next.bound()),
                new Spending(now, next.hash(), next.sealed(), presenter.caller(), false));
    }

    /// What happens when a client presents it that keeps its refresh tokens: its authentication and its proof protect
    /// them in place of rotation (FAPI 2.0 §5.3.2.1).
    public Rotation keep(Presenter presenter, Instant now) {
        if (!client.equals(presenter.client())) return new Rotation.ForeignClient(grant);
        if (!presenter.held().covers(bound)) return new Rotation.WrongHolder(grant);
        if (spending.isPresent()) return new Rotation.Reused(grant);
        return now.isBefore(expiresAt) ? new Rotation.Kept(grant) : new Rotation.Expired(grant);
    }

    private Rotation repeat(Spending first, SecretHash caller, Instant now, Duration window) {
        boolean race = first.caller().equals(caller)
                && !first.successorSpent()
                && now.isBefore(first.at().plus(window));
        return race ? new Rotation.Repeated(grant, first.sealedSuccessor()) : new Rotation.Reused(grant);
    }
}
