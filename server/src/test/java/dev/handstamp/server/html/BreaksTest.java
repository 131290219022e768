package dev.handstamp.server.html;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BreaksTest {

    @Test
    void a_long_address_breaks_after_what_separates_its_parts() {
        assertThat(Breaks.of("https://api.example.org/v2/orders?tenant=north&kind=open", 20))
                .containsExactly(
                        "https://", "api.", "example.", "org/", "v2/", "orders?", "tenant=", "north&", "kind=", "open");
        assertThat(Breaks.of("urn:example:warehouse_inventory-eu", 20))
                .containsExactly("urn:", "example:", "warehouse_", "inventory-", "eu");
    }

    @Test
    void what_is_short_stays_together() {
        assertThat(Breaks.of("vera@example.org", 20)).containsExactly("vera@example.org");
        assertThat(Breaks.of("", 20)).containsExactly("");
    }

    @Test
    void how_long_a_word_stays_whole_is_said() {
        assertThat(Breaks.of("authorization_code", 18)).containsExactly("authorization_code");
        assertThat(Breaks.of("authorization_code", 17)).containsExactly("authorization_", "code");
    }

    @Test
    void only_the_long_words_of_a_sentence_are_in_pieces() {
        assertThat(Breaks.of("at 5:30 p.m. to http://localhost:9000/admin/api.", 20))
                .containsExactly("at 5:30 p.m. to http://", "localhost:", "9000/", "admin/", "api.");
    }

    @Test
    void nothing_is_lost() {
        String text = "https://--.example//x?..=/ and https://token.example-corporation.com/";
        assertThat(String.join("", Breaks.of(text, 20))).isEqualTo(text);
    }

    @Test
    void blanks_part_words_however_many_there_are() {
        assertThat(Breaks.of("  a.b  one-two-three \n four-five-six\t", 10))
                .containsExactly("  a.b  one-", "two-", "three \n four-", "five-", "six\t");
    }

    @Test
    void a_word_of_many_parts_is_measured_once() {
        String text = "a.".repeat(500_000);
        // Measured anew at each of them it would take hours.
        assertThat(Breaks.of(text, 20)).hasSize(500_000);
    }
}
