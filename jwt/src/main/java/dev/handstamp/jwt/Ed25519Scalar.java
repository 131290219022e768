package dev.handstamp.jwt;

import java.math.BigInteger;

/// Scalars of Ed25519, in 32 bytes, little-endian: how they are reduced modulo L and written in digits.
final class Ed25519Scalar {

    static final int SIZE = 32;

    /// Scalars are below L, and L below 2^253.
    private static final int BITS = 253;

    private static final int LIMB_BITS = 28;
    private static final long LIMB_MASK = (1L << LIMB_BITS) - 1;
    /// 9 limbs of 28 bits are the 252 bits up to the highest of L.
    private static final int LIMBS = 252 / LIMB_BITS;
    /// L - 2^252, of 125 bits.
    private static final long[] REST_OF_L = limbs(Edwards25519.L.clearBit(252));

    private static final byte[] L_BYTES = Edwards25519.toLittleEndian(Edwards25519.L, SIZE);

    private Ed25519Scalar() {}

    /// RFC 8032 §5.1.7 step 1: S is below L, or each signature would have a twin.
    static boolean isBelowL(byte[] bytes, int offset) {
        for (int i = SIZE - 1; i >= 0; i--) {
            int difference = (bytes[offset + i] & 0xFF) - (L_BYTES[i] & 0xFF);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    /// The number of digits of this width, with at least one bit more than a scalar has.
    static int digits(int width) {
        return BITS / width + 1;
    }

    /// Writes a scalar below L in digits from -2^(width - 1) to 2^(width - 1) - 1, lowest first. The last one
    /// carries nothing on: that would take a scalar of 1.5 · 2^252 or more.
    static void toDigits(byte[] scalar, int width, byte[] digits) {
        int half = 1 << (width - 1);
        int carry = 0;
        int count = digits(width);
        for (int i = 0; i < count; i++) {
            int digit = bits(scalar, i * width, width) + carry;
            carry = (digit + half) >> width;
            digits[i] = (byte) (digit - (carry << width));
        }
    }

    /// Writes the number modulo L: the one representative from 0 to L - 1, because a key may have a part of small
    /// order, of which another representative would make another point.
    ///
    /// A long division by 28 bits at a time, from the highest. With q = floor(r / 2^252), what is left, r - q L,
    /// lies between -2^154 and L: for q = -1 it is r + 2^252 and the rest of L; else below 2^252, less 2^29 rests
    /// at most.
    static void reduce(byte[] number, byte[] to) {
        long[] r = new long[LIMBS + 1];
        for (int bit = (8 * number.length - 1) / LIMB_BITS * LIMB_BITS; bit >= 0; bit -= LIMB_BITS) {
            long q = (r[LIMBS] << LIMB_BITS) + r[LIMBS - 1];
            System.arraycopy(r, 0, r, 1, LIMBS - 1);
            r[0] = bits(number, bit, LIMB_BITS);
            r[LIMBS] = q;
            subtractL(r, q);
        }
        if (r[LIMBS] < 0) {
            subtractL(r, -1);
        }
        write(r, to);
    }

    /// r - q L, with limbs from 0 to 2^28 - 1 but for the highest, which has the sign.
    private static void subtractL(long[] r, long q) {
        long carry = 0;
        for (int i = 0; i < LIMBS; i++) {
            long limb = r[i] + carry - (i < REST_OF_L.length ? q * REST_OF_L[i] : 0);
            r[i] = limb & LIMB_MASK;
            carry = limb >> LIMB_BITS;
        }
        r[LIMBS] += carry - q;
    }

    private static void write(long[] limbs, byte[] to) {
        for (int i = 0; i < SIZE; i++) {
            int limb = 8 * i / LIMB_BITS;
            int shift = 8 * i % LIMB_BITS;
            long next = limb < LIMBS ? limbs[limb + 1] << (LIMB_BITS - shift) : 0;
            to[i] = (byte) (limbs[limb] >> shift | next);
        }
    }

    private static int bits(byte[] number, int from, int count) {
        long bits = 0;
        for (int i = from / 8, shift = 0; i < number.length && shift < count + 7; i++, shift += 8) {
            bits |= (number[i] & 0xFFL) << shift;
        }
        return (int) (bits >> from % 8 & (1L << count) - 1);
    }

    private static long[] limbs(BigInteger number) {
        long[] limbs = new long[(number.bitLength() + LIMB_BITS - 1) / LIMB_BITS];
        for (int i = 0; i < limbs.length; i++) {
            limbs[i] = number.shiftRight(i * LIMB_BITS).longValue() & LIMB_MASK;
        }
        return limbs;
    }
}
