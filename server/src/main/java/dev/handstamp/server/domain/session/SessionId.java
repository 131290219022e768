package dev.handstamp.server.domain.session;

/// A session's identifier, the `sid` of its tokens: 128 random bits, base64url. It names a session and opens nothing.
public record SessionId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
