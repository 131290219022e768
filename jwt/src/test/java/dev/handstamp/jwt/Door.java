package dev.handstamp.jwt;

import dev.handstamp.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An API's door for the tests of threats: real keys, a strict policy, and a hand that signs whatever it is given.
final class Door {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final String ISSUER = "https://id.example";
    static final String API = "https://api.example";

    static final PrivateJwk RSA = PrivateJwk.generate(Algorithm.RS256);
    static final PrivateJwk EC = PrivateJwk.generate(Algorithm.ES256);
    static final PrivateJwk ED = PrivateJwk.generate(Algorithm.EDDSA);
    static final PrivateJwk STRANGER = PrivateJwk.generate(Algorithm.ES256);
    static final JwkSet KEYS = JwkSet.of(List.of(RSA.verificationKey(), EC.verificationKey(), ED.verificationKey()));

    /// Allows more algorithms than there are keys for, which must not help anyone.
    static final TokenPolicy POLICY = TokenPolicy.builder()
            .issuer(ISSUER)
            .audience(API)
            .algorithms(Algorithm.values())
            .build();

    private Door() {}

    static Verification check(String token) {
        return POLICY.check(token, KEYS, NOW);
    }

    /// The reason of the refusal; null when the token was let in.
    static Reason refusal(String token) {
        return check(token) instanceof Rejected rejected ? rejected.reason() : null;
    }

    static Map<String, Object> header(PrivateJwk key) {
        var header = new LinkedHashMap<String, Object>();
        header.put("alg", key.algorithm().joseName());
        header.put("kid", key.keyId());
        header.put("typ", "at+jwt");
        return header;
    }

    static Map<String, Object> claims() {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", ISSUER);
        claims.put("sub", "vera");
        claims.put("aud", API);
        claims.put("client_id", "shop");
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.getEpochSecond() + 300);
        claims.put("jti", "j1");
        return claims;
    }

    static String good() {
        return sign(EC, header(EC), Json.write(claims()));
    }

    static String withHeader(String name, Object value) {
        var header = header(EC);
        header.put(name, value);
        return sign(EC, header, Json.write(claims()));
    }

    static String withClaim(String name, Object value) {
        var claims = claims();
        claims.put(name, value);
        return withPayload(Json.text(claims));
    }

    static String withoutClaim(String name) {
        var claims = claims();
        claims.remove(name);
        return withPayload(Json.text(claims));
    }

    static String withPayload(String json) {
        return withPayload(json.getBytes(StandardCharsets.UTF_8));
    }

    static String withPayload(byte[] payload) {
        return sign(EC, header(EC), payload);
    }

    static String sign(PrivateJwk key, Map<String, ?> header, byte[] payload) {
        return sign(key, Json.write(header), payload);
    }

    static String sign(PrivateJwk key, byte[] header, byte[] payload) {
        return signText(key, Base64Url.encode(header) + "." + Base64Url.encode(payload));
    }

    /// Signs any text, base64url or not.
    static String signText(PrivateJwk key, String signingInput) {
        byte[] input = signingInput.getBytes(StandardCharsets.UTF_8);
        return signingInput + "." + Base64Url.encode(key.sign(input, input.length));
    }

    static String part(String token, int index) {
        return token.split("\\.", -1)[index];
    }
}
