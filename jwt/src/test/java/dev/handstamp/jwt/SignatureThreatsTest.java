package dev.handstamp.jwt;

import static dev.handstamp.jwt.Door.part;
import static dev.handstamp.jwt.Door.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignatureThreatsTest {

    private static final byte[] CLAIMS = Json.write(Door.claims());

    @ParameterizedTest
    @DisplayName("T-20: r = s = 0 in any length is no signature")
    @EnumSource(names = {"ES256", "ES384", "ES512"})
    void a_psychic_signature_is_refused(Algorithm algorithm) {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        JwkSet keys = JwkSet.of(List.of(key.verificationKey()));
        String input = input(key);
        for (byte[] signature : List.of(
                new byte[64], new byte[96], new byte[132], HexFormat.of().parseHex("3006020100020100"))) {
            assertThat(Door.POLICY.check(input + "." + Base64Url.encode(signature), keys, Door.NOW))
                    .isEqualTo(new Rejected(Reason.BAD_SIGNATURE));
        }
    }

    @Test
    @DisplayName("T-21: r and s out of range are refused without an exception")
    void r_and_s_out_of_range_are_refused() {
        BigInteger n = Curve.P_256.parameters().getOrder();
        BigInteger max = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
        List<BigInteger> values =
                List.of(BigInteger.ZERO, BigInteger.ONE, n.subtract(BigInteger.ONE), n, n.add(BigInteger.ONE), max);
        String input = input(Door.EC);
        for (BigInteger r : values) {
            for (BigInteger s : values) {
                String signature = encoded(r, s);
                assertThat(refusal(input + "." + signature)).isEqualTo(Reason.BAD_SIGNATURE);
            }
        }
        byte[] right = Base64Url.decode(part(Door.signText(Door.EC, input), 2));
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(right, 0, 32));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(right, 32, 64));
        assertThat(refusal(input + "." + encoded(r, s))).isNull();
        assertThat(refusal(input + "." + encoded(r.add(n).and(max), s))).isEqualTo(Reason.BAD_SIGNATURE);
        assertThat(refusal(input + "." + encoded(r, s.add(n).and(max)))).isEqualTo(Reason.BAD_SIGNATURE);
    }

    @Test
    @DisplayName("T-22: an ES256 signature has exactly 64 bytes; DER and other lengths are refused")
    void a_der_signature_is_refused() {
        String input = input(Door.EC);
        byte[] right = Base64Url.decode(part(Door.signText(Door.EC, input), 2));
        var wrong = new ArrayList<byte[]>();
        wrong.add(der(right));
        wrong.add(Arrays.copyOf(right, 63));
        wrong.add(Arrays.copyOf(right, 65));
        wrong.add(Arrays.copyOf(right, 96));
        wrong.add(Arrays.copyOf(right, 128));
        wrong.add(widened(right, 33));
        wrong.add(widened(right, 48));
        wrong.add(new byte[0]);
        for (byte[] signature : wrong) {
            assertThat(refusal(input + "." + Base64Url.encode(signature))).isNotNull();
        }
    }

    @Test
    @DisplayName("T-24: PKCS#1 v1.5 padding is compared, not parsed; the signature is as long as the modulus")
    void sloppy_rsa_padding_is_refused() {
        var key = (RSAPublicKey) Door.RSA.publicJwk().orElseThrow().publicKey();
        String input = input(Door.RSA);
        byte[] hash = Sha256.of(input.getBytes(StandardCharsets.US_ASCII));
        byte[] right = padded("3031300d060960864801650304020105000420", hash, 256);
        assertThat(refusal(input + "." + rawRsa(right))).isNull();

        var wrong = new ArrayList<byte[]>();
        wrong.add(padded("302f300b0609608648016503040201" + "0420", hash, 256)); // without NULL
        wrong.add(padded("", hash, 256));
        wrong.add(padded("308131300d060960864801650304020105000420", hash, 256)); // length in long form
        byte[] garbage = right.clone();
        byte[] tail = Arrays.copyOfRange(right, 256 - 52, 256);
        Arrays.fill(garbage, 2, 256, (byte) 0x11);
        Arrays.fill(garbage, 2, 10, (byte) 0xFF);
        System.arraycopy(tail, 0, garbage, 10, tail.length);
        wrong.add(garbage);
        byte[] blockType = right.clone();
        blockType[1] = 2;
        wrong.add(blockType);
        for (byte[] encoded : wrong) {
            assertThat(refusal(input + "." + rawRsa(encoded))).isEqualTo(Reason.BAD_SIGNATURE);
        }

        byte[] signature = Base64Url.decode(rawRsa(right));
        assertThat(refusal(input + "." + Base64Url.encode(Arrays.copyOf(signature, 255))))
                .isEqualTo(Reason.BAD_SIGNATURE);
        assertThat(refusal(input + "." + Base64Url.encode(Arrays.copyOf(signature, 257))))
                .isEqualTo(Reason.BAD_SIGNATURE);
        byte[] longer = new byte[257];
        System.arraycopy(signature, 0, longer, 1, 256);
        assertThat(refusal(input + "." + Base64Url.encode(longer))).isEqualTo(Reason.BAD_SIGNATURE);
        BigInteger plusModulus = new BigInteger(1, signature).add(key.getModulus());
        assertThat(refusal(input + "." + KeyMaterial.encode(plusModulus))).isEqualTo(Reason.BAD_SIGNATURE);
    }

    @Test
    @DisplayName("T-25: S + L, other lengths and small-order R are refused")
    void a_malleable_ed25519_signature_is_refused() {
        BigInteger order = BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));
        String input = input(Door.ED);
        byte[] right = Base64Url.decode(part(Door.signText(Door.ED, input), 2));
        BigInteger s = littleEndian(Arrays.copyOfRange(right, 32, 64));
        assertThat(refusal(input + "." + Base64Url.encode(right))).isNull();

        for (BigInteger other :
                List.of(s.add(order), order, s.setBit(253), s.setBit(254), s.setBit(255), BigInteger.ZERO)) {
            byte[] changed = right.clone();
            for (int i = 0; i < 32; i++) {
                changed[32 + i] = other.shiftRight(8 * i).byteValue();
            }
            assertThat(refusal(input + "." + Base64Url.encode(changed))).isEqualTo(Reason.BAD_SIGNATURE);
        }
        byte[] zeroR = right.clone();
        Arrays.fill(zeroR, 0, 32, (byte) 0);
        for (byte[] signature : List.of(zeroR, Arrays.copyOf(right, 63), Arrays.copyOf(right, 65), new byte[64])) {
            assertThat(refusal(input + "." + Base64Url.encode(signature))).isEqualTo(Reason.BAD_SIGNATURE);
        }
    }

    @ParameterizedTest
    @DisplayName("T-26: one character changed anywhere is refused, and every bad signature gets the same answer")
    @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA", "HS256"})
    void one_changed_character_is_refused(Algorithm algorithm) {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        JwkSet keys = JwkSet.of(List.of(key.verificationKey()));
        String token = Door.sign(key, Door.header(key), CLAIMS);
        assertThat(Door.POLICY.check(token, keys, Door.NOW)).isInstanceOf(Verified.class);
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'E' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(Door.POLICY.check(changed, keys, Door.NOW)).as("at " + i).isInstanceOf(Rejected.class);
        }
        var otherClaims = Door.claims();
        otherClaims.put("sub", "mallory");
        String other = Door.sign(key, Door.header(key), Json.write(otherClaims));
        String spliced = part(token, 0) + "." + part(token, 1) + "." + part(other, 2);
        assertThat(Door.POLICY.check(spliced, keys, Door.NOW)).isEqualTo(new Rejected(Reason.BAD_SIGNATURE));
    }

    private static String input(PrivateJwk key) {
        return Base64Url.encode(Json.write(Door.header(key))) + "." + Base64Url.encode(CLAIMS);
    }

    private static String encoded(BigInteger r, BigInteger s) {
        byte[] signature = new byte[64];
        for (int i = 0; i < 32; i++) {
            signature[31 - i] = r.shiftRight(8 * i).byteValue();
            signature[63 - i] = s.shiftRight(8 * i).byteValue();
        }
        return Base64Url.encode(signature);
    }

    private static byte[] der(byte[] signature) {
        byte[] r = new BigInteger(1, Arrays.copyOfRange(signature, 0, 32)).toByteArray();
        byte[] s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)).toByteArray();
        String hex = "30%02x02%02x%s02%02x%s"
                .formatted(
                        4 + r.length + s.length,
                        r.length,
                        HexFormat.of().formatHex(r),
                        s.length,
                        HexFormat.of().formatHex(s));
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] widened(byte[] signature, int width) {
        byte[] wide = new byte[2 * width];
        System.arraycopy(signature, 0, wide, width - 32, 32);
        System.arraycopy(signature, 32, wide, 2 * width - 32, 32);
        return wide;
    }

    private static byte[] padded(String prefixHex, byte[] hash, int length) {
        byte[] prefix = HexFormat.of().parseHex(prefixHex);
        byte[] encoded = new byte[length];
        Arrays.fill(encoded, (byte) 0xFF);
        encoded[0] = 0;
        encoded[1] = 1;
        int start = length - prefix.length - hash.length;
        encoded[start - 1] = 0;
        System.arraycopy(prefix, 0, encoded, start, prefix.length);
        System.arraycopy(hash, 0, encoded, length - hash.length, hash.length);
        return encoded;
    }

    private static String rawRsa(byte[] encoded) {
        var n = new BigInteger(1, Base64Url.decode((String) Door.RSA.toJson().get("n")));
        var d = new BigInteger(1, Base64Url.decode((String) Door.RSA.toJson().get("d")));
        byte[] signature = new byte[256];
        BigInteger number = new BigInteger(1, encoded).modPow(d, n);
        for (int i = 0; i < 256; i++) {
            signature[255 - i] = number.shiftRight(8 * i).byteValue();
        }
        return Base64Url.encode(signature);
    }

    private static BigInteger littleEndian(byte[] bytes) {
        BigInteger number = BigInteger.ZERO;
        for (int i = bytes.length - 1; i >= 0; i--) {
            number = number.shiftLeft(8).or(BigInteger.valueOf(bytes[i] & 0xFF));
        }
        return number;
    }
}
