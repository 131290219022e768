package dev.handstamp.server.domain.grant;

/// A grant's identifier, the `grant_id` of the tokens below it: 128 random bits, base64url.
public record GrantId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
