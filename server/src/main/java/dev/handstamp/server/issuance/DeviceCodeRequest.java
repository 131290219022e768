package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
import java.util.Optional;

/// A device asks whether its user has decided (RFC 8628 §3.4).
///
/// @param audience the API if the client names one; it must be the one that it asked for at the beginning
/// @param held     what the client has proved to hold: its tokens are bound to it
public record DeviceCodeRequest(
        Secret deviceCode, Client client, Optional<Audience> audience, Confirmation held, Caller caller) {}
