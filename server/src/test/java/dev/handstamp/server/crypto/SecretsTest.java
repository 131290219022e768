package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.grant.UserCode;
import dev.handstamp.server.domain.session.RecoveryCode;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    @DisplayName("S-15: 10,000 codes, cookies, links and names of requests show no repeat and no structure")
    void ten_thousand_one_time_secrets_show_no_repeat_and_no_structure() {
        assertRandom(() -> secrets.oneTime().value(), 32);
    }

    @Test
    @DisplayName("S-15: what users type in is of every letter alike: codes of devices, recovery codes, codes of mails")
    void letters_are_all_alike() {
        for (String alphabet : List.of(UserCode.ALPHABET, RecoveryCode.ALPHABET, "0123456789")) {
            Map<Character, Integer> seen = new TreeMap<>();
            secrets.letters(alphabet, 100 * MANY).chars().forEach(each -> seen.merge((char) each, 1, Integer::sum));
            assertThat(seen).hasSize(alphabet.length());
            double mean = 100.0 * MANY / alphabet.length();
            assertThat(seen.values())
                    .allSatisfy(count -> assertThat((double) count)
                            .isBetween(mean - 6 * Math.sqrt(mean), mean + 6 * Math.sqrt(mean)));
        }
        Set<String> codes = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            assertThat(codes.add(secrets.letters(RecoveryCode.ALPHABET, RecoveryCode.LENGTH)))
                    .isTrue();
        }
        assertThat(Math.pow(RecoveryCode.ALPHABET.length(), RecoveryCode.LENGTH))
                .isGreaterThan(Math.pow(2, 64));
    }

    @Test
    @DisplayName("S-15: signing keys show no repeat in what names them")
    void key_ids_do_not_repeat() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen.add(PrivateJwk.generate(Algorithm.EDDSA).keyId())).isTrue();
        }
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
