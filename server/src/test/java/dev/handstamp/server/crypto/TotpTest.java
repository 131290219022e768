package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {

    private static final byte[] KEY = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @DisplayName("RFC 6238 appendix B: the last six digits of the test values for SHA-1")
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void codes_are_those_of_the_rfc(long seconds, String code) {
        assertThat(Totp.code(KEY, seconds / 30)).isEqualTo(code);
        assertThat(Totp.codeAt(new Secret(Totp.encode(KEY)), Instant.ofEpochSecond(seconds)))
                .isEqualTo(code);
    }

    @ParameterizedTest
    @DisplayName("RFC 4648 §10: the test values for base32, without padding")
    @CsvSource({"f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "fooba, MZXW6YTB", "foobar, MZXW6YTBOI"})
    void base32_is_that_of_the_rfc(String plain, String encoded) {
        byte[] bytes = plain.getBytes(StandardCharsets.US_ASCII);
        assertThat(Totp.encode(bytes)).isEqualTo(encoded);
        assertThat(Totp.decode(encoded)).isEqualTo(bytes);
    }

    @Test
    void a_code_counts_for_its_step_and_its_neighbours_and_for_none_that_was_used() {
        Secret secret = Totp.newSecret(new Secrets(new SecureRandom()));
        Instant now = Instant.ofEpochSecond(1_700_000_010);
        long step = now.getEpochSecond() / 30;
        String code = Totp.codeAt(secret, now);

        assertThat(Totp.step(secret, code, now, 0)).hasValue(step);
        assertThat(Totp.step(secret, code, now.plusSeconds(30), 0)).hasValue(step);
        assertThat(Totp.step(secret, code, now.minusSeconds(30), 0)).hasValue(step);
        assertThat(Totp.step(secret, code, now.plusSeconds(60), 0)).isEmpty();
        assertThat(Totp.step(secret, code, now, step)).isEmpty();
        assertThat(Totp.step(secret, code, now, step + 1)).isEmpty();
        assertThat(Totp.normal(" 12 34 56 ")).contains("123456");
        assertThat(Totp.normal("12345")).isEmpty();
        assertThat(Totp.normal("١٢٣٤٥٦")).isEmpty();
    }
}
