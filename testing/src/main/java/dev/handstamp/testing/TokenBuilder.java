package dev.handstamp.testing;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An access token in the making, right until it is changed. For one test in one thread.
public final class TokenBuilder {

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final KeyChain keys;
    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> claims = new LinkedHashMap<>();
    private Algorithm algorithm = Algorithm.ES256;
    private @Nullable PrivateJwk key;
    private byte @Nullable [] payload;

    TokenBuilder(String issuer, Instant now, KeyChain keys) {
        this.keys = keys;
        claims.put("iss", issuer);
        claims.put("sub", "test-user");
        claims.put("aud", "https://api.example");
        claims.put("client_id", "test-client");
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(Duration.ofMinutes(5)).getEpochSecond());
        claims.put("jti", UUID.randomUUID().toString());
    }

    /// `sub`.
    public TokenBuilder subject(String subject) {
        return claim("sub", subject);
    }

    /// Of a client on its own account: the subject is the client (RFC 9068 §2.2).
    public TokenBuilder client(String clientId) {
        return clientId(clientId).subject(clientId);
    }

    /// `client_id`.
    public TokenBuilder clientId(String clientId) {
        return claim("client_id", clientId);
    }

    /// `https://api.example` unless set.
    public TokenBuilder audience(String... audience) {
        return claim("aud", audience.length == 1 ? audience[0] : List.of(audience));
    }

    /// `scope`: these, with single blanks between.
    public TokenBuilder scope(String... scopes) {
        return claim("scope", String.join(" ", scopes));
    }

    /// `roles`, and the same as `groups`.
    public TokenBuilder role(String... roles) {
        return claim("roles", List.of(roles)).claim("groups", List.of(roles));
    }

    /// `sid`.
    public TokenBuilder sessionId(String sessionId) {
        return claim("sid", sessionId);
    }

    /// `iat`, cut down to whole seconds.
    public TokenBuilder issuedAt(Instant instant) {
        return claim("iat", instant.getEpochSecond());
    }

    /// `nbf`, cut down to whole seconds.
    public TokenBuilder notBefore(Instant instant) {
        return claim("nbf", instant.getEpochSecond());
    }

    /// `exp`, cut down to whole seconds.
    public TokenBuilder expiresAt(Instant instant) {
        return claim("exp", instant.getEpochSecond());
    }

    /// Any claim of any value that [Json#write] takes.
    public TokenBuilder claim(String name, Object value) {
        claims.put(name, value);
        return this;
    }

    /// Leaves a claim out.
    public TokenBuilder without(String claim) {
        claims.remove(claim);
        return this;
    }

    /// Any header member, in place of the right one.
    public TokenBuilder header(String name, Object value) {
        header.put(name, value);
        return this;
    }

    /// Signs with the issuer's key for this algorithm; ES256 unless set.
    public TokenBuilder algorithm(Algorithm algorithm) {
        this.algorithm = algorithm;
        this.key = null;
        return this;
    }

    /// Signs with a key that is not the issuer's.
    public TokenBuilder signedBy(PrivateJwk key) {
        this.key = key;
        return this;
    }

    /// Signs these bytes in place of the claims.
    public TokenBuilder payload(byte[] bytes) {
        this.payload = bytes.clone();
        return this;
    }

    /// The token, in compact serialization (RFC 7515 §3.1).
    public String sign() {
        byte[] signedClaims =
                payload != null ? payload : Json.write(claims); // Before the key, which may be in the making.
        PrivateJwk signer = key != null ? key : keys.current(algorithm);
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("alg", signer.algorithm().joseName());
        written.put("typ", "at+jwt");
        written.put("kid", signer.keyId());
        written.putAll(header);
        String signed = BASE64URL.encodeToString(Json.write(written)) + "." + BASE64URL.encodeToString(signedClaims);
        byte[] signature = signer.sign(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64URL.encodeToString(signature);
    }
}
