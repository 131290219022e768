package dev.handstamp.server.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.issuance.Pulse.Minute;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PulseTest {

    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    private final Tally tally = new Tally();
    private final PasswordHasher hasher = new PasswordHasher(1, 1, new Secrets(new SecureRandom()));
    private final Pulse pulse = new Pulse(tally, hasher);

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void what_happened_counts_to_the_minute_in_which_it_was_first_seen() {
        tally.loginsSucceeded.add(3);
        tally.tokensIssued.add(40);
        pulse.look(NOON.plusSeconds(5));
        tally.loginsSucceeded.add(2);
        pulse.look(NOON.plusSeconds(55));
        tally.loginsFailed.add(7);
        tally.refreshesRefused.increment();

        List<Minute> hour = pulse.lastHour(NOON.plusSeconds(61));
        assertThat(hour).hasSize(60);
        assertThat(hour).extracting(Minute::begin).isSorted().doesNotHaveDuplicates();
        Minute noon = hour.get(58);
        assertThat(noon.begin()).isEqualTo(NOON);
        assertThat(noon.logins()).isEqualTo(5);
        assertThat(noon.tokens()).isEqualTo(40);
        assertThat(noon.loginsFailed()).isZero();
        Minute last = hour.getLast();
        assertThat(last.loginsFailed()).isEqualTo(7);
        assertThat(last.refreshesRefused()).isOne();
        assertThat(last.logins()).isZero();
    }

    @Test
    void what_is_older_than_an_hour_is_forgotten_though_nobody_looked_meanwhile() {
        tally.introspections.add(9);
        pulse.look(NOON);
        assertThat(sum(pulse.lastHour(NOON.plus(Duration.ofMinutes(59))))).isEqualTo(9);
        assertThat(sum(pulse.lastHour(NOON.plus(Duration.ofMinutes(60))))).isZero();
        assertThat(sum(pulse.lastHour(NOON.minus(Duration.ofMinutes(5)))))
                .as("a clock that was set back")
                .isZero();
    }

    private static long sum(List<Minute> hour) {
        return hour.stream().mapToLong(Minute::introspections).sum();
    }
}
