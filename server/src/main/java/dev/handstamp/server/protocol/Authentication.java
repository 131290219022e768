package dev.handstamp.server.protocol;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;

/// Who sent a request, as far as its credentials prove it.
public sealed interface Authentication {

    /// A registered client with its secret.
    record ByClient(Client client) implements Authentication {}

    /// A client that has no secret, by its name alone: what it presents must prove the rest (RFC 6749 §2.1).
    record ByPublicClient(Client client) implements Authentication {}

    /// An API with its secret; its audience is the user name.
    record ByApi(Api api) implements Authentication {}

    /// No credentials at all.
    record Anonymous() implements Authentication {}

    record Refused(OAuthError error) implements Authentication {}
}
