package dev.handstamp.jwt;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A few ready objects that are costly to make, such as an initialised signature.
///
/// Bounded, so that a million virtual threads leave a handful behind; nobody waits: a thread that finds none makes
/// one.
final class Pool<T> {

    private static final int SLOTS = slotsFor(Runtime.getRuntime().availableProcessors());
    /// References two cache lines apart (a processor fetches them in pairs), so that two cores do not fight over
    /// one. As far from both ends: in front stands the array's length, which every thread reads, behind it
    /// whatever comes next.
    private static final int STRIDE = 32;

    private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>((SLOTS + 2) * STRIDE);
    private final Supplier<T> maker;

    Pool(Supplier<T> maker) {
        this.maker = maker;
    }

    T take() {
        int home = home();
        for (int i = 0; i < SLOTS; i++) {
            int slot = slot(home + i);
            if (slots.getPlain(slot) != null) {
                T found = slots.getAndSet(slot, null);
                if (found != null) {
                    return found;
                }
            }
        }
        return maker.get();
    }

    void give(T object) {
        int home = home();
        for (int i = 0; i < SLOTS; i++) {
            int slot = slot(home + i);
            if (slots.getPlain(slot) == null && slots.compareAndSet(slot, null, object)) {
                return;
            }
        }
    }

    private static int slot(int number) {
        return (1 + (number & (SLOTS - 1))) * STRIDE;
    }

    private static int home() {
        return (int) Thread.currentThread().getId();
    }

    private static int slotsFor(int processors) {
        return Math.min(64, Integer.highestOneBit(Math.max(1, processors) * 2 - 1) * 2);
    }
}
