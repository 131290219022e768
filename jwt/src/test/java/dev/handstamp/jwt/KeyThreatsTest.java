package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyThreatsTest {

    private static final Map<String, Object> RSA =
            Door.RSA.publicJwk().orElseThrow().toJson();
    private static final Map<String, Object> EC =
            Door.EC.publicJwk().orElseThrow().toJson();
    private static final Map<String, Object> ED =
            Door.ED.publicJwk().orElseThrow().toJson();

    @Test
    @DisplayName("T-23: weak or odd RSA keys are refused when they are read")
    void weak_rsa_keys_are_refused() throws Exception {
        var modulus = new BigInteger(1, Base64Url.decode((String) RSA.get("n")));
        var random = new Random(23);
        var prime = new BigInteger(2048, 8, random);
        List<BigInteger> moduli = List.of(
                BigInteger.TWO.pow(511).setBit(0),
                BigInteger.TWO.pow(1023).setBit(0),
                modulus.clearBit(2047).setBit(2046),
                modulus.clearBit(0),
                prime,
                new BigInteger(2040, random).setBit(2039).multiply(BigInteger.valueOf(997)),
                BigInteger.TWO.pow(4096).setBit(0),
                BigInteger.TWO.pow(16_383).setBit(0));
        for (BigInteger weak : moduli) {
            assertRefused(with(RSA, "n", KeyMaterial.encode(weak)));
        }
        for (long exponent : new long[] {0, 1, 2, 3, 17, 65_535, 65_536, 65_538}) {
            assertRefused(with(RSA, "e", KeyMaterial.encode(BigInteger.valueOf(exponent))));
        }
        assertRefused(with(RSA, "e", KeyMaterial.encode(BigInteger.TWO.pow(64).setBit(0))));
        assertRefused(with(RSA, "n", "AA" + RSA.get("n")));
        assertThat(Jwk.parse(RSA).thumbprint()).isEqualTo(Door.RSA.keyId());
    }

    @Test
    @DisplayName(
            "T-23: a private RSA key is refused when its primes do not make its modulus, or one is none to speak of")
    void private_rsa_keys_of_other_primes_are_refused() {
        Map<String, Object> pair = Door.RSA.toJson();
        var modulus = new BigInteger(1, Base64Url.decode((String) pair.get("n")));
        assertThatThrownBy(() -> PrivateJwk.parse(with(pair, "p", (String) pair.get("q"))))
                .hasMessageContaining("p times q");
        Map<String, Object> trivial = with(with(pair, "p", "AQ"), "q", KeyMaterial.encode(modulus));
        assertThatThrownBy(() -> PrivateJwk.parse(trivial)).hasMessageContaining("two large primes");
    }

    @Test
    @DisplayName("T-23: a modulus of the ROCA generator is refused")
    void a_roca_modulus_is_refused() {
        BigInteger product = BigInteger.ONE;
        for (BigInteger p = BigInteger.TWO; p.intValue() <= 167; p = p.nextProbablePrime()) {
            product = product.multiply(p);
        }
        BigInteger power = BigInteger.valueOf(65537).modPow(BigInteger.valueOf(4711), product);
        BigInteger marked = product.shiftLeft(2048 - product.bitLength()).add(power);

        assertThat(Roca.marks(marked)).isTrue();
        assertThat(Roca.marks(marked.add(BigInteger.TWO))).isFalse();
    }

    @Test
    @DisplayName("T-25: Ed25519 keys of small order, not canonical or off the curve are refused")
    void bad_ed25519_keys_are_refused() {
        List<String> bad = List.of(
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "0200000000000000000000000000000000000000000000000000000000000000");
        for (String hex : bad) {
            assertRefused(with(ED, "x", Base64Url.encode(HexFormat.of().parseHex(hex))));
        }
        byte[] right = Base64Url.decode((String) ED.get("x"));
        assertRefused(with(ED, "x", Base64Url.encode(Arrays.copyOf(right, 31))));
        assertRefused(with(ED, "x", Base64Url.encode(Arrays.copyOf(right, 33))));
    }

    @Test
    void points_off_the_curve_are_refused() {
        assertRefused(with(EC, "y", EC.get("x")));
        assertRefused(with(EC, "x", Base64Url.encode(new byte[32])));
        assertRefused(with(EC, "crv", "P-384"));
        assertRefused(with(EC, "crv", "secp256k1"));
        assertRefused(with(EC, "alg", "ES384"));
        assertRefused(with(EC, "alg", "RS256"));
        assertRefused(with(EC, "x", EC.get("x") + "="));
        assertRefused(with(EC, "x", 1L));
        assertRefused(with(EC, "kid", 1L));
        assertRefused(with(EC, "kid", ""));
        assertRefused(with(EC, "kty", "ec"));
        assertRefused(Map.of());
    }

    @Test
    @DisplayName("T-44: keys for something else, private keys and secrets in a set never verify, and are reported")
    void foreign_keys_in_a_set_are_ignored_and_reported() throws Exception {
        Map<String, Object> secret = PrivateJwk.generate(Algorithm.HS256).toJson();
        JwkSet set = JwkSet.parse(Json.write(Map.of(
                "keys",
                List.of(
                        EC,
                        with(with(RSA, "use", "enc"), "kid", "enc"),
                        with(without(RSA, "use"), "key_ops", List.of("encrypt")),
                        Door.ED.toJson(),
                        secret,
                        with(with(EC, "y", EC.get("x")), "kid", "off\ncurve"),
                        Map.of("kty", "ZZZ")))));

        assertThat(set.keys()).extracting(VerificationKey::keyId).containsExactly(Door.EC.keyId());
        assertThat(set.ignored()).hasSize(3);
        assertThat(set.ignored().get(0)).contains(Door.ED.keyId()).contains("private");
        assertThat(set.ignored().get(1)).contains("secret").doesNotContain((String) secret.get("k"));
        assertThat(set.ignored().get(2)).contains("point").isPrintable();
        for (Map<String, Object> jwk : List.of(
                with(EC, "use", "enc"),
                with(EC, "key_ops", List.of("sign")),
                with(EC, "key_ops", "verify"),
                Door.EC.toJson(),
                secret)) {
            assertRefused(jwk);
        }
        assertThat(Jwk.parse(with(without(EC, "use"), "key_ops", List.of("verify")))
                        .keyId())
                .isEqualTo(Door.EC.keyId());
    }

    @Test
    @DisplayName("T-45: two keys with one kid refuse the set, of one type or of two")
    void two_keys_with_one_kid_refuse_the_set() {
        Map<String, Object> other = Door.STRANGER.publicJwk().orElseThrow().toJson();
        for (Map<String, Object> twin :
                List.of(with(other, "kid", EC.get("kid")), with(RSA, "kid", EC.get("kid")), EC)) {
            byte[] json = Json.write(Map.of("keys", List.of(EC, twin)));
            assertThatThrownBy(() -> JwkSet.parse(json))
                    .isInstanceOf(InvalidJwkException.class)
                    .hasMessageContaining("two keys");
        }
        Jwk key = Door.EC.publicJwk().orElseThrow();
        assertThatThrownBy(() -> JwkSet.of(List.of(key, key))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("K-06: an oct or private key cannot hide a good one, and a set of more than 100 keys is refused")
    void poisoned_sets_are_refused() {
        Map<String, Object> secret = with(PrivateJwk.generate(Algorithm.HS256).toJson(), "kid", EC.get("kid"));
        byte[] twin = Json.write(Map.of("keys", List.of(EC, secret)));
        assertThatThrownBy(() -> JwkSet.parse(twin)).isInstanceOf(InvalidJwkException.class);

        var many = new ArrayList<Map<String, Object>>();
        for (int i = 0; i <= JwkSet.MAXIMUM_KEYS; i++) {
            many.add(with(EC, "kid", "k" + i));
        }
        byte[] tooMany = Json.write(Map.of("keys", many));
        assertThatThrownBy(() -> JwkSet.parse(tooMany)).hasMessageContaining("100");
        for (String text : List.of(
                "",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":null}",
                "{\"keys\":[1]}",
                "{\"keys\":[], \"keys\":[]}",
                "{\"keys\":[" + "[".repeat(100_000),
                "{\"keys\":[" + "{\"kty\":\"EC\"}",
                "<html></html>")) {
            assertThatThrownBy(() -> JwkSet.parse(text.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(InvalidJwkException.class);
        }
    }

    @ParameterizedTest
    @DisplayName("K-08: what is published holds no private member, for every algorithm")
    @EnumSource(Algorithm.class)
    void no_private_part_is_published(Algorithm algorithm) throws Exception {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        String published = new String(JwkSet.of(List.of(key.verificationKey())).toJson(), StandardCharsets.UTF_8);
        for (String name : List.of("d", "p", "q", "dp", "dq", "qi", "k", "priv")) {
            assertThat(published).doesNotContain("\"" + name + "\":");
        }
        assertThat(key.publicJwk().isPresent()).isEqualTo(!algorithm.isSymmetric());
        assertThat(key.toString() + key.verificationKey()).doesNotContain("\"").doesNotContain("=");
        assertThat(PrivateJwk.parse(key.toJson()).toJson()).isEqualTo(key.toJson());
        assertThat(key.keyId()).isEqualTo(Thumbprint.of(key.toJson()));
        if (!algorithm.isSymmetric()) {
            Jwk jwk = key.publicJwk().orElseThrow();
            JwkSet set = JwkSet.parse(published.getBytes(StandardCharsets.UTF_8));
            assertThat(((Jwk) set.find(key.keyId()).orElseThrow()).toJson()).isEqualTo(jwk.toJson());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RS256", "ES256", "EDDSA", "ML_DSA_44"})
    void a_private_part_of_another_key_is_refused(Algorithm algorithm) {
        var mixed = new LinkedHashMap<>(PrivateJwk.generate(algorithm).toJson());
        Map<String, Object> other = PrivateJwk.generate(algorithm).toJson();
        for (String name : algorithm.keyType().privateMembers()) {
            mixed.put(name, other.get(name));
        }
        assertThatThrownBy(() -> PrivateJwk.parse(mixed)).isInstanceOf(InvalidJwkException.class);
    }

    @Test
    void a_secret_is_at_least_as_long_as_its_hash() {
        assertThatThrownBy(() -> SharedSecret.of(Algorithm.HS256, new byte[31])).hasMessageContaining("32");
        assertThatThrownBy(() -> SharedSecret.of(Algorithm.HS512, new byte[63])).hasMessageContaining("64");
        assertThatThrownBy(() -> SharedSecret.of(Algorithm.RS256, new byte[64])).hasMessageContaining("RS256");
        assertThatThrownBy(() -> SharedSecret.of(Algorithm.HS256, new byte[1025]))
                .hasMessageContaining("1024");
        assertThat(SharedSecret.of(Algorithm.HS256, new byte[32])).hasToString("SharedSecret[hidden]");
    }

    private static void assertRefused(Map<String, Object> jwk) {
        assertThatThrownBy(() -> Jwk.parse(jwk)).isInstanceOf(InvalidJwkException.class);
    }

    private static Map<String, Object> with(Map<String, Object> jwk, String name, Object value) {
        var changed = new LinkedHashMap<>(jwk);
        changed.put(name, value);
        return changed;
    }

    private static Map<String, Object> without(Map<String, Object> jwk, String name) {
        var changed = new LinkedHashMap<>(jwk);
        changed.remove(name);
        return changed;
    }
}
