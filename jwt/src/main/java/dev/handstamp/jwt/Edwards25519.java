package dev.handstamp.jwt;

import java.math.BigInteger;

/// The numbers that define Ed25519.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8032#section-5.1">RFC 8032 §5.1</a>
final class Edwards25519 {

    /// The field's prime, 2^255 - 19.
    static final BigInteger P = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

    /// The constant of the curve -x² + y² = 1 + d x² y²: -121665 / 121666.
    static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);

    /// The order of the base point.
    static final BigInteger L =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private Edwards25519() {}

    static BigInteger fromLittleEndian(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, reversed);
    }

    /// The number in as many bytes, which must be enough.
    static byte[] toLittleEndian(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        byte[] result = new byte[size];
        for (int i = 0; i < Math.min(size, bytes.length); i++) {
            result[i] = bytes[bytes.length - 1 - i];
        }
        return result;
    }
}
