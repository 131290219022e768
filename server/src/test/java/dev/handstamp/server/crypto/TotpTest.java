package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.TotpParameters;
import dev.handstamp.server.domain.session.TotpParameters.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;
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
        assertThat(Totp.code(KEY, TotpParameters.USUAL, seconds / 30)).isEqualTo(code);
        assertThat(Totp.codeAt(new Secret(Totp.encode(KEY)), Instant.ofEpochSecond(seconds)))
                .isEqualTo(code);
    }

    @ParameterizedTest
    @DisplayName("RFC 6238 appendix B: the test values of each hash function, with its own key")
    @CsvSource({
        "SHA1, 20, 59, 94287082",
        "SHA256, 32, 59, 46119246",
        "SHA512, 64, 59, 90693936",
        "SHA256, 32, 1111111109, 68084774",
        "SHA512, 64, 1111111111, 99943326",
        "SHA256, 32, 20000000000, 77737706",
        "SHA512, 64, 20000000000, 47863826"
    })
    void codes_of_other_applications_are_those_of_the_rfc(
            Algorithm algorithm, int keyLength, long seconds, String code) {
        byte[] key = "1234567890".repeat(7).substring(0, keyLength).getBytes(StandardCharsets.US_ASCII);
        TotpParameters parameters = TotpParameters.of(algorithm, 8, 30).orElseThrow();
        Secret secret = Totp.secretOf(key).orElseThrow();
        Instant now = Instant.ofEpochSecond(seconds);
        assertThat(Totp.codeAt(secret, parameters, now)).isEqualTo(code);
        assertThat(Totp.normal(code, parameters)).contains(code);
        assertThat(Totp.step(secret, parameters, code, now, 0)).hasValue(seconds / 30);
        assertThat(Totp.step(secret, TotpParameters.USUAL, code.substring(2), now, 0))
                .as("six digits of SHA-1")
                .isEqualTo(algorithm == Algorithm.SHA1 ? OptionalLong.of(seconds / 30) : OptionalLong.empty());
    }

    @Test
    void a_secret_of_elsewhere_is_neither_short_nor_endless() {
        assertThat(Totp.secretOf(new byte[9])).isEmpty();
        assertThat(Totp.secretOf(new byte[10])).isPresent();
        assertThat(Totp.secretOf(new byte[129])).isEmpty();
        assertThat(Totp.base32("mzxw 6ytb-oi======")).contains("foobar".getBytes(StandardCharsets.US_ASCII));
        assertThat(Totp.base32("MZXW1")).isEmpty();
        assertThat(Totp.base32("")).isEmpty();
        assertThat(TotpParameters.of(Algorithm.SHA1, 5, 30)).isEmpty();
        assertThat(TotpParameters.of(Algorithm.SHA1, 6, 14)).isEmpty();
        assertThat(TotpParameters.of(Algorithm.SHA1, 6, 301)).isEmpty();
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

        assertThat(Totp.step(secret, TotpParameters.USUAL, code, now, 0)).hasValue(step);
        assertThat(Totp.step(secret, TotpParameters.USUAL, code, now.plusSeconds(30), 0))
                .hasValue(step);
        assertThat(Totp.step(secret, TotpParameters.USUAL, code, now.minusSeconds(30), 0))
                .hasValue(step);
        assertThat(Totp.step(secret, TotpParameters.USUAL, code, now.plusSeconds(60), 0))
                .isEmpty();
        assertThat(Totp.step(secret, TotpParameters.USUAL, code, now, step)).isEmpty();
        assertThat(Totp.step(secret, TotpParameters.USUAL, code, now, step + 1)).isEmpty();
        assertThat(Totp.normal(" 12 34 56 ", TotpParameters.USUAL)).contains("123456");
        assertThat(Totp.normal("12345", TotpParameters.USUAL)).isEmpty();
        assertThat(Totp.normal("١٢٣٤٥٦", TotpParameters.USUAL)).isEmpty();
    }
}
