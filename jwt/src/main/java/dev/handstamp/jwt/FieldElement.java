package dev.handstamp.jwt;

import java.math.BigInteger;
import java.util.Arrays;

/// A number modulo p = 2^255 - 19, the field of Ed25519 (RFC 8032 §5.1), that is overwritten with results.
///
/// It is the sum of five signed limbs, limb i times 2^(51 i). What a product, a square or an inverse leaves is
/// *reduced*: no limb is beyond 2^51 + 2^16 either way. Sums and differences carry nothing. What is multiplied
/// may have limbs up to 5 · 2^51 either way, so it can be the sum or difference of four reduced elements.
///
/// For public numbers only: how long it takes is nobody's secret.
final class FieldElement {

    /// In how many longs an element is stored.
    static final int LIMBS = 5;

    private static final int SIZE = 32;
    private static final int BITS = 51;
    private static final long MASK = (1L << BITS) - 1;

    private long l0;
    private long l1;
    private long l2;
    private long l3;
    private long l4;

    /// Zero.
    FieldElement() {}

    static FieldElement of(BigInteger number) {
        BigInteger rest = number.mod(Edwards25519.P);
        var element = new FieldElement();
        element.set(
                rest.longValue() & MASK,
                rest.shiftRight(BITS).longValue() & MASK,
                rest.shiftRight(2 * BITS).longValue() & MASK,
                rest.shiftRight(3 * BITS).longValue() & MASK,
                rest.shiftRight(4 * BITS).longValue());
        return element;
    }

    void set(FieldElement a) {
        set(a.l0, a.l1, a.l2, a.l3, a.l4);
    }

    void set(long limb0, long limb1, long limb2, long limb3, long limb4) {
        l0 = limb0;
        l1 = limb1;
        l2 = limb2;
        l3 = limb3;
        l4 = limb4;
    }

    void load(long[] from, int offset) {
        set(from[offset], from[offset + 1], from[offset + 2], from[offset + 3], from[offset + 4]);
    }

    void store(long[] to, int offset) {
        to[offset] = l0;
        to[offset + 1] = l1;
        to[offset + 2] = l2;
        to[offset + 3] = l3;
        to[offset + 4] = l4;
    }

    /// a + b
    void setSum(FieldElement a, FieldElement b) {
        set(a.l0 + b.l0, a.l1 + b.l1, a.l2 + b.l2, a.l3 + b.l3, a.l4 + b.l4);
    }

    /// a - b
    void setDifference(FieldElement a, FieldElement b) {
        set(a.l0 - b.l0, a.l1 - b.l1, a.l2 - b.l2, a.l3 - b.l3, a.l4 - b.l4);
    }

    /// a b
    ///
    /// Limb i of a times limb j of b belongs to limb i + j, or 19 times to limb i + j - 5, since 2^255 = 19. Such
    /// a product has up to 111 bits. What is above its lowest 51 belongs to the next limb: `multiplyHigh` of
    /// factors that were shifted by 13 bits together is just that part, rounded down. The five parts of a column
    /// are summed (`up`); the lowest bits, whose sum is below 5 · 2^51, are then the sum of the products less
    /// `up` · 2^51, whatever overflowed meanwhile.
    ///
    /// Nothing else overflows: a shifted factor is at most 5 · 2^59, or 19 · 5 · 2^56, which is below 2^63; a
    /// part is at most 25 · 2^51, or 19 times that; the first column, where five parts of the last one count 19
    /// times, is at most (5 · 19 · 25 + 5) · 2^51 = 2380 · 2^51 < 2^63, and no other is larger.
    void setProduct(FieldElement a, FieldElement b) {
        long a0 = a.l0;
        long a1 = a.l1;
        long a2 = a.l2;
        long a3 = a.l3;
        long a4 = a.l4;
        long b0 = b.l0;
        long b1 = b.l1;
        long b2 = b.l2;
        long b3 = b.l3;
        long b4 = b.l4;
        long c1 = 19 * b1;
        long c2 = 19 * b2;
        long c3 = 19 * b3;
        long c4 = 19 * b4;

        long up0 = up(a0, b0) + up(a1, c4) + up(a2, c3) + up(a3, c2) + up(a4, c1);
        long up1 = up(a0, b1) + up(a1, b0) + up(a2, c4) + up(a3, c3) + up(a4, c2);
        long up2 = up(a0, b2) + up(a1, b1) + up(a2, b0) + up(a3, c4) + up(a4, c3);
        long up3 = up(a0, b3) + up(a1, b2) + up(a2, b1) + up(a3, b0) + up(a4, c4);
        long up4 = up(a0, b4) + up(a1, b3) + up(a2, b2) + up(a3, b1) + up(a4, b0);

        long low0 = a0 * b0 + a1 * c4 + a2 * c3 + a3 * c2 + a4 * c1 - (up0 << BITS);
        long low1 = a0 * b1 + a1 * b0 + a2 * c4 + a3 * c3 + a4 * c2 - (up1 << BITS);
        long low2 = a0 * b2 + a1 * b1 + a2 * b0 + a3 * c4 + a4 * c3 - (up2 << BITS);
        long low3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + a4 * c4 - (up3 << BITS);
        long low4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 - (up4 << BITS);

        setCarried(low0 + 19 * up4, low1 + up0, low2 + up1, low3 + up2, low4 + up3);
    }

