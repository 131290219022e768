package dev.handstamp.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {

    @Test
    void json_is_compact_utf_8_of_its_type() {
        Response response = Response.json(200, Map.of("name", "Véra"));

        assertThat(response.body()).asString().isEqualTo("{\"name\":\"Véra\"}");
        assertThat(response.headers()).containsExactly(new Header("Content-Type", "application/json"));
    }

    @Test
    void a_header_is_added_to_a_new_response() {
        Response before = Response.empty(204);

        Response after =
                before.header("Set-Cookie", "a=1").header("Set-Cookie", "b=2").noStore();

        assertThat(before.headers()).isEmpty();
        assertThat(after.headers())
                .containsExactly(
                        new Header("Set-Cookie", "a=1"),
                        new Header("Set-Cookie", "b=2"),
                        new Header("Cache-Control", "no-store"));
    }

    @Test
    @DisplayName("RFC 9700 §4.12: redirects are 303")
    void a_redirect_is_see_other() {
        assertThat(Response.seeOther("/login").status()).isEqualTo(303);
        assertThat(Response.seeOther("/login").headers()).contains(new Header("Location", "/login"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "a\0b", "é", "\u007f"})
    void a_header_value_cannot_start_another_line(String value) {
        assertThatThrownBy(() -> Response.empty(200).header("X", value)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\n", "é"})
    void a_header_name_is_a_token(String name) {
        assertThatThrownBy(() -> Response.empty(200).header(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_body_is_not_printed() {
        assertThat(Response.text(200, "hush")).hasToString("Response[200, 4 bytes]");
    }
}
