package dev.handstamp.spring;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.verifier.JwkSetSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.Resource;

/// One RSA public key in a PEM file, which signs everything whatever `kid` a token names.
///
/// The verifier finds keys by `kid`, so the key bears the name that the last valid token gave it.
final class PublicKeyFile implements JwkSetSource {

    private final Map<String, Object> members;
    private volatile JwkSet current;

    private PublicKeyFile(Map<String, Object> members) {
        this.members = members;
        this.current = JwkSet.of(List.of(named("public-key-location")));
    }

    /// @throws HandstampConfigurationException if it is not an RSA public key that we would trust
    static PublicKeyFile read(Resource resource, Algorithm algorithm) {
        try {
            String pem = resource.getContentAsString(StandardCharsets.US_ASCII)
                    .replace("-----BEGIN PUBLIC KEY-----", "")
                    .replace("-----END PUBLIC KEY-----", "");
            var spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(pem));
            var key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
            return new PublicKeyFile(Map.of(
                    "kty", "RSA",
                    "alg", algorithm.joseName(),
                    "n", unsigned(key.getModulus()),
                    "e", unsigned(key.getPublicExponent())));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new HandstampConfigurationException(
                    "The file that " + ResourceServerSettings.PREFIX + ".public-key-location names holds no RSA public"
                            + " key that can be trusted: " + e.getMessage(),
                    "Point it to a PEM file that begins with -----BEGIN PUBLIC KEY----- and holds a key of 2048 to 4096"
                            + " bits.");
        }
    }

    @Override
    public JwkSet current() {
        return current;
    }

    @Override
    public JwkSet lookFor(String keyId) {
        return JwkSet.of(List.of(named(keyId)));
    }

    @Override
    public void used(String keyId) {
        if (current.find(keyId).isEmpty()) current = lookFor(keyId);
    }

    private Jwk named(String keyId) {
        Map<String, Object> jwk = new HashMap<>(members);
        jwk.put("kid", keyId);
        try {
            return Jwk.parse(jwk);
        } catch (InvalidJwkException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, start, bytes.length));
    }
}
