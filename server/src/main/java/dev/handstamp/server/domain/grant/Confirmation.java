package dev.handstamp.server.domain.grant;

import dev.handstamp.jwt.Claims;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What whoever presents a token, or asks for one, holds: a key, a client certificate, both, or nothing that was
/// shown. In a token it is the claim `cnf` (RFC 7800 §3).
///
/// @param key         the thumbprint of a public key, `jkt` (RFC 9449 §6.1)
/// @param certificate the SHA-256 of a certificate, `x5t#S256` (RFC 8705 §3.1)
public record Confirmation(Optional<String> key, Optional<String> certificate) {

    public static final Confirmation NONE = new Confirmation(Optional.empty(), Optional.empty());

    public static Confirmation ofKey(String thumbprint) {
        return new Confirmation(Optional.of(thumbprint), Optional.empty());
    }

    /// What a token with these claims is bound to, as far as it can be checked here.
    public static Confirmation of(Claims claims) {
        if (!(claims.get("cnf").orElse("") instanceof Map<?, ?> members)) return NONE;
        return new Confirmation(text(members.get("jkt")), text(members.get("x5t#S256")));
    }

    private static Optional<String> text(@Nullable Object value) {
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }

    public boolean isNothing() {
        return key.isEmpty() && certificate.isEmpty();
    }

    /// Whether somebody who holds this may use what is bound to `bound`.
    public boolean covers(Confirmation bound) {
        return (bound.key.isEmpty() || bound.key.equals(key))
                && (bound.certificate.isEmpty() || bound.certificate.equals(certificate));
    }

    /// How a token that is bound to this is presented (RFC 6749 §7.1, RFC 9449 §5).
    public String tokenType() {
        return key.isPresent() ? "DPoP" : "Bearer";
    }
}
