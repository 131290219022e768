package dev.handstamp.verifier;

import java.util.SplittableRandom;

/// Two independent 64-bit hashes of a text, keyed by random numbers so that nobody can prepare identifiers that
/// meet.
///
/// Together they stand for the text itself: two identifiers that share both would be one in 2^128, and the harm
/// would be a good token that is refused.
record KeyedHash(long firstKey, long secondKey, long multiplier) {

    static KeyedHash random(SplittableRandom random) {
        return new KeyedHash(random.nextLong(), random.nextLong(), random.nextLong() | 1);
    }

    /// Never 0.
    long first(String text) {
        return hash(text, firstKey);
    }

    long second(String text) {
        return hash(text, secondKey);
    }

    /// Four characters at a time, each step folding a product of 128 bits.
    private long hash(String text, long key) {
        int length = text.length();
        long state = key ^ length;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            long word = text.charAt(i)
                    | (long) text.charAt(i + 1) << 16
                    | (long) text.charAt(i + 2) << 32
                    | (long) text.charAt(i + 3) << 48;
            state = folded(state ^ word, multiplier);
        }
        long rest = 0;
        for (; i < length; i++) rest = rest << 16 | text.charAt(i);
        long mixed = folded(folded(state ^ rest, multiplier) ^ key, multiplier);
        return mixed == 0 ? 1 : mixed;
    }

    private static long folded(long one, long other) {
        return one * other ^ Math.multiplyHigh(one, other);
    }
}
