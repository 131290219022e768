package dev.handstamp.server.web.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanTest {

    @Test
    void a_form_shows_a_duration_in_the_largest_unit_that_says_it_whole() {
        assertThat(Span.typed(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(Span.typed(Duration.ofMinutes(5))).isEqualTo("5m");
        assertThat(Span.typed(Duration.ofMinutes(90))).isEqualTo("90m");
        assertThat(Span.typed(Duration.ofDays(1))).isEqualTo("24h");
    }

    @Test
    void what_a_form_shows_it_takes_back() {
        for (long seconds : List.of(10L, 90L, 300L, 3600L, 5400L, 86_400L)) {
            Duration span = Duration.ofSeconds(seconds);
            assertThat(Fields.duration(Span.typed(span))).isEqualTo(span);
        }
    }
}
