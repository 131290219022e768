package dev.handstamp.server.domain;

import dev.handstamp.jwt.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A random value that its holder shows once or keeps: a client secret, a refresh token. Never stored, never printed.
public record Secret(String value) {

    /// What is stored in its place. A plain digest is enough because the value carries 128 random bits or more.
    public SecretHash hash() {
        byte[] digest = Sha256.digest(value.getBytes(StandardCharsets.UTF_8));
        return new SecretHash(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    }

    @Override
    public String toString() {
        return "Secret[hidden]";
    }
}
