package dev.handstamp.server.domain.grant;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.SessionId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// An authorization request that is kept while its user signs in and decides. It opens nothing by itself: whoever goes
/// on with it needs the browser of a signed-in user.
///
/// @param parameters as they were sent, by name; checked again whenever it goes on
/// @param origin     how it came here
/// @param asked      what the consent page shows, once there is something to decide
public record PendingRequest(
        SecretHash id,
        ClientId client,
        Map<String, String> parameters,
        Origin origin,
        Instant createdAt,
        Instant expiresAt,
        Optional<Scopes> asked,
        Optional<Decision> decision) {

    /// How a request came here.
    public enum Origin {
        /// With the user, and kept while the user decides.
        BROWSER,
        /// From the client itself; the user has not come yet (RFC 9126).
        PUSHED,
        /// From the client itself, and the user has come: it is good for one answer.
        PUSHED_AND_BEGUN,
        /// From a device whose code a user has typed in (RFC 8628).
        DEVICE
    }

    /// What the user has said.
    public sealed interface Decision {}

    /// Allowed in this session, and exactly this.
    public record Allowed(SessionId session, Scopes scopes) implements Decision {}

    public record Denied() implements Decision {}

    public PendingRequest {
        parameters = Map.copyOf(parameters);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    public boolean isOpenAt(Instant now) {
        return now.isBefore(expiresAt);
    }

    /// Leaves the parameters out.
    @Override
    public String toString() {
        return "PendingRequest[" + client + "]";
    }
}
