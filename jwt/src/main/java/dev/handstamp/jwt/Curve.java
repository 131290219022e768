package dev.handstamp.jwt;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The curves of RFC 7518 §6.2.1.1.
@SuppressWarnings("ImmutableEnumChecker") // Its fields are written once and never handed out to be changed.
enum Curve {
    P_256("P-256", "secp256r1"),
    P_384("P-384", "secp384r1"),
    P_521("P-521", "secp521r1");

    private final String crv;
    private final String jcaName;
    private final ECParameterSpec parameters;
    private final int size;
    private final byte[] order;

    Curve(String crv, String jcaName) {
        this.crv = crv;
        this.jcaName = jcaName;
        this.parameters = parameters(jcaName);
        this.size = (parameters.getCurve().getField().getFieldSize() + 7) / 8;
        this.order = unsigned(parameters.getOrder(), size);
    }

    static Curve named(@Nullable String crv) {
        for (Curve curve : values()) {
            if (curve.crv.equals(crv)) {
                return curve;
            }
        }
        throw new IllegalArgumentException("no such curve: " + crv);
    }

    String crv() {
        return crv;
    }

    String jcaName() {
        return jcaName;
    }

    ECParameterSpec parameters() {
        return parameters;
    }

    /// The length of a coordinate, of r and of s, in bytes.
    int size() {
        return size;
    }

    /// y² = x³ + ax + b, with both coordinates below p.
    boolean contains(ECPoint point) {
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x.signum() < 0 || y.signum() < 0 || x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right = x.multiply(x)
                .add(parameters.getCurve().getA())
                .multiply(x)
                .add(parameters.getCurve().getB())
                .mod(p);
        return y.multiply(y).mod(p).equals(right);
    }

    /// Tells whether the number at `offset` is from 1 to n - 1.
    boolean isScalar(byte[] bytes, int offset) {
        int sum = 0;
        for (int i = 0; i < size; i++) {
            sum |= bytes[offset + i];
        }
        return sum != 0 && Arrays.compareUnsigned(bytes, offset, offset + size, order, 0, size) < 0;
    }

    private static ECParameterSpec parameters(String jcaName) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(jcaName));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + jcaName, e);
        }
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[length];
        int copied = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - copied, padded, length - copied, copied);
        return padded;
    }
}
