package dev.handstamp.server.web;

import dev.handstamp.server.domain.client.Client;
import java.net.URI;
import java.util.Optional;

/// Who vouches for a client, told to a user who decides about it. Nobody here knows one that describes itself: whose it
/// is, only its address tells.
///
/// @param host      who it says that it is
/// @param recipient where the user will be afterwards, in words for users; empty: here
public record Voucher(Kind kind, String host, String recipient) {

    /// Who has looked at the client.
    public enum Kind {
        OPERATOR,
        REGISTERED,
        DOCUMENT
    }

    public static Voucher of(Client client, String recipient) {
        String id = client.id().value();
        return switch (client.origin()) {
            case ADMINISTERED -> new Voucher(Kind.OPERATOR, "", "");
            case REGISTERED -> new Voucher(Kind.REGISTERED, id, recipient);
            case DOCUMENT ->
                new Voucher(
                        Kind.DOCUMENT,
                        Optional.ofNullable(URI.create(id).getHost()).orElse(id),
                        "");
        };
    }
}
