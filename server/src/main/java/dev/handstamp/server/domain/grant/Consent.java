package dev.handstamp.server.domain.grant;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import java.time.Instant;

/// What a user has allowed a client at an API, so that it is not asked again.
///
/// @param givenAt when the user last allowed something
public record Consent(ClientId client, Audience audience, Scopes scopes, Instant givenAt) {}
