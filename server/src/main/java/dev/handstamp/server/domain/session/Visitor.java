package dev.handstamp.server.domain.session;

import dev.handstamp.server.domain.user.User;
import java.time.Instant;

/// A signed-in browser, known by its cookie.
///
/// @param authenticatedAt when the user last proved who it is, which may be later than the session's beginning
public record Visitor(User user, Session session, Instant authenticatedAt) {}
