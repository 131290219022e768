package dev.handstamp.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DurationsTest {

    @Test
    void a_duration_is_said_in_the_largest_unit_that_says_it_exactly() {
        assertThat(Durations.text(Duration.ZERO)).isEqualTo("0s");
        assertThat(Durations.text(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(Durations.text(Duration.ofMinutes(5))).isEqualTo("5m");
        assertThat(Durations.text(Duration.ofMinutes(90))).isEqualTo("90m");
        assertThat(Durations.text(Duration.ofDays(1))).isEqualTo("24h");
    }

    @Test
    void what_is_said_is_understood() {
        for (long seconds : List.of(0L, 10L, 90L, 300L, 3600L, 5400L, 86_400L)) {
            Duration duration = Duration.ofSeconds(seconds);
            assertThat(Durations.parse(Durations.text(duration))).contains(duration);
        }
    }
}
