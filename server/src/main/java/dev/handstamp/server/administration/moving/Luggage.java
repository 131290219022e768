package dev.handstamp.server.administration.moving;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.passkey.CredentialId;
import dev.handstamp.server.domain.passkey.UserHandle;
import dev.handstamp.server.domain.session.TotpParameters;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// What a user brings along beside a name and a password.
///
/// @param userHandle what authenticators call the user
/// @param left       what another system has of the user and this one has no place for: in each case what, and what to
/// do about it
public record Luggage(
        Optional<Authenticator> authenticator,
        Optional<Codes> recoveryCodes,
        Optional<UserHandle> userHandle,
        List<Credential> passkeys,
        List<Allowed> consents,
        List<String> left) {

    /// An authenticator application.
    ///
    /// @param secret   base32
    /// @param lastStep of the last code that counted
    public record Authenticator(Secret secret, TotpParameters parameters, long lastStep, Optional<Instant> since) {}

    /// Recovery codes, of which there are only hashes.
    ///
    /// @param key what they are hashed with: 32 bytes, base64url
    public record Codes(Secret key, List<SecretHash> hashes) {

        public Codes {
            hashes = List.copyOf(hashes);
        }
    }

    /// A passkey (WebAuthn Level 3 §4, "Credential Record").
    ///
    /// @param relyingParty   what it is bound to; empty if nobody has written it down
    /// @param publicKey      COSE, base64url
    /// @param backupEligible empty if nobody has written it down
    public record Credential(
            Optional<String> relyingParty,
            CredentialId id,
            String publicKey,
            long signCount,
            Optional<Boolean> backupEligible,
            boolean backedUp,
            SortedSet<String> transports,
            String aaguid,
            Optional<String> name,
            Optional<Instant> createdAt,
            Optional<Instant> lastUsedAt,
            Optional<Instant> suspendedAt) {}

    /// What the user has allowed a client.
    ///
    /// @param audience empty: wherever the client may go
    public record Allowed(
            String client, Optional<Audience> audience, Collection<String> scopes, Optional<Instant> givenAt) {}

    public Luggage {
        passkeys = List.copyOf(passkeys);
        consents = List.copyOf(consents);
        left = List.copyOf(left);
    }

    /// Nothing but what stays behind.
    static Luggage leaving(List<String> left) {
        return new Luggage(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of(), left);
    }

    /// Leaves the secrets out.
    @Override
    public String toString() {
        return "Luggage[" + passkeys.size() + " passkeys]";
    }
}
