package dev.handstamp.server.domain.grant;

import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.domain.Secret;
import java.util.Optional;
import java.util.regex.Pattern;

/// The SHA-256 of a secret that only the sender of an authorization request can show at the token endpoint: method
/// `S256`, the only one there is here (RFC 7636 §4.2).
public record CodeChallenge(String value) {

    public static final String METHOD = "S256";

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}"); // RFC 7636 §4.1

    public static Optional<CodeChallenge> parse(String text) {
        return PATTERN.matcher(text).matches() ? Optional.of(new CodeChallenge(text)) : Optional.empty();
    }

    /// Whether this was made of that verifier. Compares in constant time.
    public boolean matches(String verifier) {
        return VERIFIER.matcher(verifier).matches()
                && new Secret(value).hash().matches(new Secret(Sha256.base64Url(verifier)));
    }
}
