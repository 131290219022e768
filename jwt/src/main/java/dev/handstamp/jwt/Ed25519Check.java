package dev.handstamp.jwt;

import java.lang.ref.WeakReference;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The check of Ed25519 signatures that stands in for the JDK's, which takes twenty times as long.
///
/// It sees public data alone, so it may take its time as the data has it; nothing here signs. R' = S B - k A is
/// computed, and its encoding must be R byte by byte: no multiplication by 8 and no second spelling of R, as the
/// JDK and ACCP have it.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8032#section-5.1.7">RFC 8032 §5.1.7, verify</a>
final class Ed25519Check implements SignatureCheck {

    /// How many keys of the process have large tables at a time, 32 KB each.
    static final int LARGE_TABLES = 128;

    /// How many good signatures a key must have shown before it gets one: it costs as much as it saves in six
    /// checks, and keys of proofs (RFC 9449) are used once.
    static final int GOOD_FOR_LARGE = 16;

    private static final int SIZE = 32;
    private static final int WIDTH = 5;
    private static final int SMALL_STEPS = Ed25519Scalar.digits(WIDTH);
    private static final int LARGE_STEPS = 3;
    private static final int LARGE_BASE_WIDTH = 6;

    private static final Pool<Scratch> SCRATCHES = new Pool<>(Scratch::new);

    private static final AtomicReferenceArray<@Nullable WeakReference<Ed25519Check>> LARGE =
            new AtomicReferenceArray<>(LARGE_TABLES);
    private static final AtomicInteger LARGE_MADE = new AtomicInteger();

    private final byte[] a;
    private final SignatureCheck jdk;
    private final BooleanSupplier works;
    private final AtomicInteger good = new AtomicInteger();
    private final AtomicReference<@Nullable Tables> tables = new AtomicReference<>();

    /// @param a the public key A as RFC 8032 encodes it, a point of the curve
    /// @param jdk the JDK's check, which is asked in place of ours if ours fails its self-check
    Ed25519Check(byte[] a, SignatureCheck jdk) {
        this(a, jdk, () -> SelfCheck.PASSED);
    }

    Ed25519Check(byte[] a, SignatureCheck jdk, BooleanSupplier works) {
        this.a = a.clone();
        this.jdk = jdk;
        this.works = works;
    }

    @Override
    public boolean isGood(byte[] data, int length, byte[] signature) {
        return works.getAsBoolean() ? isSignature(data, length, signature) : jdk.isGood(data, length, signature);
    }

    private boolean isSignature(byte[] data, int length, byte[] signature) {
        if (!Ed25519Scalar.isBelowL(signature, SIZE)) {
            return false;
        }
        Tables found = tables.get();
        if (found == null) {
            found = Tables.small(a);
            tables.compareAndSet(null, found); // Else another thread was first, perhaps by far, with large ones even.
        }
        Scratch scratch = SCRATCHES.take();
        byte[] r = scratch.recomputed(a, found, data, length, signature);
        boolean isGood = Arrays.equals(r, 0, SIZE, signature, 0, SIZE);
        SCRATCHES.give(scratch);
        if (isGood && !found.isLarge() && good.incrementAndGet() == GOOD_FOR_LARGE) {
            enlarge();
        }
        return isGood;
    }

    /// The longest served of the keys that have large tables gives its own up, and may earn one anew.
    void enlarge() {
        tables.set(Tables.large(a));
        int slot = Math.floorMod(LARGE_MADE.getAndIncrement(), LARGE_TABLES);
        WeakReference<Ed25519Check> former = LARGE.getAndSet(slot, new WeakReference<>(this));
        Ed25519Check key = former == null ? null : former.get();
        if (key != null) {
            key.tables.set(null);
            key.good.set(0);
        }
    }

    boolean hasLargeTable() {
        Tables found = tables.get();
        return found != null && found.isLarge();
    }

