package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Scopes;
import java.util.Optional;

/// Someone presents a refresh token (RFC 6749 §6).
///
/// @param scopes   less than was granted, for the access token of this answer alone
/// @param audience the API if the client names one; it must be the grant's
public record RefreshRequest(
        Secret token, Client client, Optional<Scopes> scopes, Optional<Audience> audience, Caller caller) {}
