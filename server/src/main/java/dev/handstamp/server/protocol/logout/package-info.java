/// Tells clients that a session of their user is over (OpenID Connect Back-Channel Logout 1.0), from what the store has
/// noted with the session's end. How a session ends is decided elsewhere.
@NullMarked
package dev.handstamp.server.protocol.logout;

import org.jspecify.annotations.NullMarked;
