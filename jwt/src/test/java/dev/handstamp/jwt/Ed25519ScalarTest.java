package dev.handstamp.jwt;

import static dev.handstamp.jwt.Edwards25519.L;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ed25519ScalarTest {

    private static final Random RANDOM = new Random(4);

    @Test
    void numbers_of_64_bytes_are_reduced_to_the_one_below_l() {
        for (BigInteger number : numbers()) {
            byte[] reduced = new byte[32];
            Ed25519Scalar.reduce(Edwards25519.toLittleEndian(number, 64), reduced);
            assertThat(Edwards25519.fromLittleEndian(reduced))
                    .as(number.toString(16))
                    .isEqualTo(number.mod(L));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void digits_are_small_and_make_up_the_scalar(int width) {
        for (BigInteger number : numbers()) {
            byte[] digits = new byte[Ed25519Scalar.digits(width)];
            Ed25519Scalar.toDigits(SlowEdwards.little(number.mod(L)), width, digits);

            BigInteger sum = BigInteger.ZERO;
            for (int i = digits.length - 1; i >= 0; i--) {
                assertThat((int) digits[i]).isBetween(-(1 << (width - 1)), (1 << (width - 1)) - 1);
                sum = sum.shiftLeft(width).add(BigInteger.valueOf(digits[i]));
            }
            assertThat(sum).isEqualTo(number.mod(L));
        }
    }

    @Test
    void s_is_below_l_or_refused() {
        for (BigInteger number : numbers()) {
            byte[] signature = new byte[64];
            BigInteger s = number.mod(BigInteger.ONE.shiftLeft(256));
            System.arraycopy(Edwards25519.toLittleEndian(s, 32), 0, signature, 32, 32);
            assertThat(Ed25519Scalar.isBelowL(signature, 32)).isEqualTo(s.compareTo(L) < 0);
        }
    }

    /// Around powers of two and multiples of L, all bits set up to each length, and random ones of each length.
    private static List<BigInteger> numbers() {
        var numbers = new ArrayList<BigInteger>();
        var centres = new ArrayList<BigInteger>();
        for (int bit = 0; bit <= 512; bit++) {
            centres.add(BigInteger.ONE.shiftLeft(bit));
            numbers.add(new BigInteger(bit, RANDOM));
            if (bit <= 259) {
                centres.add(L.shiftLeft(bit));
                centres.add(L.multiply(new BigInteger(bit + 1, RANDOM)));
            }
        }
        centres.add(BigInteger.ZERO);
        centres.add(L.multiply(BigInteger.ONE.shiftLeft(512).divide(L)));
        for (BigInteger centre : centres) {
            for (int i = -2; i <= 2; i++) {
                BigInteger number = centre.add(BigInteger.valueOf(i));
                if (number.signum() >= 0 && number.bitLength() <= 512) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }
}
