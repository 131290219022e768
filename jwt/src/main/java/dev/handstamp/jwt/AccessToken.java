package dev.handstamp.jwt;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a JWT access token says after it was checked; only a [TokenPolicy] makes one.
///
/// What RFC 9068 requires of every token is a text and never null. A policy for tokens of foreign issuers can let
/// one in that leaves something out: then the text is `""`, which names nobody and nothing.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9068#section-2.2">RFC 9068 §2.2</a>
public final class AccessToken {

    private final Claims claims;
    private final String keyId;
    private final Algorithm algorithm;
    private final String issuer;
    private final String clientName;
    private final long issuedAt;
    private final long expiresAt;
    private final long notBefore;

    /// @param clientName the claim that names the client
    AccessToken(
            Claims claims,
            String keyId,
            Algorithm algorithm,
            String issuer,
            String clientName,
            long issuedAt,
            long expiresAt,
            long notBefore) {
        this.claims = claims;
        this.keyId = keyId;
        this.algorithm = algorithm;
        this.issuer = issuer;
        this.clientName = clientName;
        this.issuedAt = issuedAt;
        this.expiresAt = expiresAt;
        this.notBefore = notBefore;
    }

    /// {@return `iss`, exactly as the issuer writes itself; `""` only where any issuer will do and the token
    ///     names none}
    public String issuer() {
        return issuer;
    }

    /// {@return `sub`: the user, or the client when it acts on its own account; `""` for a foreign token without
    ///     one}
    public String subject() {
        return text("sub");
    }

    /// {@return `aud`: the APIs that it is for, in the order of the token; a foreign token may have none where
    ///     any audience will do}
    public List<String> audience() {
        return claims.strings("aud");
    }

    /// {@return `client_id`: the client that it was issued to; for a foreign token what its issuer calls it, or
    ///     `""`}
    public String clientId() {
        return text(clientName);
    }

    /// {@return `iat`, in whole seconds; 1970 for a foreign token that does not say}
    public Instant issuedAt() {
        return Instant.ofEpochSecond(Math.max(issuedAt, 0));
    }

    /// {@return `exp`, in whole seconds: from then on it is no longer good, but for the clock skew that the
    ///     policy allows}
    public Instant expiresAt() {
        return Instant.ofEpochSecond(expiresAt);
    }

    /// {@return `jti`: the name of this one token; `""` for a foreign token without one}
    public String jwtId() {
        return text("jti");
    }

    /// {@return `sid`: the signed-in browser that the token descends from; a client's own token has none}
    public Optional<String> sessionId() {
        return claims.string("sid");
    }

    /// {@return the words of `scope` (RFC 8693 §4.2), in the order of the token; none if it has no scope}
    public Set<String> scopes() {
        Optional<String> scope = claims.string("scope");
        return scope.isEmpty() ? Set.of() : words(scope.get());
    }

    /// {@return `roles`, or `groups` when there are no roles (RFC 9068 §2.2.3.1), in the order of the token}
    public Set<String> roles() {
        return unique(claims.strings(claims.has("roles") ? "roles" : "groups"));
    }

    /// {@return every claim, for those that have no method of their own here}
    public Claims claims() {
        return claims;
    }

    /// {@return the `kid` of the key that signed it; `""` when the issuer vouched for a token that names none}
    public String keyId() {
        return keyId;
    }

    /// {@return the algorithm that it is signed with; the key allows no other}
    public Algorithm algorithm() {
        return algorithm;
    }

    /// Tells whether a user stands behind the token; one that a client got for itself names the client as its
    /// subject (RFC 9068 §2.2).
    ///
    /// @return true if it has a subject, and that is not its client
    public boolean isForUser() {
        String subject = subject();
        return !subject.isEmpty() && !subject.equals(clientId());
    }

    /// Tells whether the token is bound to a key or a certificate (`cnf`, RFC 7800 §3.1), so that it is no bearer
    /// token: whoever presents it must prove to hold that.
    ///
    /// @return true if it has `cnf`, whatever that holds
    public boolean isBound() {
        return claims.has("cnf");
    }

    long issuedAtSecond() {
        return issuedAt;
    }

    long expiresAtSecond() {
        return expiresAt;
    }

    /// Seconds since 1970; negative when the token does not say.
    long notBefore() {
        return notBefore;
    }

    @Override
    public String toString() {
        return "AccessToken[" + Printable.of(jwtId()) + "]";
    }

    /// Empty for what an issuer that does not follow RFC 9068 left out.
    private String text(String name) {
        return claims.toMap().get(name) instanceof String text ? text : "";
    }

    private static Set<String> words(String text) {
        var words = new ArrayList<String>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf(' ', start);
            end = end < 0 ? text.length() : end;
            if (end > start) {
                words.add(text.substring(start, end));
            }
            start = end + 1;
        }
        return unique(words);
    }

    private static Set<String> unique(Collection<String> words) {
        return words.isEmpty() ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(words));
    }
}
