package dev.handstamp.jwt;

import static dev.handstamp.jwt.Vectors.object;
import static dev.handstamp.jwt.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Vectors.Case;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The bare primitives, each through the JDK's provider and through ACCP.
class WycheproofSignatureTest {

    @Test
    void the_faster_provider_is_on_the_class_path_of_these_tests() {
        assertThat(CryptoProvider.description()).startsWith("ACCP");
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("ed25519")
    void ed25519(CryptoProvider provider, Case vector) throws Exception {
        assertThat(verifies(object(vector.group(), "publicKeyJwk"), "EdDSA", provider, vector))
                .isEqualTo(vector.isValid());
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("p256")
    void ecdsa_on_p_256(CryptoProvider provider, Case vector) throws Exception {
        assertThat(verifies(p256Jwk(vector.group()), "ES256", provider, vector)).isEqualTo(vector.isValid());
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("rsa")
    void rsa_pkcs1(CryptoProvider provider, Case vector) throws Exception {
        Map<String, Object> jwk = object(vector.group(), "keyJwk");
        boolean exponentIsThree = "Aw".equals(jwk.get("e")); // We refuse such keys, valid signature or not.

        assertThat(verifies(jwk, "RS256", provider, vector)).isEqualTo(vector.isValid() && !exponentIsThree);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("mlDsa")
    void ml_dsa_65(CryptoProvider provider, Case vector) throws Exception {
        byte[] pub = HexFormat.of().parseHex(text(vector.group(), "publicKey"));
        Map<String, Object> jwk = Map.of("kty", "AKP", "alg", "ML-DSA-65", "pub", Base64Url.encode(pub));
        boolean hasContext =
                !String.valueOf(vector.test().getOrDefault("ctx", "")).isEmpty();

        // JOSE signs with the empty context, so what was signed under another is refused.
        assertThat(verifies(jwk, "ML-DSA-65", provider, vector)).isEqualTo(vector.isValid() && !hasContext);
    }

    static Stream<Object[]> ed25519() {
        return throughEachProvider("ed25519_test.json");
    }

    static Stream<Object[]> p256() {
        return throughEachProvider("ecdsa_secp256r1_sha256_p1363_test.json");
    }

    static Stream<Object[]> rsa() {
        return throughEachProvider("rsa_signature_2048_sha256_test.json");
    }

    static Stream<Object[]> mlDsa() {
        return throughEachProvider("mldsa_65_verify_sample.json");
    }

    private static Stream<Object[]> throughEachProvider(String file) {
        List<Case> cases = Vectors.wycheproof(file).toList();
        return Stream.of(CryptoProvider.JDK, CryptoProvider.best())
                .flatMap(provider -> cases.stream().map(vector -> new Object[] {provider, vector}));
    }

    private static boolean verifies(Map<String, Object> jwk, String algorithm, CryptoProvider provider, Case vector) {
        var members = new LinkedHashMap<>(jwk);
        members.put("alg", algorithm);
        Jwk key;
        try {
            key = Jwk.parse(members, provider);
        } catch (InvalidJwkException e) {
            return false;
        }
        byte[] message = HexFormat.of().parseHex(text(vector.test(), "msg"));
        byte[] signature = HexFormat.of().parseHex(text(vector.test(), "sig"));
        return key.verifies(message, message.length, signature);
    }

    private static Map<String, Object> p256Jwk(Map<String, Object> group) {
        byte[] point = HexFormat.of().parseHex(text(object(group, "publicKey"), "uncompressed"));
        return Map.of(
                "kty",
                "EC",
                "crv",
                "P-256",
                "x",
                Base64Url.encode(Arrays.copyOfRange(point, 1, 33)),
                "y",
                Base64Url.encode(Arrays.copyOfRange(point, 33, 65)));
    }
}
