package dev.handstamp.jwt;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// A point of the curve of Ed25519, -x² + y² = 1 + d x² y², that is overwritten with results.
///
/// In extended coordinates (RFC 8032 §5.1.4): x = X/Z, y = Y/Z, x y = T/Z. The formulas are those of Hisil, Wong,
/// Carter and Dawson, with no exception for any two points, because d is no square. X, Y, Z and T are reduced;
/// beside each sum stands how many reduced elements it is made of, of which a factor may have four.
final class EdwardsPoint {

    private static final BigInteger TWO = BigInteger.valueOf(2);
    private static final FieldElement D_ELEMENT = FieldElement.of(Edwards25519.D);
    private static final FieldElement ONE = FieldElement.of(BigInteger.ONE);
    private static final FieldElement ROOT_OF_MINUS_ONE =
            FieldElement.of(TWO.modPow(Edwards25519.P.subtract(BigInteger.ONE).shiftRight(2), Edwards25519.P));

    final FieldElement x = new FieldElement();
    final FieldElement y = new FieldElement();
    final FieldElement z = new FieldElement();
    private final FieldElement t = new FieldElement();

    private final FieldElement a = new FieldElement();
    private final FieldElement b = new FieldElement();
    private final FieldElement c = new FieldElement();
    private final FieldElement d = new FieldElement();
    private final FieldElement e = new FieldElement();
    private final FieldElement f = new FieldElement();
    private final FieldElement g = new FieldElement();
    private final FieldElement h = new FieldElement();

    /// The neutral point (0, 1).
    EdwardsPoint() {
        setNeutral();
    }

    /// The point of RFC 8032 §5.1 that generates the group: y = 4/5, x even.
    static EdwardsPoint base() {
        BigInteger y = BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(Edwards25519.P));
        EdwardsPoint base = of(FieldElement.of(y), false);
        if (base == null) {
            throw new IllegalStateException("the base point is a point");
        }
        return base;
    }

    /// RFC 8032 §5.1.3, for a y below p; null if there is no such point.
    static @Nullable EdwardsPoint decode(byte[] encoded) {
        BigInteger number = Edwards25519.fromLittleEndian(encoded);
        return of(FieldElement.of(number.clearBit(255)), number.testBit(255));
    }

    /// The point with this y and the x of this sign; null if there is none.
    private static @Nullable EdwardsPoint of(FieldElement y, boolean isOdd) {
        var u = new FieldElement();
        u.setSquare(y);
        var v = new FieldElement();
        v.setProduct(u, D_ELEMENT);
        v.setSum(v, ONE); // 2
        u.setDifference(u, ONE); // 2

        // The candidate (u/v)^((p + 3) / 8) = u v³ (u v⁷)^((p - 5) / 8)
        var v3 = new FieldElement();
        v3.setSquare(v);
        v3.setProduct(v3, v);
        var uv7 = new FieldElement();
        uv7.setSquare(v3);
        uv7.setProduct(uv7, v);
        uv7.setProduct(uv7, u);
        var x = new FieldElement();
        x.setRootPower(uv7);
        x.setProduct(x, v3);
        x.setProduct(x, u);

        var square = new FieldElement();
        square.setSquare(x);
        square.setProduct(square, v);
        var difference = new FieldElement();
        difference.setDifference(square, u); // 3
        if (!difference.isZero()) {
            square.setSum(square, u); // 3
            if (!square.isZero()) {
                return null;
            }
            x.setProduct(x, ROOT_OF_MINUS_ONE);
        }
        if (x.isZero() && isOdd) {
            return null;
        }
        var point = new EdwardsPoint();
        point.x.set(x);
        point.y.set(y);
        if (x.isOdd() != isOdd) {
            point.x.setDifference(new FieldElement(), x);
        }
        point.t.setProduct(point.x, y);
        return point;
    }

    void set(EdwardsPoint point) {
        x.set(point.x);
        y.set(point.y);
        z.set(point.z);
        t.set(point.t);
    }

    void setNeutral() {
        x.set(0, 0, 0, 0, 0);
        y.set(ONE);
        z.set(ONE);
        t.set(x);
    }

    /// This point becomes its negative, (-x, y).
    void negate() {
        var zero = new FieldElement();
        x.setDifference(zero, x);
        t.setDifference(zero, t);
    }

    /// This point is added to itself `times` times.
    void multiplyBy2(int times) {
        for (int i = 1; i <= times; i++) {
            multiplyBy2(i == times);
        }
    }

    /// T is needed for an addition alone.
    private void multiplyBy2(boolean withT) {
        e.setSum(x, y); // 2
        e.setSquare(e);
        a.setSquare(x);
        b.setSquare(y);
        c.setSquare(z);
        h.setSum(a, b); // 2
        e.setDifference(h, e); // 3
        g.setDifference(a, b); // 2
        f.setSum(c, c);
        f.setSum(f, g); // 4
        x.setProduct(e, f);
        y.setProduct(g, h);
        z.setProduct(f, g);
        if (withT) {
            t.setProduct(e, h);
        }
    }

    /// The point at `offset` of a table of [EdwardsMultiples] is added, or taken away.
    void add(long[] table, int offset, boolean isNegative) {
        int plus = offset;
        int minus = offset + FieldElement.LIMBS;
        a.setDifference(y, x); // 2
        e.load(table, isNegative ? plus : minus); // 2
        a.setProduct(a, e);
        b.setSum(y, x); // 2
        e.load(table, isNegative ? minus : plus); // 2
        b.setProduct(b, e);
        e.load(table, offset + 2 * FieldElement.LIMBS);
        c.setProduct(t, e);
        d.setSum(z, z); // 2
        e.setDifference(b, a); // 2
        h.setSum(b, a); // 2
        (isNegative ? g : f).setDifference(d, c); // 3
        (isNegative ? f : g).setSum(d, c); // 3
        x.setProduct(e, f);
        y.setProduct(g, h);
        t.setProduct(e, h);
        z.setProduct(f, g);
    }

    /// RFC 8032 §5.1.2: y, little-endian, with the sign of x in the highest bit.
    void encode(byte[] to) {
        var affine = new FieldElement();
        affine.setInverse(z);
        e.setProduct(x, affine);
        affine.setProduct(y, affine);
        affine.encode(to);
        if (e.isOdd()) {
            to[to.length - 1] |= (byte) 0x80;
        }
    }
}
