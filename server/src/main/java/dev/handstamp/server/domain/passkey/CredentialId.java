package dev.handstamp.server.domain.passkey;

import java.util.Base64;
import java.util.Optional;

/// What an authenticator calls a passkey: 16 to 1023 bytes of its choice, base64url (WebAuthn Level 3 §4, "Credential
/// ID"). It names a passkey and opens nothing.
public record CredentialId(String value) {

    private static final int SHORTEST = 16;
    private static final int LONGEST = 1_023;

    public static CredentialId of(byte[] bytes) {
        return new CredentialId(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /// Reads an identifier in its one spelling.
    public static Optional<CredentialId> parse(String text) {
        if (text.length() > LONGEST * 2) return Optional.empty();
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length < SHORTEST || bytes.length > LONGEST) return Optional.empty();
            CredentialId id = of(bytes);
            return id.value.equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    public byte[] bytes() {
        return Base64.getUrlDecoder().decode(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
