package dev.handstamp.server.domain.session;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.user.User;
import java.time.Duration;
import java.time.Instant;

/// A signed-in browser, known by its cookie, as it was when somebody looked: before anything is changed in its name,
/// it is looked at again.
///
/// @param proofs      what the user has proved in it, which may be later than the session's beginning
/// @param lacksFactor whether that is less than the user can prove: an authenticator application is set up, and one
///                    factor alone was shown here
public record Visitor(User user, Session session, Proofs proofs, boolean lacksFactor, SecretHash cookie) {

    /// How long after a sign-in its user may change what it is made of: password, factors, e-mail address.
    public static final Duration FRESH = Duration.ofMinutes(10);

    /// Whether a client takes what was proved here: one that lets no remembered browser stand in for the second factor
    /// wants it shown, wherever the user has signed in.
    public boolean isTakenBy(ClientPolicy policy) {
        return policy.remembersDevices() || !lacksFactor;
    }

    /// When the user last proved who it is.
    public Instant authenticatedAt() {
        return proofs.authenticatedAt();
    }

    /// Whether the user has proved who it is just now, by password or passkey and with every factor: neither who found
    /// the browser open, nor who knows the password alone, nor who reads the mails is taken for them.
    public boolean isFreshAt(Instant now) {
        boolean isDirect = proofs.at().keySet().stream()
                .anyMatch(method -> method == AuthenticationMethod.PASSWORD || method.isPasskey());
        return isDirect && !lacksFactor && now.isBefore(authenticatedAt().plus(FRESH));
    }
}
