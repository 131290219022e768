package dev.handstamp.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class JobTest {

    @Test
    void a_run_that_fails_does_not_end_the_job() throws Exception {
        CountDownLatch runs = new CountDownLatch(5);
        Runnable failing = () -> {
            runs.countDown();
            throw new IllegalStateException("this run fails");
        };
        try (Job _ = Job.start("failing", failing, Duration.ofMillis(1))) {
            assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closing_waits_for_the_run_that_has_begun_and_lets_no_other_begin() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger finished = new AtomicInteger();
        Runnable slow = () -> {
            begun.countDown();
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            finished.incrementAndGet();
        };
        Job job = Job.start("slow", slow, Duration.ofMillis(1));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        job.close();
        int runs = finished.get();
        assertThat(runs).isPositive();
        Thread.sleep(300);
        assertThat(finished).hasValue(runs);
    }
}
