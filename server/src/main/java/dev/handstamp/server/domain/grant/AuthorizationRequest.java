package dev.handstamp.server.domain.grant;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.user.Subject;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// What a client asks of a user, checked: the client is registered, and the answer may go where it wants it
/// (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
///
/// @param redirectUriSent whether the client named its address, and must name it again with the code
/// @param api             whom the access token is for
/// @param scopes          what was asked for; everything the user can give if it was left out
/// @param challenge       empty only for a client that need not do PKCE
/// @param dpopKey         the thumbprint of the key that the code is to be bound to (RFC 9449 §10)
/// @param nonce           what the ID token is to repeat
/// @param subjects        the users that may be answered for; empty if anybody may
/// @param acr             how the user is to be authenticated
/// @param maxAge          how long ago the user may have signed in
public record AuthorizationRequest(
        Client client,
        RedirectUri redirectUri,
        boolean redirectUriSent,
        ResponseMode responseMode,
        Optional<String> state,
        Api api,
        Optional<Scopes> scopes,
        Optional<CodeChallenge> challenge,
        Optional<String> dpopKey,
        Optional<String> nonce,
        ClaimsRequest claims,
        Set<Subject> subjects,
        RequestedAcr acr,
        Set<Prompt> prompts,
        Optional<Duration> maxAge) {

    public AuthorizationRequest {
        subjects = Set.copyOf(subjects);
        prompts = Set.copyOf(prompts);
    }

    /// Whether nothing may be shown to the user.
    public boolean isSilent() {
        return prompts.contains(Prompt.NONE);
    }

    public boolean asksFor(Prompt prompt) {
        return prompts.contains(prompt);
    }

    /// Leaves the state out.
    @Override
    public String toString() {
        return "AuthorizationRequest[" + client.id() + "]";
    }
}
