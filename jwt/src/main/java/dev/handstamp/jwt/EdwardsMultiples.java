package dev.handstamp.jwt;

import java.math.BigInteger;

/// Multiples of one point, so that it is multiplied by a scalar of 253 bits with few doublings or none.
///
/// The scalar is written in signed digits of `width` bits ([Ed25519Scalar]), digit i times 2^(width i). Row r
/// holds 1 to 2^(width - 1) times 2^(width steps r) times the point: a digit adds or takes away one entry of the
/// row of every `steps`-th position, and between two positions the sum is doubled `width` times. With one row
/// there are as many steps as digits; with a row for each digit there is one step, and no doubling.
///
/// An entry is y + x, y - x and 2 d x y of an affine point, side by side.
final class EdwardsMultiples {

    /// How many longs an entry has.
    private static final int ENTRY = 3 * FieldElement.LIMBS;

    private static final FieldElement TWICE_D = FieldElement.of(Edwards25519.D.shiftLeft(1));

    private final int width;
    private final int rows;
    private final int steps;
    private final long[] table;

    /// @param width from 2 to 8 bits
    EdwardsMultiples(EdwardsPoint point, int width, int steps) {
        this.width = width;
        this.steps = steps;
        this.rows = (Ed25519Scalar.digits(width) + steps - 1) / steps;
        this.table = new long[rows * rowSize() * ENTRY];
        fill(point);
    }

    int width() {
        return width;
    }

    int steps() {
        return steps;
    }

    /// Adds what the digits at `step` and every `steps` digits from there stand for.
    void addTo(EdwardsPoint sum, byte[] digits, int step) {
        if (step >= steps) {
            return;
        }
        int count = Ed25519Scalar.digits(width);
        for (int row = 0, i = step; i < count; row++, i += steps) {
            int digit = digits[i];
            if (digit != 0) {
                sum.add(table, offset(row, Math.abs(digit)), digit < 0);
            }
        }
    }

    private int rowSize() {
        return 1 << (width - 1);
    }

    /// Where `multiple` times the point of a row stands.
    private int offset(int row, int multiple) {
        return (row * rowSize() + multiple - 1) * ENTRY;
    }

    private void fill(EdwardsPoint point) {
        var points = new Normalization(rows);
        var sum = new EdwardsPoint();
        sum.set(point);
        for (int row = 0; row < rows; row++) {
            points.add(sum, offset(row, 1));
            if (row + 1 < rows) {
                sum.multiplyBy2(width * steps);
            }
        }
        points.writeTo(table);

        points = new Normalization(rows * (rowSize() - 1));
        for (int row = 0; row < rows; row++) {
            sum.setNeutral();
            sum.add(table, offset(row, 1), false);
            for (int multiple = 2; multiple <= rowSize(); multiple++) {
                sum.add(table, offset(row, 1), false);
                points.add(sum, offset(row, multiple));
            }
        }
        points.writeTo(table);
    }

    /// Points on their way to affine coordinates, by one inversion for all: that of the product of all Z, from
    /// which each 1/Z follows by the products of those before it.
    private static final class Normalization {
        private final FieldElement[] x;
        private final FieldElement[] y;
        private final FieldElement[] z;
        private final FieldElement[] before;
        private final int[] offsets;
        private final FieldElement product = FieldElement.of(BigInteger.ONE);
        private int size;

        Normalization(int capacity) {
            x = elements(capacity);
            y = elements(capacity);
            z = elements(capacity);
            before = elements(capacity);
            offsets = new int[capacity];
        }

        void add(EdwardsPoint point, int offset) {
            x[size].set(point.x);
            y[size].set(point.y);
            z[size].set(point.z);
            before[size].set(product);
            product.setProduct(product, point.z);
            offsets[size] = offset;
            size++;
        }

        void writeTo(long[] table) {
            var inverse = new FieldElement();
            inverse.setInverse(product);
            var ofThis = new FieldElement();
            for (int i = size - 1; i >= 0; i--) {
                ofThis.setProduct(inverse, before[i]);
                inverse.setProduct(inverse, z[i]);
                x[i].setProduct(x[i], ofThis);
                y[i].setProduct(y[i], ofThis);
                write(x[i], y[i], table, offsets[i]);
            }
        }

        private static void write(FieldElement x, FieldElement y, long[] table, int offset) {
            var part = new FieldElement();
            part.setSum(y, x); // 2
            part.store(table, offset);
            part.setDifference(y, x); // 2
            part.store(table, offset + FieldElement.LIMBS);
            part.setProduct(x, y);
            part.setProduct(part, TWICE_D);
            part.store(table, offset + 2 * FieldElement.LIMBS);
        }

        private static FieldElement[] elements(int count) {
            var elements = new FieldElement[count];
            for (int i = 0; i < count; i++) {
                elements[i] = new FieldElement();
            }
            return elements;
        }
    }
}
