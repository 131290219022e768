package dev.handstamp.server.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HtmlTest {

    @Test
    @DisplayName("A-17: whatever is put into a page is text, in an element and in an attribute")
    void values_are_escaped() {
        Html html = Html.of("<p title=\"{}\">{}</p>", "\" onclick='x'", "<script>&\0");

        assertThat(html).hasToString("<p title=\"&quot; onclick=&#39;x&#39;\">&lt;script&gt;&amp;\uFFFD</p>");
    }

    @Test
    void a_value_that_looks_like_a_place_is_none() {
        assertThat(Html.of("{} {}", "{}", "b")).hasToString("{} b");
    }

    @Test
    void markup_stays_markup() {
        assertThat(Html.of("<p>{}</p>", Html.of("<b>{}</b>", "<"))).hasToString("<p><b>&lt;</b></p>");
    }

    @Test
    void places_and_values_must_be_as_many() {
        assertThatThrownBy(() -> Html.of("{}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Html.of("", "x")).isInstanceOf(IllegalArgumentException.class);
    }
}
