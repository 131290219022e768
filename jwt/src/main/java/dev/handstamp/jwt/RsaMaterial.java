package dev.handstamp.jwt;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.LinkedHashMap;
import java.util.Map;

/// RSA keys of 2048 to 4096 bits.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7518#section-6.3">RFC 7518 §6.3</a>
record RsaMaterial(CryptoProvider provider) implements KeyMaterial {

    private static final int MINIMUM_BITS = 2048;
    private static final int MAXIMUM_BITS = 4096;
    private static final int MINIMUM_PRIME_BITS = MINIMUM_BITS / 4;
    private static final int MAXIMUM_EXPONENT_BYTES = 8;
    private static final BigInteger MINIMUM_EXPONENT = BigInteger.valueOf(65537);
    private static final String NOT_TWO_PRIMES = "n is not the product of two large primes";
    private static final BigInteger SMALL_PRIMES = productOfPrimesBelow(1000);

    @Override
    public PublicKey publicKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        RSAPublicKeySpec spec = plausible(members);
        if (spec.getModulus().isProbablePrime(16)) {
            throw new InvalidJwkException(NOT_TWO_PRIMES);
        }
        return provider.keyFactory("RSA").generatePublic(spec);
    }

    /// That n is no prime takes long to compute, unless p and q are there to show it.
    @Override
    public PublicKey publicKeyOfPair(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        RSAPublicKeySpec spec = plausible(members);
        BigInteger p = members.integer("p", MAXIMUM_BITS / 8);
        BigInteger q = members.integer("q", MAXIMUM_BITS / 8);
        if (!p.multiply(q).equals(spec.getModulus())) {
            throw new InvalidJwkException("n is not p times q");
        }
        if (Math.min(p.bitLength(), q.bitLength()) < MINIMUM_PRIME_BITS) {
            throw new InvalidJwkException(NOT_TWO_PRIMES);
        }
        return provider.keyFactory("RSA").generatePublic(spec);
    }

    /// What can be said about n and e at little cost.
    private static RSAPublicKeySpec plausible(JwkMembers members) throws InvalidJwkException {
        BigInteger modulus = members.integer("n", MAXIMUM_BITS / 8);
        BigInteger exponent = members.integer("e", MAXIMUM_EXPONENT_BYTES);
        if (modulus.bitLength() < MINIMUM_BITS) {
            throw new InvalidJwkException("n must have " + MINIMUM_BITS + " to " + MAXIMUM_BITS + " bits");
        }
        if (!modulus.gcd(SMALL_PRIMES).equals(BigInteger.ONE)) {
            throw new InvalidJwkException(NOT_TWO_PRIMES);
        }
        if (Roca.marks(modulus)) {
            throw new InvalidJwkException("n comes from a broken key generator (CVE-2017-15361)");
        }
        if (exponent.compareTo(MINIMUM_EXPONENT) < 0 || !exponent.testBit(0)) {
            throw new InvalidJwkException("e must be odd and at least 65537");
        }
        return new RSAPublicKeySpec(modulus, exponent);
    }

    @Override
    public PrivateKey privateKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        var spec = new RSAPrivateCrtKeySpec(
                members.integer("n", MAXIMUM_BITS / 8),
                members.integer("e", MAXIMUM_EXPONENT_BYTES),
                members.integer("d", MAXIMUM_BITS / 8),
                members.integer("p", MAXIMUM_BITS / 8),
                members.integer("q", MAXIMUM_BITS / 8),
                members.integer("dp", MAXIMUM_BITS / 8),
                members.integer("dq", MAXIMUM_BITS / 8),
                members.integer("qi", MAXIMUM_BITS / 8));
        return provider.keyFactory("RSA").generatePrivate(spec);
    }

    @Override
    public Map<String, Object> generate() throws GeneralSecurityException {
        KeyPairGenerator generator = provider.keyPairGenerator("RSA");
        generator.initialize(MINIMUM_BITS);
        var key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
        var members = new LinkedHashMap<String, Object>();
        members.put("n", KeyMaterial.encode(key.getModulus()));
        members.put("e", KeyMaterial.encode(key.getPublicExponent()));
        members.put("d", KeyMaterial.encode(key.getPrivateExponent()));
        members.put("p", KeyMaterial.encode(key.getPrimeP()));
        members.put("q", KeyMaterial.encode(key.getPrimeQ()));
        members.put("dp", KeyMaterial.encode(key.getPrimeExponentP()));
        members.put("dq", KeyMaterial.encode(key.getPrimeExponentQ()));
        members.put("qi", KeyMaterial.encode(key.getCrtCoefficient()));
        return members;
    }

    /// RFC 8017 §8.2.2 step 1: the signature is as long as the modulus.
    @Override
    public int signatureLength(PublicKey key) {
        return (((RSAPublicKey) key).getModulus().bitLength() + 7) / 8;
    }

    private static BigInteger productOfPrimesBelow(int bound) {
        BigInteger product = BigInteger.ONE;
        for (int number = 2; number < bound; number++) {
            if (Roca.isPrime(number)) product = product.multiply(BigInteger.valueOf(number));
        }
        return product;
    }
}
