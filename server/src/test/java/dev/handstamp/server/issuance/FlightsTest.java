package dev.handstamp.server.issuance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FlightsTest {

    private final Flights<String> flights = new Flights<>(Duration.ofMillis(1));
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void who_asks_for_another_waits_for_nobody_and_who_asks_for_the_same_not_for_ever() throws Exception {
        AtomicInteger again = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = threads.submit(() -> flights.join("slow", this::slow));
            begun.await();
            for (int i = 0; i < 1000; i++)
                assertThat(flights.join("other " + i, () -> "quick")).contains("quick");
            assertThat(flights.join("slow", () -> "again " + again.incrementAndGet()))
                    .isEmpty();
            end.countDown();
            assertThat(slow.get()).contains("slow");
        }
        assertThat(again).hasValue(0);
        assertThat(flights.join("slow", () -> "again")).contains("again");
    }

    @Test
    void who_asks_for_the_same_gets_the_same() throws Exception {
        Flights<String> patient = new Flights<>(Duration.ofMinutes(1));
        AtomicInteger runs = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> patient.join("same", this::slow));
            begun.await();
            Thread second = Thread.ofVirtual()
                    .start(() -> assertThat(patient.join("same", () -> {
                                runs.incrementAndGet();
                                return "own";
                            }))
                            .contains("slow"));
            while (second.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
            end.countDown();
            second.join();
            assertThat(first.get()).contains("slow");
        }
        assertThat(runs).hasValue(0);
    }

    @Test
    void what_fails_is_over() {
        assertThatThrownBy(() -> flights.join("key", () -> {
                    throw new IllegalStateException("failed");
                }))
                .hasMessage("failed");
        assertThat(flights.join("key", () -> "good")).contains("good");
    }

    private String slow() {
        begun.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return "slow";
    }
}
