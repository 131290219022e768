package dev.handstamp.server.administration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.Opening;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.administration.Keys.Planned;
import dev.handstamp.server.administration.Keys.Schedule;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.key.SigningKey.State;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When which key signs, as administrators see it.
class KeyPlanTest {

    private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");
    private static final Duration MONTH = Duration.ofDays(30);

    @TempDir
    Path folder;

    private Instant now = START;

    @Test
    void the_next_key_signs_from_when_the_current_one_ends_and_a_retired_one_goes_when_its_last_token_has_expired() {
        InstantSource clock = () -> now;
        var config = ServerConfig.of(Map.of("data", folder.resolve("data").toString()));
        try (Opening opening = Opening.forCommand(config, new Secrets(new SecureRandom()), clock)) {
            opening.signingKeys().ensure(Author.named("test"));
            Keys keys = new Keys(
                    opening.database(),
                    opening::signingKeys,
                    opening::keyEncryption,
                    clock,
                    Administrator.COMMAND_LINE);

            Schedule first = keys.schedule(MONTH);
            assertThat(first.nextRotation()).hasValue(START.plus(MONTH));
            Planned current = one(first, State.CURRENT);
            assertThat(current.signsFrom()).hasValue(START);
            assertThat(current.signsUntil()).hasValue(START.plus(MONTH));
            Planned next = one(first, State.NEXT);
            assertThat(next.signsFrom()).isEqualTo(current.signsUntil());
            assertThat(next.signsUntil()).hasValue(START.plus(MONTH).plus(MONTH));

            now = START.plus(Duration.ofDays(10));
            keys.rotate(Optional.empty());
            Schedule second = keys.schedule(MONTH);
            Planned retired = one(second, State.RETIRED);
            assertThat(retired.key().keyId()).isEqualTo(current.key().keyId());
            assertThat(retired.signsUntil()).hasValue(now);
            assertThat(retired.goneAt().orElseThrow()).isAfter(now);
            assertThat(one(second, State.CURRENT).key().keyId())
                    .isEqualTo(next.key().keyId());
            assertThat(second.nextRotation()).hasValue(now.plus(MONTH));

            now = now.plus(MONTH).plusSeconds(5);
            assertThat(keys.schedule(MONTH).nextRotation())
                    .as("overdue: at once")
                    .hasValue(now);
        }
    }

    private static Planned one(Schedule schedule, State state) {
        return schedule.keys().stream()
                .filter(each -> each.state() == state)
                .filter(each -> each.key().algorithm().joseName().equals("RS256"))
                .findFirst()
                .orElseThrow();
    }
}
