package dev.handstamp.server.domain.session;

import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;

/// What a client has not heard yet: that this session of its user is over.
///
/// @param failures how often it could not be told
/// @param madeAt   when the session ended
/// @see <a href="https://openid.net/specs/openid-connect-backchannel-1_0.html">OpenID Connect Back-Channel Logout
/// 1.0</a>
public record PendingLogout(SessionId session, ClientId client, Subject subject, Instant madeAt, int failures) {}
