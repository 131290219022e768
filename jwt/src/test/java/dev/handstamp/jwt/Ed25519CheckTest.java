package dev.handstamp.jwt;

import static dev.handstamp.jwt.Edwards25519.L;
import static dev.handstamp.jwt.Edwards25519.P;
import static dev.handstamp.jwt.Vectors.object;
import static dev.handstamp.jwt.Vectors.objects;
import static dev.handstamp.jwt.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.SlowEdwards.Point;
import dev.handstamp.jwt.Vectors.Case;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Our check of Ed25519 says what the JDK's and ACCP's say, with small tables and with large ones.
class Ed25519CheckTest {

    private static final int SIGNATURES = 20_000;
    private static final int BY_THE_JDK = 1_000;

    private static final HexFormat HEX = HexFormat.of();
    private static final Random RANDOM = new Random(20_320_107);

    @ParameterizedTest(name = "RFC 8032 §7.1: {0}")
    @MethodSource("rfcVectors")
    void the_rfc_s_signatures_are_good_and_nothing_near_them_is(String name, Map<String, Object> vector) {
        byte[] message = HEX.parseHex(text(vector, "message"));
        byte[] signature = HEX.parseHex(text(vector, "signature"));
        Keys keys = new Keys(HEX.parseHex(text(vector, "publicKey")));

        assertThat(keys.agreedOn(message, signature)).isTrue();
        for (int bit = 0; bit < 512; bit++) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(keys.isGood(message, changed)).as("bit " + bit).isFalse();
        }
        assertThat(keys.agreedOn(Arrays.copyOf(message, message.length + 1), signature))
                .isFalse();
    }

    static Stream<Object[]> rfcVectors() {
        return objects(Vectors.read("rfc8032/ed25519.json"), "tests").stream()
                .map(vector -> new Object[] {text(vector, "name"), vector});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wycheproof")
    void wycheproof(Case vector) {
        byte[] a = Base64Url.decode(text(object(vector.group(), "publicKeyJwk"), "x"));
        byte[] message = HEX.parseHex(text(vector.test(), "msg"));
        byte[] signature = HEX.parseHex(text(vector.test(), "sig"));
        boolean hasTheLength = signature.length == 64; // What has not, Jwk has refused already.

        assertThat(hasTheLength && new Keys(a).isGood(message, signature)).isEqualTo(vector.isValid());
    }

    static Stream<Case> wycheproof() {
        return Vectors.wycheproof("ed25519_test.json");
    }

    @Test
    void random_signatures_and_mutants_get_the_answers_of_accp_and_some_those_of_the_jdk_too() throws Exception {
        var signers = new ArrayList<Signature>();
        var keys = new ArrayList<Keys>();
        for (int i = 0; i < 100; i++) {
            KeyPair pair = keyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            Signature signer = CryptoProvider.best().signature(Algorithm.EDDSA);
            signer.initSign(pair.getPrivate());
            signers.add(signer);
            keys.add(new Keys(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
        }
        for (int i = 0; i < SIGNATURES; i++) {
            byte[] message = new byte[RANDOM.nextInt(400)];
            RANDOM.nextBytes(message);
            int key = RANDOM.nextInt(keys.size());
            signers.get(key).update(message);
            byte[] signature = signers.get(key).sign();
            boolean isMutant = RANDOM.nextInt(4) == 0;
            if (isMutant) {
                int bit = RANDOM.nextInt(512 + 8 * message.length);
                byte[] changed = bit < 512 ? signature : message;
                changed[bit < 512 ? bit / 8 : bit / 8 - 64] ^= (byte) (1 << bit % 8);
            }
            boolean answer = i < BY_THE_JDK
                    ? keys.get(key).agreedOn(message, signature)
                    : keys.get(key).agreedWithAccpOn(message, signature);
            assertThat(answer).isEqualTo(!isMutant);
        }
    }

    @Test
    @DisplayName("T-25: S has no twin")
    void s_plus_a_multiple_of_l_is_refused() {
        Signed signed = Signed.with(SlowEdwards.NEUTRAL, SlowEdwards.NEUTRAL);
        assertThat(signed.keys.agreedOn(signed.message, signed.signature)).isTrue();
        BigInteger s = Edwards25519.fromLittleEndian(Arrays.copyOfRange(signed.signature, 32, 64));
        for (int times = 1; times < 15; times++) {
            BigInteger twin = s.add(L.multiply(BigInteger.valueOf(times)));
            assertThat(signed.keys.agreedOn(signed.message, signed.withS(twin))).isFalse();
        }
        for (BigInteger other : List.of(
                BigInteger.ZERO,
                BigInteger.ONE,
                L.subtract(BigInteger.ONE),
                L,
                L.add(BigInteger.ONE),
                BigInteger.ONE.shiftLeft(252),
                BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE),
                s.setBit(253),
                s.setBit(255))) {
            assertThat(signed.keys.agreedOn(signed.message, signed.withS(other)))
                    .isFalse();
        }
    }

    /// A key with a part of small order, and an R with one: 8 S B = 8 R + 8 k A holds for all of these, S B = R +
    /// k A for those only whose small parts cancel out.
    @Test
    void parts_of_small_order_count_as_they_do_elsewhere() {
        int good = 0;
        int bad = 0;
        for (int ofA = 0; ofA < 8; ofA++) {
            for (int ofR = 0; ofR < 8; ofR++) {
                Point smallA = SlowEdwards.ORDER_EIGHT.times(BigInteger.valueOf(ofA));
                Point smallR = SlowEdwards.ORDER_EIGHT.times(BigInteger.valueOf(ofR));
                for (int i = 0; i < 8; i++) {
                    Signed signed = Signed.with(smallA, smallR);
                    BigInteger k = SlowEdwards.k(signed.r(), signed.keys.a, signed.message);
                    boolean cancels = smallR.plus(smallA.times(k)).equals(SlowEdwards.NEUTRAL);
                    assertThat(signed.keys.agreedOn(signed.message, signed.signature))
                            .isEqualTo(cancels);
                    good += cancels ? 1 : 0;
                    bad += cancels ? 0 : 1;
                }
            }
        }
        assertThat(good).isGreaterThan(50);
        assertThat(bad).isGreaterThan(200);
    }

    /// R = (0, 1) is also written as y = p + 1, and each with a sign that its x = 0 does not have.
    @Test
    void r_has_one_spelling() {
        BigInteger one = BigInteger.ONE;
        for (BigInteger r : List.of(one, one.setBit(255), P.add(one), P.add(one).setBit(255))) {
            BigInteger secret = new BigInteger(250, RANDOM);
            byte[] a = SlowEdwards.BASE.times(secret).encoded();
            byte[] message = {1, 2, 3};
            byte[] signature = SlowEdwards.sign(secret, BigInteger.ZERO, SlowEdwards.little(r), a, message);

            assertThat(new Keys(a).agreedOn(message, signature))
                    .as(r.toString(16))
                    .isEqualTo(r.equals(one));
        }
    }

    /// All points of small order in all spellings, with the S that fits if only y is looked at modulo p.
    @Test
    void an_r_of_small_order_in_any_spelling_gets_the_answers_of_the_others() {
        for (int i = 0; i < 8; i++) {
            BigInteger y = SlowEdwards.ORDER_EIGHT.times(BigInteger.valueOf(i)).y();
            for (BigInteger spelling :
                    List.of(y, y.setBit(255), y.add(P), y.add(P).setBit(255))) {
                if (spelling.bitLength() > 256) continue;
                BigInteger secret = new BigInteger(250, RANDOM);
                byte[] a = SlowEdwards.BASE.times(secret).encoded();
                byte[] message = {(byte) i};
                byte[] signature = SlowEdwards.sign(secret, BigInteger.ZERO, SlowEdwards.little(spelling), a, message);

                new Keys(a).agreedOn(message, signature);
            }
        }
    }

    @Test
    void a_key_gets_a_large_table_once_it_has_shown_good_signatures_and_the_process_keeps_a_number_of_them() {
        Signed signed = Signed.with(SlowEdwards.NEUTRAL, SlowEdwards.NEUTRAL);
        Ed25519Check first = new Ed25519Check(signed.keys.a, Ed25519CheckTest::nobody, () -> true);
        byte[] bad = signed.withS(BigInteger.TEN);
        for (int i = 0; i < 2 * Ed25519Check.GOOD_FOR_LARGE; i++) {
            assertThat(first.isGood(signed.message, signed.message.length, bad)).isFalse();
        }
        assertThat(first.hasLargeTable()).as("bad signatures earn nothing").isFalse();

        assertThat(enlarged(first, signed)).isTrue();
        var others = new ArrayList<Ed25519Check>();
        for (int i = 0; i < Ed25519Check.LARGE_TABLES; i++) {
            var other = new Ed25519Check(signed.keys.a, Ed25519CheckTest::nobody, () -> true);
            assertThat(enlarged(other, signed)).isTrue();
            others.add(other);
        }
        assertThat(first.hasLargeTable()).as("given up for one of the others").isFalse();
        assertThat(others).allMatch(Ed25519Check::hasLargeTable);
        assertThat(enlarged(first, signed)).as("earned anew").isTrue();
        assertThat(others.stream().filter(Ed25519Check::hasLargeTable)).hasSize(Ed25519Check.LARGE_TABLES - 1);
    }

    @Test
    void a_check_that_fails_its_self_check_leaves_the_answer_to_the_jdk() {
        Signed signed = Signed.with(SlowEdwards.NEUTRAL, SlowEdwards.NEUTRAL);
        byte[] bad = signed.withS(BigInteger.TEN);
        var asked = new ArrayList<byte[]>();
        var check = new Ed25519Check(
                signed.keys.a,
                (data, length, signature) -> {
                    asked.add(signature);
                    return signed.keys.jdk.isGood(data, length, signature);
                },
                () -> false);

        assertThat(check.isGood(signed.message, signed.message.length, signed.signature))
                .isTrue();
        assertThat(check.isGood(signed.message, signed.message.length, bad)).isFalse();
        assertThat(asked).containsExactly(signed.signature, bad);
    }

    @Test
    void the_self_check_finds_out_who_says_yes_or_no_to_everything_or_breaks() {
        byte[] a = HEX.parseHex(
                text(objects(Vectors.read("rfc8032/ed25519.json"), "tests").get(1), "publicKey"));
        assertThat(Ed25519Check.answersRight(new Ed25519Check(a, Ed25519CheckTest::nobody)))
                .isTrue();
        assertThat(Ed25519Check.answersRight(new Keys(a).jdk)).isTrue();
        assertThat(Ed25519Check.answersRight((data, length, signature) -> true)).isFalse();
        assertThat(Ed25519Check.answersRight((data, length, signature) -> false))
                .isFalse();
        assertThat(Ed25519Check.answersRight(Ed25519CheckTest::nobody)).isFalse();
    }

    @Test
    void keys_without_accp_are_checked_by_it_and_keys_with_accp_are_not() throws Exception {
        PrivateJwk pair = PrivateJwk.generate(Algorithm.EDDSA);
        Map<String, Object> members = pair.publicJwk().orElseThrow().toJson();
        Jwk ours = Jwk.parse(members, CryptoProvider.JDK);
        var material = new Ed25519Material(CryptoProvider.JDK);
        assertThat(material.signatureCheck(Algorithm.EDDSA, ours.publicKey())).isInstanceOf(Ed25519Check.class);
        assertThat(new Ed25519Material(CryptoProvider.best()).signatureCheck(Algorithm.EDDSA, ours.publicKey()))
                .isInstanceOf(JcaSignatureCheck.class);

        byte[] message = {1, 2, 3, 4};
        byte[] signature = pair.sign(message);
        assertThat(ours.verifies(message, 4, signature)).isTrue();
        assertThat(ours.verifies(message, 3, signature)).isFalse();
        assertThat(ours.verifies(message, 4, Arrays.copyOf(signature, 63))).isFalse();
        assertThat(ours.verifies(message, 4, Arrays.copyOf(signature, 65))).isFalse();
    }

    private static boolean enlarged(Ed25519Check check, Signed signed) {
        for (int i = 0; i < Ed25519Check.GOOD_FOR_LARGE; i++) {
            assertThat(check.hasLargeTable()).isFalse();
            assertThat(check.isGood(signed.message, signed.message.length, signed.signature))
                    .isTrue();
        }
        return check.hasLargeTable();
    }

    private static boolean nobody(byte[] data, int length, byte[] signature) {
        throw new IllegalStateException("not to be asked");
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        SecureRandom seeded = SecureRandom.getInstance("SHA1PRNG");
        seeded.setSeed(RANDOM.nextLong());
        generator.initialize(255, seeded);
        return generator.generateKeyPair();
    }

    /// One key under all checks: ours with small and with large tables, the JDK's and ACCP's.
    private static final class Keys {
        private final byte[] a;
        private final Ed25519Check small;
        private final Ed25519Check large;
        private final SignatureCheck jdk;
        private final SignatureCheck accp;

        Keys(byte[] a) {
            this.a = a;
            PublicKey key = publicKey(a);
            small = new Ed25519Check(a, Ed25519CheckTest::nobody);
            large = new Ed25519Check(a, Ed25519CheckTest::nobody);
            large.enlarge();
            jdk = new JcaSignatureCheck(Algorithm.EDDSA, key, CryptoProvider.JDK);
            accp = new JcaSignatureCheck(Algorithm.EDDSA, key, CryptoProvider.best());
        }

        boolean isGood(byte[] message, byte[] signature) {
            boolean answer = small.isGood(message, message.length, signature);
            assertThat(large.isGood(message, message.length, signature)).isEqualTo(answer);
            return answer;
        }

        boolean agreedWithAccpOn(byte[] message, byte[] signature) {
            boolean answer = isGood(message, signature);
            assertThat(accp.isGood(message, message.length, signature))
                    .as("ACCP")
                    .isEqualTo(answer);
            return answer;
        }

        boolean agreedOn(byte[] message, byte[] signature) {
            boolean answer = agreedWithAccpOn(message, signature);
            assertThat(jdk.isGood(message, message.length, signature))
                    .as("the JDK")
                    .isEqualTo(answer);
            return answer;
        }

        private static PublicKey publicKey(byte[] a) {
            byte[] encoded = KeyMaterial.join(HEX.parseHex("302a300506032b6570032100"), a);
            try {
                return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// A signature that we made ourselves, with points of small order added to A and R.
    private static final class Signed {
        private static final BigInteger SECRET = new BigInteger(250, RANDOM);
        private static final Point OF_SECRET = SlowEdwards.BASE.times(SECRET);
        private static final BigInteger NONCE = new BigInteger(250, RANDOM);
        private static final Point OF_NONCE = SlowEdwards.BASE.times(NONCE);

        private final Keys keys;
        private final byte[] message;
        private final byte[] signature;

        private Signed(Keys keys, byte[] message, byte[] signature) {
            this.keys = keys;
            this.message = message;
            this.signature = signature;
        }

        static Signed with(Point smallA, Point smallR) {
            byte[] a = OF_SECRET.plus(smallA).encoded();
            byte[] r = OF_NONCE.plus(smallR).encoded();
            byte[] message = new byte[20];
            RANDOM.nextBytes(message);
            return new Signed(new Keys(a), message, SlowEdwards.sign(SECRET, NONCE, r, a, message));
        }

        byte[] r() {
            return Arrays.copyOf(signature, 32);
        }

        byte[] withS(BigInteger s) {
            byte[] changed = signature.clone();
            System.arraycopy(SlowEdwards.little(s), 0, changed, 32, 32);
            return changed;
        }
    }
}
