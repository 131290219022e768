package dev.handstamp.server.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Vera Vale", "\u05d5\u05e8\u05d4 \u200f(Vera)", "Zo\u0308e", "\ud83d\udc69\u200d\ud83d\udcbb"
            })
    void names_of_all_scripts_stay_where_they_stand(String text) {
        assertThat(ShownText.isOneLine(text)).isTrue();
        assertThat(ShownText.unturned(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0007", "a\u0085b", "a\u2028b", "a\u2029b"})
    void what_ends_a_line_is_none(String text) {
        assertThat(ShownText.isOneLine(text)).isFalse();
    }

    @Test
    void what_changes_the_direction_of_what_follows_is_refused_or_taken_out() {
        for (int each : new int[] {0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069}) {
            String text = "Vera" + Character.toString(each) + " Vale";
            assertThat(ShownText.isOneLine(text)).as("%x", each).isFalse();
            assertThat(ShownText.unturned(text)).as("%x", each).isEqualTo("Vera Vale");
        }
    }

    @Test
    void there_is_something_to_see_of_a_letter_and_nothing_of_blanks_and_fillers() {
        assertThat(ShownText.isVisible(" \u200b\u0301V")).isTrue();
        assertThat(ShownText.isVisible("\ud83d\udc69")).isTrue();
        assertThat(ShownText.isVisible("")).isFalse();
        assertThat(ShownText.isVisible(" \u00a0\u2003\u200b\u2060\ufeff\u0301\u115f\u1160\u3164\uffa0\u2800"))
                .isFalse();
    }
}
