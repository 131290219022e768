package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Scopes;
import java.util.Optional;

/// A client wants to exchange a user's access token (RFC 8693 §2.1).
///
/// @param subjectToken whom the new token speaks for
/// @param actorToken   who acts; the client itself where there is none
/// @param held         what the client has proved to hold: the new token is bound to it
/// @param audience     whom the new token is for; the only API that the client can mean if it was left out
public record ExchangeRequest(
        String subjectToken,
        Optional<String> actorToken,
        Client client,
        Optional<Audience> audience,
        Optional<Scopes> scopes,
        Confirmation held,
        Caller caller) {

    /// Leaves the tokens out.
    @Override
    public String toString() {
        return "ExchangeRequest[" + client.id() + "]";
    }
}