    /// a²: the product where equal terms are counted twice, within the same bounds.
    void setSquare(FieldElement a) {
        long a0 = a.l0;
        long a1 = a.l1;
        long a2 = a.l2;
        long a3 = a.l3;
        long a4 = a.l4;
        long twice0 = 2 * a0;
        long twice1 = 2 * a1;
        long twice2 = 2 * a2;
        long twice3 = 2 * a3;
        long c3 = 19 * a3;
        long c4 = 19 * a4;

        long up0 = up(a0, a0) + up(twice1, c4) + up(twice2, c3);
        long up1 = up(twice0, a1) + up(twice2, c4) + up(a3, c3);
        long up2 = up(twice0, a2) + up(a1, a1) + up(twice3, c4);
        long up3 = up(twice0, a3) + up(twice1, a2) + up(a4, c4);
        long up4 = up(twice0, a4) + up(twice1, a3) + up(a2, a2);

        long low0 = a0 * a0 + twice1 * c4 + twice2 * c3 - (up0 << BITS);
        long low1 = twice0 * a1 + twice2 * c4 + a3 * c3 - (up1 << BITS);
        long low2 = twice0 * a2 + a1 * a1 + twice3 * c4 - (up2 << BITS);
        long low3 = twice0 * a3 + twice1 * a2 + a4 * c4 - (up3 << BITS);
        long low4 = twice0 * a4 + twice1 * a3 + a2 * a2 - (up4 << BITS);

        setCarried(low0 + 19 * up4, low1 + up0, low2 + up1, low3 + up2, low4 + up3);
    }

    /// What of the product a b is above its lowest 51 bits.
    private static long up(long a, long b) {
        return Math.multiplyHigh(a << 8, b << 5);
    }

    /// One round of carries, all at once. A column of at most 2380 · 2^51 carries at most 2380 to the next limb,
    /// and the last one 19 · 2380 < 2^16 to the first.
    private void setCarried(long c0, long c1, long c2, long c3, long c4) {
        l0 = (c0 & MASK) + 19 * (c4 >> BITS);
        l1 = (c1 & MASK) + (c0 >> BITS);
        l2 = (c2 & MASK) + (c1 >> BITS);
        l3 = (c3 & MASK) + (c2 >> BITS);
        l4 = (c4 & MASK) + (c3 >> BITS);
    }

    /// 1 / a = a^(p - 2), and p - 2 = 32 (2^250 - 1) + 11; 0 for 0.
    void setInverse(FieldElement a) {
        var a2 = new FieldElement();
        a2.setSquare(a);
        var a11 = new FieldElement();
        a11.setSquare(a2);
        a11.setSquare(a11);
        a11.setProduct(a11, a2);
        a11.setProduct(a11, a);
        var power = powerOfOnes(a);
        power.square(5);
        setProduct(power, a11);
    }

    /// a^((p - 5) / 8), from which RFC 8032 §5.1.3 makes roots; (p - 5) / 8 = 4 (2^250 - 1) + 1
    void setRootPower(FieldElement a) {
        var power = powerOfOnes(a);
        power.square(2);
        setProduct(power, a);
    }

    /// a^(2^250 - 1), the exponent growing from a single one bit: 1, 3, 7, 15, 31, 62, 125, 250 ones.
    private static FieldElement powerOfOnes(FieldElement a) {
        var power = new FieldElement();
        power.set(a);
        var half = new FieldElement();
        int ones = 1;
        for (int wanted : new int[] {3, 7, 15, 31, 62, 125, 250}) {
            half.set(power);
            power.square(ones);
            power.setProduct(power, half);
            if (wanted == 2 * ones + 1) {
                power.setSquare(power);
                power.setProduct(power, a);
            }
            ones = wanted;
        }
        return power;
    }

    private void square(int times) {
        for (int i = 0; i < times; i++) {
            setSquare(this);
        }
    }

    boolean isZero() {
        byte[] encoded = new byte[SIZE];
        encode(encoded);
        return Arrays.equals(encoded, new byte[SIZE]);
    }

    /// The sign of RFC 8032 §5.1.2: whether the number below p is odd.
    boolean isOdd() {
        byte[] encoded = new byte[SIZE];
        encode(encoded);
        return (encoded[0] & 1) != 0;
    }

    /// Writes the one number from 0 to p - 1, 32 bytes, little-endian. Takes limbs up to 5 · 2^51 either way.
    void encode(byte[] to) {
        var least = new FieldElement();
        least.set(this);
        least.carryThrough(); // From -114 to 2^255 + 114: beyond 2^255 were at most 6, which come back 19 times.
        least.carryThrough(); // From 0 to 2^255 - 1.
        var without = new FieldElement();
        without.set(least);
        without.l0 += 19;
        without.carryUp();
        if (without.l4 >> BITS != 0) { // 19 more reach 2^255: it was p or more, and less p is 19 more less 2^255.
            without.l4 &= MASK;
            least = without;
        }
        write(least.l0 | least.l1 << BITS, to, 0);
        write(least.l1 >> 13 | least.l2 << 38, to, 8);
        write(least.l2 >> 26 | least.l3 << 25, to, 16);
        write(least.l3 >> 39 | least.l4 << 12, to, 24);
    }

    private void carryThrough() {
        carryUp();
        l0 += 19 * (l4 >> BITS);
        l4 &= MASK;
    }

    private void carryUp() {
        l1 += l0 >> BITS;
        l0 &= MASK;
        l2 += l1 >> BITS;
        l1 &= MASK;
        l3 += l2 >> BITS;
        l2 &= MASK;
        l4 += l3 >> BITS;
        l3 &= MASK;
    }

    private static void write(long word, byte[] to, int offset) {
        for (int i = 0; i < 8; i++) {
            to[offset + i] = (byte) (word >> (8 * i));
        }
    }
}
