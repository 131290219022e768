package dev.handstamp.server;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// A key of a client, and the proofs that it makes (RFC 9449 §4.2).
record Proof(PrivateJwk key) {

    static Proof withNewKey() {
        return new Proof(PrivateJwk.generate(Algorithm.ES256));
    }

    /// The `jkt` of what is bound to the key.
    String thumbprint() {
        return key.publicJwk().orElseThrow().thumbprint();
    }

    /// A good proof for a request to this server without an access token, with these claims changed; null leaves one
    /// out. Names and values in turn.
    String of(RunningServer server, String method, String path, Object... changed) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("htm", method);
        claims.put("htu", server.issuer() + path);
        claims.put("iat", Instant.now().getEpochSecond());
        for (int i = 0; i < changed.length; i += 2) {
            if (changed[i + 1] == null) claims.remove((String) changed[i]);
            else claims.put((String) changed[i], changed[i + 1]);
        }
        return sign(Map.of("typ", "dpop+jwt"), claims);
    }

    /// A good proof for a request with an access token.
    String with(String token, RunningServer server, String method, String path, Object... changed) {
        Object[] all = new Object[changed.length + 2];
        all[0] = "ath";
        all[1] = Sha256.base64Url(token);
        System.arraycopy(changed, 0, all, 2, changed.length);
        return of(server, method, path, all);
    }

    String sign(Map<String, Object> more, Map<String, Object> claims) {
        Map<String, Object> jwk =
                new LinkedHashMap<>(key.publicJwk().orElseThrow().toJson());
        jwk.keySet().removeAll(java.util.List.of("kid", "use", "alg"));
        Map<String, Object> header = new LinkedHashMap<>(more);
        header.put("alg", key.algorithm().joseName());
        header.put("jwk", jwk);
        String text = encode(Json.write(header)) + "." + encode(Json.write(claims));
        return text + "." + encode(key.sign(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
