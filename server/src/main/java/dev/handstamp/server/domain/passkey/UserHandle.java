package dev.handstamp.server.domain.passkey;

/// What authenticators call a user of this server: 256 random bits, base64url, that say nothing of the person (WebAuthn
/// Level 3 §14.6.1). One for all passkeys of a user.
public record UserHandle(String value) {}
