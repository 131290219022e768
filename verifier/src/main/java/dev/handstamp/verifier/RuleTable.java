package dev.handstamp.verifier;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/// The rules of one kind by identifier, in a few arrays: one thread writes, any number look up, without a lock.
///
/// Open addressing with linear probing over the two hashes of the identifier; the text is not kept. A slot is
/// written from its last field to its first, which is the one that readers look for, and is never used for another
/// identifier: to forget is to write a smaller copy. Before it a sieve of 8 bits a slot, by the hash that a `String`
/// keeps for itself, answers nearly all who ask in vain.
final class RuleTable {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final KeyedHash hash;
    private final boolean cutOffs;
    private volatile Slots slots;

    /// @param cutOffs whether a rule refuses only what was issued before it
    RuleTable(KeyedHash hash, boolean cutOffs) {
        this.hash = hash;
        this.cutOffs = cutOffs;
        this.slots = new Slots(8, cutOffs);
    }

    /// Whether a rule with this identifier refuses a token that was issued then.
    boolean refuses(String id, Rule.Issuance issuance) {
        Slots current = slots;
        if (current.size.get() == 0 || !current.mayHold(id.hashCode())) return false;
        int slot = current.find(hash, id);
        if (slot < 0) return false;
        return !cutOffs || issuance.isBefore(current.position(slot), current.issuedBefore(slot));
    }

    /// Whether there can be a rule for an identifier with this `hashCode`; nearly always false if there is none.
    boolean mayHold(int hashCode) {
        Slots current = slots;
        return current.size.get() > 0 && current.mayHold(hashCode);
    }

    /// Only by the one thread that writes. Of two rules about one identifier the wider holds.
    void add(Rule rule) {
        Slots current = slots;
        int slot = current.find(hash, rule.id());
        if (slot >= 0) {
            current.widen(slot, rule.position(), seconds(rule.issuedBefore()), seconds(rule.forgetAt()));
            return;
        }
        if (current.isFull()) {
            current = current.copy(current.size.get() + (current.size.get() >> 3), Integer.MIN_VALUE);
            slots = current;
        }
        current.put(
                rule.id().hashCode(),
                hash.first(rule.id()),
                hash.second(rule.id()),
                rule.position(),
                seconds(rule.issuedBefore()),
                seconds(rule.forgetAt()));
    }

    /// Only by the one thread that writes. Drops what concerns no token that is still good, once it is worth it.
    void forgetBefore(long second) {
        Slots current = slots;
        int dead = current.countBefore(seconds(second));
        if (dead == 0 || dead < current.size.get() / 8) return;
        slots = current.copy(current.size.get() - dead, seconds(second));
    }

    int size() {
        return slots.size.get();
    }

    long bytes() {
        return slots.bytes();
    }

    /// From 1970 to 2106 in 32 bits, shifted so that the plain order of integers holds.
    private static int seconds(long epochSecond) {
        return (int) (Math.max(0, Math.min(epochSecond, 0xFFFF_FFFFL)) + Integer.MIN_VALUE);
    }

    private static final class Slots {

        private final long[] first;
        private final long[] second;
        private final int[] forgetAt;
        private final long[] position;
        private final int[] issuedBefore;
        private final int[] sieved;
        private final long[] sieve;
        private final AtomicInteger size = new AtomicInteger();

        Slots(int capacity, boolean cutOffs) {
            first = new long[capacity];
            second = new long[capacity];
            forgetAt = new int[capacity];
            sieved = new int[capacity];
            sieve = new long[capacity / 8 + 1];
            position = new long[cutOffs ? capacity : 0];
            issuedBefore = new int[cutOffs ? capacity : 0];
        }

        /// Whether an identifier with this `hashCode` could be here. Whoever makes many that share one gains nothing:
        /// the places are found by another hash.
        boolean mayHold(int hashCode) {
            int bit = bit(hashCode);
            return (sieve[bit >>> 6] & 1L << bit) != 0;
        }

        int find(KeyedHash hash, String id) {
            long wanted = hash.first(id);
            for (int slot = home(wanted); ; slot = next(slot)) {
                long found = (long) ELEMENT.getAcquire(first, slot);
                if (found == 0) return -1;
                if (found == wanted && second[slot] == hash.second(id)) return slot;
            }
        }

        long position(int slot) {
            return (long) ELEMENT.getAcquire(position, slot);
        }

        long issuedBefore(int slot) {
            return issuedBefore[slot] - (long) Integer.MIN_VALUE;
        }

        /// A reader in between sees one of the two fields wider and the other not yet: never narrower than before.
        void widen(int slot, long newPosition, int newIssuedBefore, int newForgetAt) {
            forgetAt[slot] = Math.max(forgetAt[slot], newForgetAt);
            if (position.length == 0) return;
            if (newPosition > position[slot]) ELEMENT.setRelease(position, slot, newPosition);
            issuedBefore[slot] = Math.max(issuedBefore[slot], newIssuedBefore);
        }

        void put(int hashCode, long firstHash, long secondHash, long atPosition, int before, int forget) {
            int slot = home(firstHash);
            while (first[slot] != 0) slot = next(slot);
            second[slot] = secondHash;
            forgetAt[slot] = forget;
            sieved[slot] = hashCode;
            int bit = bit(hashCode);
            sieve[bit >>> 6] |= 1L << bit;
            if (position.length > 0) {
                position[slot] = atPosition;
                issuedBefore[slot] = before;
            }
            ELEMENT.setRelease(first, slot, firstHash);
            size.set(size.get() + 1);
        }

        /// More than 7 of 10 slots taken: a look-up in vain would soon visit too many.
        boolean isFull() {
            return size.get() >= first.length / 10L * 7 - 1;
        }

        int countBefore(int second) {
            int count = 0;
            for (int slot = 0; slot < first.length; slot++) {
                if (first[slot] != 0 && forgetAt[slot] < second) count++;
            }
            return count;
        }

        /// A table for that many and some more, without what may be forgotten before then.
        Slots copy(int expected, int forgetBefore) {
            var copy = new Slots(Math.max(8, (int) (expected / 7L * 10) + 32), position.length > 0);
            for (int slot = 0; slot < first.length; slot++) {
                if (first[slot] == 0 || forgetAt[slot] < forgetBefore) continue;
                boolean cutOff = position.length > 0;
                copy.put(
                        sieved[slot],
                        first[slot],
                        second[slot],
                        cutOff ? position[slot] : 0,
                        cutOff ? issuedBefore[slot] : 0,
                        forgetAt[slot]);
            }
            return copy;
        }

        long bytes() {
            return first.length * 24L + position.length * 12L + sieve.length * 8L;
        }

        private int bit(int hashCode) {
            long mixed = (hashCode * 0x9E3779B97F4A7C15L) >>> 32;
            return (int) ((mixed * sieve.length * 64) >>> 32);
        }

        private int home(long firstHash) {
            return (int) (((firstHash >>> 32) * first.length) >>> 32);
        }

        private int next(int slot) {
            return slot + 1 == first.length ? 0 : slot + 1;
        }
    }
}
