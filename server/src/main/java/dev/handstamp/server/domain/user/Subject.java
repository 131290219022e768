package dev.handstamp.server.domain.user;

/// A user's identifier in tokens (`sub`, RFC 7519 §4.1.2): `usr_` and 128 random bits, base64url, or the one that the
/// user brought along from another system. It never changes, is never given again, and is no client's identifier.
public record Subject(String value) {

    public static final String PREFIX = "usr_";

    @Override
    public String toString() {
        return value;
    }
}
