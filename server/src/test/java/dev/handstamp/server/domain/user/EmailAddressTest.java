package dev.handstamp.server.domain.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @ParameterizedTest
    @DisplayName("A-15: addresses are compared in their normal form")
    @CsvSource(
            delimiter = '|',
            value = {
                "vera@example.org         | vera@example.org",
                "VERA@Example.ORG         | vera@example.org",
                "ｖｅｒａ@example.org       | vera@example.org",
                "vera@BÜCHER.example      | vera@xn--bcher-kva.example",
                "vera@xn--bcher-kva.example | vera@xn--bcher-kva.example",
                "ve\u0301ra@example.org   | v\u00e9ra@example.org",
                "vera+shop@example.org    | vera+shop@example.org",
                "v.e.r.a@example.org      | v.e.r.a@example.org",
            })
    void the_normal_form(String typed, String key) {
        assertThat(EmailAddress.parse(typed).orElseThrow().key()).isEqualTo(key);
        assertThat(EmailAddress.key(typed)).isEqualTo(key);
        assertThat(EmailAddress.key(key)).as("of a normal form").isEqualTo(key);
    }

    @Test
    void letters_that_look_alike_are_others() {
        String cyrillic = "v\u0435ra@example.org";
        assertThat(EmailAddress.key(cyrillic)).isNotEqualTo("vera@example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "vera",
                "@example.org",
                "vera@",
                "a@b@c",
                "vera@exa mple.org",
                "ve ra@example.org",
                "vera@.example",
                "vera@example.",
                "vera@-a.example",
                "vera,nick@example.org",
                "Vera <vera@example.org>",
                "vera@[127.0.0.1]",
                "vera@example.org\r\nBcc: eve@evil.example",
                "vera\u0000@example.org",
                "\"ve ra\"@example.org",
                "friends:vera@example.org;",
                "vera@example.org;eve@evil.example"
            })
    void what_is_no_single_address_is_none(String typed) {
        assertThat(EmailAddress.parse(typed)).isEmpty();
    }

    @Test
    void no_address_is_longer_than_mail_allows() {
        assertThat(EmailAddress.parse("a".repeat(65) + "@example.org")).isEmpty();
        assertThat(EmailAddress.parse("a@" + "b".repeat(60) + (".c" + "d".repeat(60)).repeat(4)))
                .isEmpty();
        assertThat(List.of("", "x", "@@@", " ".repeat(500)))
                .allSatisfy(text -> assertThat(EmailAddress.key(text)).hasSizeLessThan(10));
    }
}
