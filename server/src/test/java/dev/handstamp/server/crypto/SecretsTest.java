package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.Secret;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SecretsTest {

    private static final int MANY = 10_000;

    private final Secrets secrets = new Secrets(new SecureRandom());

    @Test
    @DisplayName("S-15, A-16: 10,000 identifiers, those of sessions among them, show no repeat and no structure")
    void ten_thousand_identifiers_show_no_repeat_and_no_structure() {
        assertRandom(secrets::id, 16);
        assertRandom(() -> secrets.sessionId().value(), 16);
        assertRandom(() -> secrets.grantId().value(), 16);
        assertRandom(() -> secrets.subject().value().substring("usr_".length()), 16);
    }

    @Test
    @DisplayName("S-15: 10,000 refresh tokens and client secrets show no repeat and no structure")
    void ten_thousand_secrets_show_no_repeat_and_no_structure() {
        assertRandom(() -> secrets.refreshToken().value(), 32);
        assertRandom(() -> secrets.clientSecret().value(), 32);
        assertRandom(() -> secrets.signingSecret().value(), 48);
    }

    @Test
    void a_subject_says_that_it_is_a_user() {
        assertThat(secrets.subject().value()).matches("usr_[A-Za-z0-9_-]{22}");
    }

    @Test
    void a_secret_is_never_printed() {
        Secret secret = secrets.refreshToken();
        assertThat(secret.toString()).doesNotContain(secret.value());
        assertThat(secret.hash().value()).doesNotContain(secret.value());
    }

    /// Every one of the bits is set about half of the time: six standard deviations are 300 of 10,000.
    private static void assertRandom(Supplier<String> source, int bytes) {
        Set<String> seen = new HashSet<>();
        int[] ones = new int[bytes * 8];
        for (int i = 0; i < MANY; i++) {
            String text = source.get();
            byte[] value = Base64.getUrlDecoder().decode(text);
            assertThat(value).hasSize(bytes);
            assertThat(seen.add(text)).isTrue();
            for (int bit = 0; bit < ones.length; bit++) ones[bit] += value[bit / 8] >> bit % 8 & 1;
        }
        for (int count : ones) assertThat(count).isBetween(MANY / 2 - 300, MANY / 2 + 300);
    }
}
