package dev.handstamp.jwt;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Ed25519 keys and the checks of RFC 8032 §5.1.7 that providers differ in.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8037#section-2">RFC 8037 §2</a>
record Ed25519Material(CryptoProvider provider) implements KeyMaterial {

    private static final int SIZE = 32;
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final BigInteger P = Edwards25519.P;
    private static final BigInteger D = Edwards25519.D;

    /// The y of the points whose order divides 8: with such a key, some signatures fit any message.
    private static final Set<BigInteger> SMALL_ORDER = smallOrder();

    @Override
    public PublicKey publicKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        byte[] encoded = members.bytes("x", SIZE);
        requirePoint(encoded);
        var spec = new X509EncodedKeySpec(KeyMaterial.join(X509_PREFIX, encoded));
        return provider.keyFactory("Ed25519").generatePublic(spec);
    }

    @Override
    public PrivateKey privateKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        var spec = new PKCS8EncodedKeySpec(KeyMaterial.join(PKCS8_PREFIX, members.bytes("d", SIZE)));
        return provider.keyFactory("Ed25519").generatePrivate(spec);
    }

    @Override
    public Map<String, Object> generate() throws GeneralSecurityException {
        KeyPair pair = provider.keyPairGenerator("Ed25519").generateKeyPair();
        var members = new LinkedHashMap<String, Object>();
        members.put("crv", "Ed25519");
        members.put("x", KeyMaterial.lastBytes(pair.getPublic().getEncoded(), SIZE));
        members.put("d", KeyMaterial.lastBytes(pair.getPrivate().getEncoded(), SIZE));
        return members;
    }

    @Override
    public int signatureLength(PublicKey key) {
        return 2 * SIZE;
    }

    @Override
    public boolean isPlausible(byte[] signature) {
        return Ed25519Scalar.isBelowL(signature, SIZE);
    }

    /// Ours in place of the JDK's.
    @Override
    public SignatureCheck signatureCheck(Algorithm algorithm, PublicKey key) throws GeneralSecurityException {
        if (!provider.leavesEd25519ToTheJdk()) {
            return KeyMaterial.super.signatureCheck(algorithm, key);
        }
        byte[] encoded = key.getEncoded();
        byte[] a = Arrays.copyOfRange(encoded, X509_PREFIX.length, encoded.length);
        return new Ed25519Check(a, new JcaSignatureCheck(algorithm, key, provider));
    }

    /// RFC 8032 §5.1.3: y below p, x² = (y² - 1) / (dy² + 1) has a root; and not of small order.
    private static void requirePoint(byte[] encoded) throws InvalidJwkException {
        BigInteger y = Edwards25519.fromLittleEndian(encoded).clearBit(255);
        if (y.compareTo(P) >= 0) {
            throw new InvalidJwkException("x is not the canonical form of a point");
        }
        if (SMALL_ORDER.contains(y)) {
            throw new InvalidJwkException("x is a point of small order");
        }
        BigInteger square = y.multiply(y);
        BigInteger numerator = square.subtract(BigInteger.ONE);
        BigInteger denominator = D.multiply(square).add(BigInteger.ONE);
        BigInteger half = P.shiftRight(1);
        if (!numerator.multiply(denominator).mod(P).modPow(half, P).equals(BigInteger.ONE)) {
            throw new InvalidJwkException("x is not a point of Ed25519");
        }
    }

    private static Set<BigInteger> smallOrder() {
        var orderEight = new BigInteger("2707385501144840649318225287225658788936804267575313519463743609750303402022");
        return Set.of(BigInteger.ZERO, BigInteger.ONE, P.subtract(BigInteger.ONE), orderEight, P.subtract(orderEight));
    }
}
