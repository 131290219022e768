package dev.handstamp.jwt;

import static dev.handstamp.jwt.Edwards25519.P;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Arithmetic of the field against whole numbers, above all where limbs are as large as they may be.
class FieldElementTest {

    private static final long REDUCED = (1L << 51) + (1L << 16);
    private static final long LARGEST = 5L << 51;

    private static final long[] LIMBS = {-LARGEST, -1, 0, 1, (1L << 51) - 1, LARGEST};

    /// All 7776 elements of these limbs, and some of random ones within the bounds.
    private static final List<FieldElement> ELEMENTS = elements();

    @Test
    void a_product_is_the_product_and_reduced_whatever_the_limbs() {
        var random = new Random(1);
        var result = new FieldElement();
        for (FieldElement a : ELEMENTS) {
            for (int i = 0; i < 8; i++) {
                FieldElement b = i == 0 ? a : ELEMENTS.get(random.nextInt(ELEMENTS.size()));
                result.setProduct(a, b);
                assertIs(result, value(a).multiply(value(b)));
            }
        }
    }

    @Test
    void products_of_the_largest_limbs_do_not_overflow() {
        for (long a : new long[] {-LARGEST, LARGEST}) {
            for (long b : new long[] {-LARGEST, LARGEST}) {
                var result = new FieldElement();
                result.setProduct(of(a, a, a, a, a), of(b, b, b, b, b));
                assertIs(result, value(of(a, a, a, a, a)).multiply(value(of(b, b, b, b, b))));
            }
        }
    }

    @Test
    void a_square_is_the_square_and_reduced_whatever_the_limbs() {
        var result = new FieldElement();
        for (FieldElement a : ELEMENTS) {
            result.setSquare(a);
            assertIs(result, value(a).pow(2));
        }
    }

    @Test
    void results_may_be_written_over_their_operands() {
        FieldElement a = FieldElement.of(P.subtract(BigInteger.TWO));
        a.setProduct(a, a);
        assertThat(canonical(a)).isEqualTo(BigInteger.valueOf(4));
        a.setSquare(a);
        assertThat(canonical(a)).isEqualTo(BigInteger.valueOf(16));
        a.setSum(a, a);
        assertThat(canonical(a)).isEqualTo(BigInteger.valueOf(32));
        a.setDifference(a, a);
        assertThat(a.isZero()).isTrue();
    }

    @Test
    void sums_and_differences_are_exact() {
        var random = new Random(2);
        var result = new FieldElement();
        for (FieldElement a : ELEMENTS) {
            FieldElement b = ELEMENTS.get(random.nextInt(ELEMENTS.size()));
            result.setSum(a, b);
            assertThat(value(result)).isEqualTo(value(a).add(value(b)));
            result.setDifference(a, b);
            assertThat(value(result)).isEqualTo(value(a).subtract(value(b)));
        }
    }

    @Test
    void an_inverse_times_its_number_is_one_and_zero_has_zero() {
        var result = new FieldElement();
        for (int i = 0; i < ELEMENTS.size(); i += 7) {
            FieldElement a = ELEMENTS.get(i);
            result.setInverse(a);
            BigInteger number = value(a).mod(P);
            assertIs(result, number.signum() == 0 ? BigInteger.ZERO : number.modInverse(P));
        }
    }

    @Test
    void the_power_for_roots_is_that_of_the_rfc() {
        BigInteger exponent = P.subtract(BigInteger.valueOf(5)).shiftRight(3);
        var result = new FieldElement();
        for (int i = 0; i < ELEMENTS.size(); i += 97) {
            result.setRootPower(ELEMENTS.get(i));
            assertIs(result, value(ELEMENTS.get(i)).modPow(exponent, P));
        }
    }

    @Test
    void an_encoding_is_the_number_below_p_whatever_the_limbs() {
        for (FieldElement a : ELEMENTS) {
            assertThat(canonical(a)).isEqualTo(value(a).mod(P));
            assertThat(a.isZero()).isEqualTo(value(a).mod(P).signum() == 0);
            assertThat(a.isOdd()).isEqualTo(value(a).mod(P).testBit(0));
        }
    }

    @Test
    void an_encoding_is_the_number_below_p_around_p_and_its_multiples() {
        long mask = (1L << 51) - 1;
        for (long low = -200; low <= 200; low++) {
            for (FieldElement a : List.of(
                    of(low, 0, 0, 0, 0),
                    of(mask + low, mask, mask, mask, mask),
                    of(low, 0, 0, 0, 1L << 51),
                    of(low, 0, 0, 0, 2L << 51),
                    of(low, 0, 0, 0, 5L << 51),
                    of(low, 0, 0, 0, -(5L << 51)))) {
                assertThat(canonical(a)).isEqualTo(value(a).mod(P));
            }
        }
    }

    @Test
    void numbers_beyond_p_are_taken_modulo_p() {
        for (int i = -2; i < 40; i++) {
            BigInteger number = P.add(BigInteger.valueOf(i));
            assertThat(canonical(FieldElement.of(number))).isEqualTo(number.mod(P));
        }
    }

    @Test
    void an_element_comes_back_from_where_it_was_stored() {
        long[] stored = new long[7];
        of(1, -2, 3, -4, 5).store(stored, 1);
        assertThat(stored).containsExactly(0, 1, -2, 3, -4, 5, 0);
        var loaded = new FieldElement();
        loaded.load(stored, 1);
        assertThat(value(loaded)).isEqualTo(value(of(1, -2, 3, -4, 5)));
    }

    private static void assertIs(FieldElement actual, BigInteger expected) {
        assertThat(value(actual).mod(P)).isEqualTo(expected.mod(P));
        long[] limbs = new long[FieldElement.LIMBS];
        actual.store(limbs, 0);
        assertThat(LongStream.of(limbs).map(Math::abs).max().orElseThrow()).isLessThanOrEqualTo(REDUCED);
    }

    private static BigInteger value(FieldElement element) {
        long[] limbs = new long[FieldElement.LIMBS];
        element.store(limbs, 0);
        BigInteger value = BigInteger.ZERO;
        for (int i = FieldElement.LIMBS - 1; i >= 0; i--) {
            value = value.shiftLeft(51).add(BigInteger.valueOf(limbs[i]));
        }
        return value;
    }

    private static BigInteger canonical(FieldElement element) {
        byte[] encoded = new byte[32];
        element.encode(encoded);
        return Edwards25519.fromLittleEndian(encoded);
    }

    private static FieldElement of(long l0, long l1, long l2, long l3, long l4) {
        var element = new FieldElement();
        element.set(l0, l1, l2, l3, l4);
        return element;
    }

    private static List<FieldElement> elements() {
        var elements = new ArrayList<FieldElement>();
        int count = LIMBS.length;
        for (int i = 0; i < count * count * count * count * count; i++) {
            elements.add(of(
                    LIMBS[i % count],
                    LIMBS[i / count % count],
                    LIMBS[i / count / count % count],
                    LIMBS[i / count / count / count % count],
                    LIMBS[i / count / count / count / count]));
        }
        var random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            elements.add(of(limb(random), limb(random), limb(random), limb(random), limb(random)));
        }
        return elements;
    }

    private static long limb(Random random) {
        return Math.floorMod(random.nextLong(), 2 * LARGEST + 1) - LARGEST;
    }
}
