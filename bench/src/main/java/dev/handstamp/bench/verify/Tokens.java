package dev.handstamp.bench.verify;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// An issuer's key and many tokens of it, shaped like those of RFC 9068: 894 characters with RS256.
///
/// They differ in `jti` and are good for 20 hours, which outlives any run.
record Tokens(PrivateJwk key, List<String> texts) {

    static final String ISSUER = "https://login.example/tenants/blue";
    static final String AUDIENCE = "https://api.example/orders";
    static final String TYPE = "at+jwt";
    static final int MANY = 256;

    static Tokens signedWith(Algorithm algorithm) {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        var signer = new JwsSigner(key, TYPE);
        var texts = new ArrayList<String>();
        for (int i = 0; i < MANY; i++) texts.add(signer.sign(claims(i)));
        return new Tokens(key, List.copyOf(texts));
    }

    /// The same with another name for the algorithm, for a library that knows it by that one.
    Tokens named(String alg) {
        String header = "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"%s\"}".formatted(alg, key.keyId(), TYPE);
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String start = encoder.encodeToString(header.getBytes(StandardCharsets.US_ASCII));
        var renamed = new ArrayList<String>();
        for (String text : texts) {
            String signed = start + text.substring(text.indexOf('.'), text.lastIndexOf('.'));
            byte[] signature = key.sign(signed.getBytes(StandardCharsets.US_ASCII));
            renamed.add(signed + "." + encoder.encodeToString(signature));
        }
        return new Tokens(key, List.copyOf(renamed));
    }

    Algorithm algorithm() {
        return key.algorithm();
    }

    String first() {
        return texts.get(0);
    }

    /// A token that no check may take: its signature belongs to another one.
    String bad() {
        String one = texts.get(0);
        String other = texts.get(1);
        return one.substring(0, one.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));
    }

    /// The published key set, as JSON.
    String keySet() {
        return new String(JwkSet.of(List.of(publicJwk())).toJson(), StandardCharsets.UTF_8);
    }

    /// The public key as the first provider of this process makes it.
    PublicKey publicKey() throws GeneralSecurityException {
        PublicKey publicKey = publicJwk().publicKey();
        var encoded = new X509EncodedKeySpec(publicKey.getEncoded());
        String type = algorithm() == Algorithm.EDDSA ? "Ed25519" : publicKey.getAlgorithm();
        return KeyFactory.getInstance(type).generatePublic(encoded);
    }

    byte[] secret() {
        return Base64.getUrlDecoder().decode((String) key.toJson().get("k"));
    }

    SecretKey secretKey() {
        return new SecretKeySpec(secret(), "HmacSHA256");
    }

    boolean isSymmetric() {
        return algorithm().isSymmetric();
    }

    private Jwk publicJwk() {
        return key.publicJwk().orElseThrow();
    }

    private static byte[] claims(int number) {
        long now = Instant.now().getEpochSecond();
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", ISSUER);
        claims.put("sub", "5ba552d67-8b4e-4ea1-9d7a-07b0");
        claims.put("aud", AUDIENCE);
        claims.put("client_id", "s6BhdRkqt3-orders-web");
        claims.put("iat", now - 5);
        claims.put("exp", now + 72_000);
        claims.put("jti", "dbe39bf3a3ba4238a513f51d6e" + (100_000 + number));
        claims.put("scope", "openid profile orders:read orders:write");
        claims.put("roles", List.of("vip", "clerk"));
        claims.put("auth_time", now - 300);
        return Json.write(claims);
    }
}
