package dev.handstamp.server.domain.session;

import dev.handstamp.server.domain.user.User;
import java.time.Duration;
import java.time.Instant;

/// A signed-in browser, known by its cookie.
///
/// @param proofs what the user has proved in it, which may be later than the session's beginning
public record Visitor(User user, Session session, Proofs proofs) {

    /// How long after a sign-in its user may change what it is made of: password, factors, e-mail address.
    public static final Duration FRESH = Duration.ofMinutes(10);

    /// One who has proved to know the password.
    public Visitor(User user, Session session, Instant authenticatedAt) {
        this(user, session, Proofs.of(AuthenticationMethod.PASSWORD, authenticatedAt));
    }

    /// When the user last proved who it is.
    public Instant authenticatedAt() {
        return proofs.authenticatedAt();
    }

    /// Whether the user has proved who it is just now, so that nobody who found the browser open is taken for them.
    public boolean isFreshAt(Instant now) {
        return now.isBefore(authenticatedAt().plus(FRESH));
    }
}
