package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Base64UrlTest {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    @Test
    void every_length_of_bytes_is_written_as_the_jdk_writes_it_and_read_back() {
        var random = new Random(1);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            String text = Base64Url.encode(bytes);
            assertThat(text).isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            assertThat(text).hasSize(Base64Url.encodedLength(length));
            assertThat(Base64Url.decode(text)).isEqualTo(bytes);
        }
    }

    @Test
    void every_short_text_has_at_most_one_reading_and_every_reading_one_text() {
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                String text = new String(new char[] {(char) first, (char) second});
                byte[] decoded = Base64Url.decode(text);
                boolean canonical = ALPHABET.indexOf(first) >= 0
                        && ALPHABET.indexOf(second) >= 0
                        && ALPHABET.indexOf(second) % 16 == 0;
                assertThat(decoded != null).as(text).isEqualTo(canonical);
                if (decoded != null) {
                    assertThat(Base64Url.encode(decoded)).isEqualTo(text);
                }
            }
        }
        assertThat(Base64Url.decode("A")).isNull();
        assertThat(Base64Url.decode("AAAAA")).isNull();
        assertThat(Base64Url.decode("AA==")).isNull();
    }

    @Test
    void a_piece_is_decoded_where_it_stands() {
        byte[] text = "..SGFuZHN0YW1w..".getBytes(StandardCharsets.US_ASCII);
        byte[] decoded = Base64Url.decode(text, 2, 14);
        assertThat(new String(decoded, StandardCharsets.US_ASCII)).isEqualTo("Handstamp");
    }

    @Test
    void what_is_not_in_the_alphabet_is_refused_wherever_it_stands() {
        for (int length : new int[] {4, 43, 64, 86, 342, 434}) {
            String good = "A".repeat(length);
            assertThat(Base64Url.decode(good)).hasSize(length * 6 / 8);
            for (int at = 0; at < length; at++) {
                for (char wrong : "=+/ \n\u00c1".toCharArray()) {
                    String text = good.substring(0, at) + wrong + good.substring(at + 1);
                    assertThat(Base64Url.decode(text)).as(text).isNull();
                }
            }
        }
    }
}
