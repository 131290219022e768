package dev.handstamp.server.domain.grant;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.session.SessionId;
import java.time.Instant;
import java.util.Optional;

/// A one-time code as the store knows it: by its hash (RFC 6749 §4.1.2). It tells how its grant came to be, and is kept
/// as
/// long.
///
/// @param client          by its grant
/// @param redirectUriSent whether the address must be named again (RFC 6749 §4.1.3)
/// @param dpopKey         the thumbprint of the key that has to be shown with it (RFC 9449 §10)
/// @param session         the browser's, which may not be its grant's
/// @param authenticatedAt when the user had signed in
public record AuthorizationCode(
        SecretHash hash,
        GrantId grant,
        ClientId client,
        RedirectUri redirectUri,
        boolean redirectUriSent,
        Optional<CodeChallenge> challenge,
        Optional<String> dpopKey,
        SessionId session,
        Instant authenticatedAt,
        Optional<String> nonce,
        ClaimsRequest claims,
        Instant issuedAt,
        Instant expiresAt,
        Optional<Instant> spentAt) {

    /// What is presented with a code.
    public record Presentation(
            ClientId client, Optional<String> redirectUri, Optional<String> verifier, Confirmation held) {

        /// Leaves the verifier out.
        @Override
        public String toString() {
            return "Presentation[" + client + "]";
        }
    }

    /// What presenting it comes to. One that is refused is not spent: whoever found it cannot take it from its client.
    public Redemption redeem(Presentation presented, Instant now) {
        if (!client.equals(presented.client())) return new Redemption.ForeignClient();
        if (spentAt.isPresent()) return new Redemption.Reused();
        if (!now.isBefore(expiresAt)) return new Redemption.Expired();
        if (!isSentTo(presented.redirectUri())) return new Redemption.WrongRedirectUri();
        if (dpopKey.isPresent() && !dpopKey.equals(presented.held().key())) return new Redemption.WrongKey();
        return isProvedBy(presented.verifier()) ? new Redemption.Redeemed() : new Redemption.WrongVerifier();
    }

    /// With a challenge the address adds nothing, and may be left out (OAuth 2.1 §10.2).
    private boolean isSentTo(Optional<String> named) {
        if (named.isPresent()) return named.get().equals(redirectUri.value());
        return !redirectUriSent || challenge.isPresent();
    }

    /// A verifier without a challenge is refused as well: somebody has cut the challenge out (RFC 9700 §4.8.2).
    private boolean isProvedBy(Optional<String> verifier) {
        if (challenge.isEmpty()) return verifier.isEmpty();
        return verifier.isPresent() && challenge.get().matches(verifier.get());
    }
}
