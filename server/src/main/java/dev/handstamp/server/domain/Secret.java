package dev.handstamp.server.domain;

import dev.handstamp.jwt.Sha256;

/// A random value that its holder shows once or keeps: a client secret, a refresh token. Never stored, never printed.
public record Secret(String value) {

    /// What is stored in its place. A plain digest is enough because the value carries 128 random bits or more.
    public SecretHash hash() {
        return new SecretHash(Sha256.base64Url(value));
    }

    @Override
    public String toString() {
        return "Secret[hidden]";
    }
}
