package dev.handstamp.jwt;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

/// Recognises RSA keys of the Infineon library that chose primes of the form k·M + (65537^a mod M)
/// (CVE-2017-15361).
///
/// Such a modulus is a power of 65537 modulo every small prime. For any other modulus that is so for all of them
/// by chance once in more than a hundred million.
final class Roca {

    private static final int LARGEST_PRIME = 167;
    private static final int GENERATOR = 65537;

    private static final Map<Integer, BigInteger> POWERS = powers();

    private Roca() {}

    static boolean marks(BigInteger modulus) {
        for (var entry : POWERS.entrySet()) {
            int rest = modulus.mod(BigInteger.valueOf(entry.getKey())).intValue();
            if (!entry.getValue().testBit(rest)) {
                return false;
            }
        }
        return true;
    }

    /// For each small prime, the powers of 65537 modulo it as a set of bits.
    private static Map<Integer, BigInteger> powers() {
        var powers = new LinkedHashMap<Integer, BigInteger>();
        for (int number = 3; number <= LARGEST_PRIME; number++) {
            if (isPrime(number)) powers.put(number, powersModulo(number));
        }
        return powers;
    }

    /// Tells whether a small number from 2 upwards is prime, by division.
    static boolean isPrime(int number) {
        for (int divisor = 2; divisor * divisor <= number; divisor++) {
            if (number % divisor == 0) return false;
        }
        return true;
    }

    private static BigInteger powersModulo(int prime) {
        BigInteger set = BigInteger.ZERO;
        int power = 1;
        while (!set.testBit(power)) {
            set = set.setBit(power);
            power = power * (GENERATOR % prime) % prime;
        }
        return set;
    }
}
