package dev.handstamp.server.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final AtomicLong time = new AtomicLong(-5);
    private final Pace pace = new Pace(3, Duration.ofMinutes(1), time::get);

    @Test
    void lets_so_many_through_and_says_when_to_come_again() {
        for (int i = 0; i < 3; i++) assertThat(pace.exceeded("a")).isEmpty();
        time.addAndGet(Duration.ofSeconds(20).toNanos());
        assertThat(pace.exceeded("a")).contains(Duration.ofSeconds(40));
        assertThat(pace.exceeded("b")).isEmpty();
        time.addAndGet(Duration.ofSeconds(40).toNanos());
        for (int i = 0; i < 3; i++) assertThat(pace.exceeded("a")).isEmpty();
        assertThat(pace.exceeded("a")).contains(Duration.ofMinutes(1));
    }

    @Test
    void whoever_came_long_ago_is_forgotten_first() {
        for (int i = 0; i < 3; i++) assertThat(pace.exceeded("a")).isEmpty();
        for (int i = 0; i < 20_000; i++) assertThat(pace.exceeded("other " + i)).isEmpty();
        assertThat(pace.exceeded("a")).isEmpty();
    }
}
