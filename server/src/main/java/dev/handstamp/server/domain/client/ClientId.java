package dev.handstamp.server.domain.client;

import java.util.Optional;
import java.util.regex.Pattern;

/// A client's identifier (RFC 6749 §2.2): 1 to 64 of `A-Z a-z 0-9 . _ ~ -`.
///
/// Never starts with `usr_`, so that a client's `sub` cannot be mistaken for a user's (RFC 9700 §4.15).
public record ClientId(String value) {

    /// The built-in public client of `POST /session`: the issuer's own first-party applications.
    public static final ClientId FIRST_PARTY = new ClientId("first-party");

    private static final Pattern PATTERN = Pattern.compile("(?!usr_)[A-Za-z0-9._~-]{1,64}");

    public static Optional<ClientId> parse(String text) {
        return PATTERN.matcher(text).matches() ? Optional.of(new ClientId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
