package dev.handstamp.server.store;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What waits for a database thread: bounded, so that a slow disk turns into "busy" and not into a full memory.
final class WorkQueue {

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Queue<Work<?>> waiting = new ArrayDeque<>();
    private boolean closed;

    WorkQueue(int capacity) {
        this.capacity = capacity;
    }

    void add(Work<?> work) {
        lock.lock();
        try {
            if (closed) throw new StoreClosed();
            if (waiting.size() == capacity) throw new StoreBusy(capacity + " works wait for the database");
            waiting.add(work);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /// The next work as soon as there is one; nothing once the queue is closed and empty.
    @Nullable
    Work<?> take() {
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (closed) return null;
                arrived.awaitUninterruptibly();
            }
            return waiting.remove();
        } finally {
            lock.unlock();
        }
    }

    /// The next work if there is one now.
    @Nullable
    Work<?> poll() {
        lock.lock();
        try {
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