    /// Whether a check gives the two answers that are known from RFC 8032 §7.1, test 2: yes to its signature, no
    /// to the same over another message. So a Java that multiplies wrong is found out before it is trusted.
    static boolean answersRight(SignatureCheck check) {
        byte[] message = {0x72};
        byte[] other = {0x73};
        try {
            return check.isGood(message, 1, SelfCheck.SIGNATURE) && !check.isGood(other, 1, SelfCheck.SIGNATURE);
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }

    /// At the first use, once for the process.
    private static final class SelfCheck {
        private static final byte[] A =
                HexFormat.of().parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        private static final byte[] SIGNATURE = HexFormat.of()
                .parseHex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

        static final boolean PASSED = answersRight(new Ed25519Check(A, (data, length, signature) -> false, () -> true));
    }

    /// The multiples of -A and of B. Small ones are made in the time of a third of a check, and need 250 doublings
    /// in each; large ones need ten.
    private record Tables(EdwardsMultiples minusA, EdwardsMultiples base) {

        static Tables small(byte[] a) {
            return new Tables(new EdwardsMultiples(minus(a), WIDTH, SMALL_STEPS), SmallBase.MULTIPLES);
        }

        static Tables large(byte[] a) {
            return new Tables(new EdwardsMultiples(minus(a), WIDTH, LARGE_STEPS), LargeBase.MULTIPLES);
        }

        private static EdwardsPoint minus(byte[] a) {
            EdwardsPoint point = EdwardsPoint.decode(a);
            if (point == null) {
                throw new IllegalStateException("the key was not checked");
            }
            point.negate();
            return point;
        }

        boolean isLarge() {
            return minusA.steps() == LARGE_STEPS;
        }
    }

    /// Shared by all keys, made by the first one that needs it.
    private static final class SmallBase {
        static final EdwardsMultiples MULTIPLES = new EdwardsMultiples(EdwardsPoint.base(), WIDTH, SMALL_STEPS);
    }

    /// The same, 165 KB.
    private static final class LargeBase {
        static final EdwardsMultiples MULTIPLES = new EdwardsMultiples(EdwardsPoint.base(), LARGE_BASE_WIDTH, 1);
    }

    /// What a check writes to, so that it leaves next to nothing to the collector.
    private static final class Scratch {
        private final MessageDigest sha512 = sha512();
        private final byte[] hash = new byte[2 * SIZE];
        private final byte[] scalar = new byte[SIZE];
        private final byte[] kDigits = new byte[Ed25519Scalar.digits(WIDTH)];
        private final byte[] sDigits = new byte[Ed25519Scalar.digits(WIDTH)];
        private final EdwardsPoint sum = new EdwardsPoint();
        private final byte[] r = new byte[SIZE];

        /// The encoding of S B - k A with k = SHA-512(R || A || M) mod L.
        byte[] recomputed(byte[] a, Tables tables, byte[] data, int length, byte[] signature) {
            hash(a, data, length, signature);
            Ed25519Scalar.reduce(hash, scalar);
            Ed25519Scalar.toDigits(scalar, tables.minusA.width(), kDigits);
            System.arraycopy(signature, SIZE, scalar, 0, SIZE);
            Ed25519Scalar.toDigits(scalar, tables.base.width(), sDigits);

            sum.setNeutral();
            for (int step = tables.minusA.steps() - 1; step >= 0; step--) {
                tables.minusA.addTo(sum, kDigits, step);
                tables.base.addTo(sum, sDigits, step);
                if (step > 0) {
                    sum.multiplyBy2(
                            WIDTH); // The base's table has this width too, or takes part in the last step alone.
                }
            }
            sum.encode(r);
            return r;
        }

        private void hash(byte[] a, byte[] data, int length, byte[] signature) {
            try {
                sha512.update(signature, 0, SIZE);
                sha512.update(a);
                sha512.update(data, 0, length);
                sha512.digest(hash, 0, hash.length); // Leaves it as new.
            } catch (DigestException e) {
                throw new IllegalStateException("SHA-512 has 64 bytes", e);
            }
        }

        private static MessageDigest sha512() {
            try {
                return MessageDigest.getInstance("SHA-512");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-512", e);
            }
        }
    }
}
