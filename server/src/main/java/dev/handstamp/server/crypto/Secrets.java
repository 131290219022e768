package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import java.security.SecureRandom;
import java.util.Base64;

/// Where every random value of the server comes from: whole random bytes as base64url, without structure.
///
/// Identifiers carry 128 bits, secrets 256 or more.
public final class Secrets {

    private static final int IDENTIFIER_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final int SIGNING_SECRET_BYTES = 48;

    private final SecureRandom random;

    public Secrets(SecureRandom random) {
        this.random = random;
    }

    public Secret refreshToken() {
        return new Secret(text(SECRET_BYTES));
    }

    /// What a client, or an API at introspection, authenticates with.
    public Secret clientSecret() {
        return new Secret(text(SECRET_BYTES));
    }

    /// What a client signs with: 64 characters, of which HS512 needs as many (RFC 7518 §3.2).
    public Secret signingSecret() {
        return new Secret(text(SIGNING_SECRET_BYTES));
    }

    /// A code, the cookie of a browser, the name of a kept request.
    public Secret oneTime() {
        return new Secret(text(SECRET_BYTES));
    }

    /// What a user types in: one letter of the alphabet after the other.
    public String letters(String alphabet, int length) {
        StringBuilder letters = new StringBuilder(length);
        for (int i = 0; i < length; i++) letters.append(alphabet.charAt(number(alphabet.length())));
        return letters.toString();
    }

    public String id() {
        return text(IDENTIFIER_BYTES);
    }

    public Subject subject() {
        return new Subject(Subject.PREFIX + id());
    }

    public SessionId sessionId() {
        return new SessionId(id());
    }

    public GrantId grantId() {
        return new GrantId(id());
    }

    /// A number from 0 to the bound, which is not among them.
    public int number(int bound) {
        return random.nextInt(bound);
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text(int length) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(length));
    }
}
