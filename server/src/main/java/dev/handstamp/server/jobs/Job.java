package dev.handstamp.server.jobs;

import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.StoreUnavailable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A task that runs again and again on a thread of its own until it is closed. A run that fails is logged, and the
/// next one comes in its time.
public final class Job implements AutoCloseable {

    private final String name;
    private final Runnable task;
    private final Duration pause;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private Job(String name, Runnable task, Duration pause) {
        this.name = name;
        this.task = task;
        this.pause = pause;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::loop);
    }

    /// Runs the task after each pause, for the first time after one.
    public static Job start(String name, Runnable task, Duration pause) {
        Job job = new Job(name, task, pause);
        job.thread.start();
        return job;
    }

    /// Waits for a run that has begun.
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        try {
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            task.run();
        } catch (StoreUnavailable e) {
            Log.warn("a job waits for the database", "job", name, "reason", e.getMessage());
        } catch (RuntimeException | Error e) {
            Log.error("a job failed", e, "job", name);
        }
    }
}
