package dev.handstamp.jwt;

import static dev.handstamp.jwt.Edwards25519.D;
import static dev.handstamp.jwt.Edwards25519.L;
import static dev.handstamp.jwt.Edwards25519.P;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/// Ed25519 as its definition has it, with whole numbers and affine points: what the fast one is compared with,
/// and what makes signatures that no signer makes.
final class SlowEdwards {

    static final Point NEUTRAL = new Point(BigInteger.ZERO, BigInteger.ONE);
    static final Point BASE = decode(little(
            BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P)));

    /// Of order 8: L times a point that has a part of that order.
    static final Point ORDER_EIGHT = orderEight();

    private SlowEdwards() {}

    /// A point in affine coordinates; `plus` is the addition of RFC 8032 §5.1.
    record Point(BigInteger x, BigInteger y) {

        Point plus(Point other) {
            BigInteger product = D.multiply(x)
                    .multiply(other.x)
                    .multiply(y)
                    .multiply(other.y)
                    .mod(P);
            BigInteger x3 = x.multiply(other.y).add(other.x.multiply(y));
            BigInteger y3 = y.multiply(other.y).add(x.multiply(other.x));
            return new Point(
                    x3.multiply(BigInteger.ONE.add(product).modInverse(P)).mod(P),
                    y3.multiply(BigInteger.ONE.subtract(product).modInverse(P)).mod(P));
        }

        Point times(BigInteger scalar) {
            Point sum = NEUTRAL;
            for (int i = scalar.bitLength() - 1; i >= 0; i--) {
                sum = sum.plus(sum);
                if (scalar.testBit(i)) {
                    sum = sum.plus(this);
                }
            }
            return sum;
        }

        Point minus() {
            return new Point(P.subtract(x).mod(P), y);
        }

        byte[] encoded() {
            return little(x.testBit(0) ? y.setBit(255) : y);
        }
    }

    static Point decode(byte[] encoded) {
        return find(encoded).orElseThrow();
    }

    /// RFC 8032 §5.1.3; empty if there is no such point.
    static Optional<Point> find(byte[] encoded) {
        BigInteger y = Edwards25519.fromLittleEndian(encoded).clearBit(255);
        BigInteger square = y.multiply(y);
        BigInteger xx = square.subtract(BigInteger.ONE)
                .multiply(D.multiply(square).add(BigInteger.ONE).modInverse(P))
                .mod(P);
        BigInteger x = xx.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).subtract(xx).mod(P).equals(BigInteger.ZERO)) {
            x = x.multiply(BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P))
                    .mod(P);
        }
        if (!x.multiply(x).subtract(xx).mod(P).equals(BigInteger.ZERO)) {
            return Optional.empty();
        }
        return Optional.of(
                new Point(x.testBit(0) == encoded[31] < 0 ? x : P.subtract(x).mod(P), y.mod(P)));
    }

    /// The signature for the secret scalar, the nonce and the very texts of R and A, S = r + k a.
    static byte[] sign(BigInteger secret, BigInteger nonce, byte[] r, byte[] a, byte[] message) {
        byte[] s = little(nonce.add(k(r, a, message).multiply(secret)).mod(L));
        byte[] signature = Arrays.copyOf(r, 64);
        System.arraycopy(s, 0, signature, 32, 32);
        return signature;
    }

    static BigInteger k(byte[] r, byte[] a, byte[] message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(r);
            digest.update(a);
            return Edwards25519.fromLittleEndian(digest.digest(message)).mod(L);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] little(BigInteger number) {
        return Edwards25519.toLittleEndian(number, 32);
    }

    private static Point orderEight() {
        for (long y = 2; ; y++) {
            Point point = find(little(BigInteger.valueOf(y))).orElse(NEUTRAL).times(L);
            if (!point.times(BigInteger.valueOf(4)).equals(NEUTRAL)) {
                return point;
            }
        }
    }
}
