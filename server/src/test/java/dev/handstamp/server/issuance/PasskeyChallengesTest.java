package dev.handstamp.server.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.MasterKey;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PasskeyChallengesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final PasskeyChallenges challenges = new PasskeyChallenges(
            new KeyEncryption(MasterKey.parse("test", secrets.oneTime().value()), secrets), secrets);
    private final Secret browser = secrets.oneTime();

    @Test
    @DisplayName("A-11: a challenge is good for five minutes, and not a second longer")
    void a_challenge_expires() {
        String challenge = challenges.issue(browser, "SIGN_IN", NOW);
        assertThat(challenges.isGood(challenge, browser, "SIGN_IN", NOW)).isTrue();
        assertThat(challenges.isGood(challenge, browser, "SIGN_IN", NOW.plusSeconds(299)))
                .isTrue();
        assertThat(challenges.isGood(challenge, browser, "SIGN_IN", NOW.plusSeconds(300)))
                .isFalse();
        assertThat(challenges.isGood(challenge, browser, "SIGN_IN", NOW.plusSeconds(86_400)))
                .isFalse();
    }

    @Test
    @DisplayName("A-11: another browser, another purpose and another key make it none")
    void a_challenge_is_bound() {
        String challenge = challenges.issue(browser, "SIGN_IN", NOW);
        assertThat(challenges.isGood(challenge, secrets.oneTime(), "SIGN_IN", NOW))
                .isFalse();
        assertThat(challenges.isGood(challenge, browser, "CONFIRM", NOW)).isFalse();
        KeyEncryption other =
                new KeyEncryption(MasterKey.parse("test", secrets.oneTime().value()), secrets);
        assertThat(new PasskeyChallenges(other, secrets).isGood(challenge, browser, "SIGN_IN", NOW))
                .isFalse();
        assertThat(challenges.issue(browser, "SIGN_IN", NOW)).isNotEqualTo(challenge);
    }
}
