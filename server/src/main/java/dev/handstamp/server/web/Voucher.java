package dev.handstamp.server.web;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.html.Html;
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

    /// Nothing for a client that an operator has registered.
    ///
    /// @param recipient where the user will be afterwards, in words for users; empty: here
    public static Html of(Client client, Optional<String> recipient) {
        String id = client.id().value();
        return switch (client.origin()) {
            case ADMINISTERED -> Html.NOTHING;
            case REGISTERED ->
                Html.of(
                        "<p id=\"client-host\">This application has registered itself as {}, nobody has looked at it.{}</p>\n",
                        id,
                        recipient
                                .map(host -> Html.of(" You will be at\n<span class=\"host\">{}</span>", host))
                                .orElse(Html.NOTHING));
            case DOCUMENT ->
                Html.of("""
                        <p id="client-host">Nobody has looked at this application. It says that it is of
                        <span class="host">{}</span></p>
                        """, Optional.ofNullable(URI.create(id).getHost()).orElse(id));
        };
    }
}
