package dev.handstamp.server.domain.mail;

import dev.handstamp.server.domain.client.ClientId;
import java.time.Instant;
import java.util.Optional;

/// What a mail says, and to whom: everything but the words.
///
/// @param topic    names its words
/// @param language as the user or the request has said it; empty if neither has
/// @param username of the account that it is about; may be empty
/// @param name     how the user is greeted; may be empty
/// @param at       when it happened, or until when what stands in it is good
/// @param link     where it leads, if it does; holds a secret
/// @param code     to be typed in; a secret
/// @param client   on the way to which it was asked for; [ClientId#FIRST_PARTY] for none
public record AddressedMail(
        String id,
        String recipient,
        String language,
        String topic,
        String username,
        String name,
        Instant at,
        Optional<String> link,
        Optional<String> code,
        ClientId client) {

    /// This one, asked for on the way to a client.
    public AddressedMail onTheWayTo(ClientId other) {
        return new AddressedMail(id, recipient, language, topic, username, name, at, link, code, other);
    }

    /// Leaves the secrets and the address out.
    @Override
    public String toString() {
        return "AddressedMail[" + id + ", " + topic + "]";
    }
}
