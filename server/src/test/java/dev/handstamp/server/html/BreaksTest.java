package dev.handstamp.server.html;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BreaksTest {

    @Test
    void a_long_address_breaks_after_what_separates_its_parts() {
        assertThat(Breaks.of("https://api.example.org/v2/orders?tenant=north&kind=open"))
                .containsExactly(
                        "https://", "api.", "example.", "org/", "v2/", "orders?", "tenant=", "north&", "kind=", "open");
        assertThat(Breaks.of("urn:example:warehouse_inventory-eu"))
                .containsExactly("urn:", "example:", "warehouse_", "inventory-", "eu");
    }

    @Test
    void what_is_short_stays_together() {
        assertThat(Breaks.of("vera@example.org")).containsExactly("vera@example.org");
        assertThat(Breaks.of("")).containsExactly("");
    }

    @Test
    void only_the_long_words_of_a_sentence_are_in_pieces() {
        assertThat(Breaks.of("at 5:30 p.m. to http://localhost:9000/admin/api."))
                .containsExactly("at 5:30 p.m. to http://", "localhost:", "9000/", "admin/", "api.");
        assertThat(Breaks.of("authorization_code, refresh_token"))
                .containsExactly("authorization_", "code, refresh_token");
    }

    @Test
    void nothing_is_lost() {
        String text = "https://--.example//x?..=/ and https://token.example-corporation.com/";
        assertThat(String.join("", Breaks.of(text))).isEqualTo(text);
    }
}
