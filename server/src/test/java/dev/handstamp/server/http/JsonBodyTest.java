package dev.handstamp.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

    @Test
    void an_object_is_read() {
        var result = JsonBody.parse(Request.builder("POST", "/session")
                .json("{\"username\":\"vera\",\"roles\":[\"vip\"]}")
                .build());

        assertThat(result)
                .isInstanceOfSatisfying(
                        JsonBody.class,
                        body -> assertThat(body.object())
                                .isEqualTo(Map.of("username", "vera", "roles", List.of("vip"))));
    }

    @ParameterizedTest
    @DisplayName("O-14: only application/json is JSON; text/plain would let another origin forge requests")
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=utf-7",
                "application/json; charset=utf-16",
                "application/jsonp",
                ""
            })
    void another_content_type_is_refused(String type) {
        var request = Request.builder("POST", "/session").body(type, "{}").build();

        assertThat(JsonBody.parse(request))
                .isInstanceOfSatisfying(
                        MalformedJsonBody.class,
                        malformed -> assertThat(malformed.status()).isEqualTo(415));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "\"text\"", "{", "{} {}", "{\"a\":1,\"a\":2}", "{'a':1}"})
    void anything_but_one_strict_object_is_refused(String text) {
        var request = Request.builder("POST", "/session").json(text).build();

        assertThat(JsonBody.parse(request))
                .isInstanceOfSatisfying(
                        MalformedJsonBody.class,
                        malformed -> assertThat(malformed.status()).isEqualTo(400));
    }

    @Test
    @DisplayName("O-14: a body in UTF-16 is refused")
    void a_body_in_utf_16_is_refused() {
        var request = Request.builder("POST", "/session")
                .header("Content-Type", "application/json")
                .body("{\"a\":1}".getBytes(StandardCharsets.UTF_16BE))
                .build();

        assertThat(JsonBody.parse(request)).isInstanceOf(MalformedJsonBody.class);
    }

    @Test
    void values_are_not_printed() {
        var request = Request.builder("POST", "/session")
                .json("{\"password\":\"hush\"}")
                .build();

        assertThat(JsonBody.parse(request)).hasToString("JsonBody[1 members]");
    }
}
