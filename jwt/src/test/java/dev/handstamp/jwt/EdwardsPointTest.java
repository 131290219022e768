package dev.handstamp.jwt;

import static dev.handstamp.jwt.Edwards25519.L;
import static dev.handstamp.jwt.Edwards25519.P;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.SlowEdwards.Point;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Points and tables against the definition.
class EdwardsPointTest {

    private static final List<BigInteger> SCALARS = scalars();

    /// All of small order, the base point with and without them, and random ones.
    private static final List<Point> POINTS = points();

    @Test
    void points_are_decoded_and_encoded_as_the_definition_has_it() {
        for (Point point : POINTS) {
            assertThat(encoded(fast(point))).isEqualTo(point.encoded());
        }
        assertThat(encoded(EdwardsPoint.base())).isEqualTo(SlowEdwards.BASE.encoded());
        assertThat(encoded(new EdwardsPoint())).isEqualTo(SlowEdwards.NEUTRAL.encoded());
    }

    @Test
    void what_is_no_point_is_not_decoded() {
        int none = 0;
        for (long y = 0; y < 200; y++) {
            byte[] encoded = SlowEdwards.little(BigInteger.valueOf(y));
            boolean isPoint = SlowEdwards.find(encoded).isPresent();
            none += isPoint ? 0 : 1;
            assertThat(EdwardsPoint.decode(encoded) != null).isEqualTo(isPoint);
        }
        assertThat(none).isBetween(50, 150);
        assertThat(EdwardsPoint.decode(SlowEdwards.little(BigInteger.ONE.setBit(255))))
                .as("x = 0 has no other sign")
                .isNull();
        assertThat(EdwardsPoint.decode(
                        SlowEdwards.little(P.subtract(BigInteger.ONE).setBit(255))))
                .isNull();
    }

    @Test
    void any_two_points_are_added_and_taken_away() {
        for (Point a : POINTS) {
            for (Point b : POINTS) {
                long[] table = entry(b);
                EdwardsPoint sum = fast(a);
                sum.add(table, 0, false);
                assertThat(encoded(sum)).isEqualTo(a.plus(b).encoded());
                sum.add(table, 0, true);
                sum.add(table, 0, true);
                assertThat(encoded(sum)).isEqualTo(a.plus(b.minus()).encoded());
            }
        }
    }

    @Test
    void points_are_doubled_and_negated_and_still_add_up() {
        for (Point point : POINTS) {
            long[] table = entry(point);
            for (int times = 1; times <= 4; times++) {
                EdwardsPoint doubled = fast(point);
                doubled.multiplyBy2(times);
                Point expected = point.times(BigInteger.ONE.shiftLeft(times));
                assertThat(encoded(doubled)).isEqualTo(expected.encoded());
                doubled.negate();
                doubled.add(table, 0, false);
                assertThat(encoded(doubled))
                        .isEqualTo(expected.minus().plus(point).encoded());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 51", "5, 3", "6, 1", "4, 2", "2, 7", "8, 1", "5, 52"})
    void a_table_multiplies_as_the_definition_has_it(int width, int steps) {
        for (Point point : List.of(
                SlowEdwards.BASE,
                SlowEdwards.BASE.plus(SlowEdwards.ORDER_EIGHT),
                SlowEdwards.ORDER_EIGHT,
                POINTS.get(POINTS.size() - 1))) {
            var multiples = new EdwardsMultiples(fast(point), width, steps);
            byte[] digits = new byte[Ed25519Scalar.digits(width)];
            for (BigInteger scalar : SCALARS) {
                Ed25519Scalar.toDigits(SlowEdwards.little(scalar), width, digits);
                var sum = new EdwardsPoint();
                for (int step = steps - 1; step >= 0; step--) {
                    multiples.addTo(sum, digits, step);
                    if (step > 0) sum.multiplyBy2(width);
                }
                assertThat(encoded(sum))
                        .as(scalar.toString(16))
                        .isEqualTo(point.times(scalar).encoded());
            }
        }
    }

    /// Each entry of each row, one digit at a time, taken once with each sign.
    @ParameterizedTest
    @CsvSource({"5, 51", "5, 3", "6, 1"})
    void each_entry_of_a_table_is_its_multiple(int width, int steps) {
        var multiples = new EdwardsMultiples(EdwardsPoint.base(), width, steps);
        int count = Ed25519Scalar.digits(width);
        Point ofRow = SlowEdwards.BASE;
        for (int i = 0; i < count; i += steps) {
            Point expected = SlowEdwards.NEUTRAL;
            for (int digit = 1; digit <= 1 << (width - 1); digit++) {
                expected = expected.plus(ofRow);
                byte[] digits = new byte[count];
                for (int sign : new int[] {1, -1}) {
                    digits[i] = (byte) (sign * digit);
                    var sum = new EdwardsPoint();
                    multiples.addTo(sum, digits, 0);
                    assertThat(encoded(sum)).isEqualTo((sign > 0 ? expected : expected.minus()).encoded());
                }
            }
            ofRow = ofRow.times(BigInteger.ONE.shiftLeft(width * steps));
        }
    }

    private static EdwardsPoint fast(Point point) {
        return EdwardsPoint.decode(point.encoded());
    }

    private static byte[] encoded(EdwardsPoint point) {
        byte[] encoded = new byte[32];
        point.encode(encoded);
        return encoded;
    }

    private static long[] entry(Point point) {
        BigInteger product = point.x().multiply(point.y()).multiply(Edwards25519.D.shiftLeft(1));
        long[] entry = new long[3 * FieldElement.LIMBS];
        FieldElement.of(point.y().add(point.x())).store(entry, 0);
        FieldElement.of(point.y().subtract(point.x())).store(entry, FieldElement.LIMBS);
        FieldElement.of(product).store(entry, 2 * FieldElement.LIMBS);
        return entry;
    }

    private static List<Point> points() {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 8; i++) {
            Point small = SlowEdwards.ORDER_EIGHT.times(BigInteger.valueOf(i));
            points.add(small);
            points.add(SlowEdwards.BASE.plus(small));
        }
        var random = new Random(5);
        for (int i = 0; i < 4; i++) {
            points.add(SlowEdwards.BASE.times(new BigInteger(252, random)));
        }
        return points;
    }

    private static List<BigInteger> scalars() {
        var scalars = new ArrayList<BigInteger>();
        for (int i = 0; i <= 9; i++) {
            scalars.add(BigInteger.valueOf(i));
            scalars.add(L.subtract(BigInteger.valueOf(i + 1)));
        }
        for (int bit = 5; bit < 253; bit += 31) {
            scalars.add(BigInteger.ONE.shiftLeft(bit));
            scalars.add(BigInteger.ONE.shiftLeft(bit).subtract(BigInteger.ONE));
        }
        scalars.add(BigInteger.ONE.shiftLeft(252));
        var random = new Random(6);
        for (int i = 0; i < 8; i++) {
            scalars.add(new BigInteger(252, random));
        }
        return scalars;
    }
}
