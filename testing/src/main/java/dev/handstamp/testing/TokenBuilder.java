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

/// An access token in the making, right until it is changed: every claim of RFC 9068 §2.2, good for five minutes,
/// signed with ES256. For one test in one thread; [#sign()] may be called again, also after another change.
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

    /// Sets `sub`; `test-user` unless set.
    ///
    /// @param subject the user
    /// @return this builder
    public TokenBuilder subject(String subject) {
        return claim("sub", subject);
    }

    /// Makes it the token of a client on its own account: the subject is the client (RFC 9068 §2.2).
    ///
    /// @param clientId the client
    /// @return this builder
    public TokenBuilder client(String clientId) {
        return clientId(clientId).subject(clientId);
    }

    /// Sets `client_id`; `test-client` unless set.
    ///
    /// @param clientId the client
    /// @return this builder
    public TokenBuilder clientId(String clientId) {
        return claim("client_id", clientId);
    }

    /// Sets `aud`; `https://api.example` unless set.
    ///
    /// @param audience one is written as text, none or several as a list
    /// @return this builder
    public TokenBuilder audience(String... audience) {
        return claim("aud", audience.length == 1 ? audience[0] : List.of(audience));
    }

    /// Sets `scope` (RFC 8693 §4.2); it is left out unless set.
    ///
    /// @param scopes written with single blanks between
    /// @return this builder
    public TokenBuilder scope(String... scopes) {
        return claim("scope", String.join(" ", scopes));
    }

    /// Sets `roles`, and the same as `groups` (RFC 9068 §2.2.3.1); they are left out unless set.
    ///
    /// @param roles written as a list
    /// @return this builder
    public TokenBuilder role(String... roles) {
        return claim("roles", List.of(roles)).claim("groups", List.of(roles));
    }

    /// Sets `sid`; it is left out unless set.
    ///
    /// @param sessionId the session
    /// @return this builder
    public TokenBuilder sessionId(String sessionId) {
        return claim("sid", sessionId);
    }

    /// Sets `iat`; the issuer's time unless set.
    ///
    /// @param instant cut down to whole seconds
    /// @return this builder
    public TokenBuilder issuedAt(Instant instant) {
        return claim("iat", instant.getEpochSecond());
    }

    /// Sets `nbf`; it is left out unless set.
    ///
    /// @param instant cut down to whole seconds
    /// @return this builder
    public TokenBuilder notBefore(Instant instant) {
        return claim("nbf", instant.getEpochSecond());
    }

    /// Sets `exp`; five minutes from the issuer's time unless set.
    ///
    /// @param instant cut down to whole seconds
    /// @return this builder
    public TokenBuilder expiresAt(Instant instant) {
        return claim("exp", instant.getEpochSecond());
    }

    /// Sets any claim.
    ///
    /// @param name of the claim
    /// @param value any that [Json#write] takes, also a wrong one
    /// @return this builder
    public TokenBuilder claim(String name, Object value) {
        claims.put(name, value);
        return this;
    }

    /// Leaves a claim out.
    ///
    /// @param claim its name
    /// @return this builder
    public TokenBuilder without(String claim) {
        claims.remove(claim);
        return this;
    }

    /// Sets any header member, in place of the right one.
    ///
    /// @param name of the member, such as `typ`
    /// @param value any that [Json#write] takes, also a wrong one
    /// @return this builder
    public TokenBuilder header(String name, Object value) {
        header.put(name, value);
        return this;
    }

    /// Signs with the issuer's key for this algorithm; ES256 unless set.
    ///
    /// @param algorithm whose key is made if it was not used before
    /// @return this builder
    public TokenBuilder algorithm(Algorithm algorithm) {
        this.algorithm = algorithm;
        this.key = null;
        return this;
    }

    /// Signs with a key that is not the issuer's.
    ///
    /// @param key also stands in the header, by its `kid`
    /// @return this builder
    public TokenBuilder signedBy(PrivateJwk key) {
        this.key = key;
        return this;
    }

    /// Signs these bytes in place of the claims.
    ///
    /// @param bytes of any content; copied
    /// @return this builder
    public TokenBuilder payload(byte[] bytes) {
        this.payload = bytes.clone();
        return this;
    }

    /// Signs what was said so far.
    ///
    /// @return the token, in compact serialization (RFC 7515 §3.1)
    /// @throws IllegalArgumentException if a value is none that JSON has
    /// @throws IllegalStateException if this Java lacks the algorithm
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
