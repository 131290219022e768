package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.user.PasswordHash;

/// The hash to store in the password's place.
public record Hashed(PasswordHash hash) implements Hashing {}
