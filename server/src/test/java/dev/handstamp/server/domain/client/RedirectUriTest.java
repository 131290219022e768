package dev.handstamp.server.domain.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectUriTest {

    @Test
    @DisplayName(
            "O-01: what is sent is the very text that is registered; only a native application's loopback port differs")
    void every_trick_is_refused() throws Exception {
        Map<String, Object> vectors;
        try (var file = RedirectUriTest.class.getResourceAsStream("/vectors/redirect_uris.json")) {
            vectors = Json.parseObject(file.readAllBytes());
        }
        Redirection registered = new Redirection(
                "",
                ((List<?>) vectors.get("registered"))
                        .stream()
                                .map(text -> RedirectUri.parse((String) text).orElseThrow())
                                .toList(),
                List.of(),
                true,
                true);

        List<?> cases = (List<?>) vectors.get("cases");
        assertThat(cases).hasSizeGreaterThan(30);
        for (Object each : cases) {
            Map<?, ?> vector = (Map<?, ?>) each;
            String sent = (String) vector.get("sent");
            assertThat(registered.find(sent, true).isPresent())
                    .as("%s: %s", vector.get("id"), sent)
                    .isEqualTo(vector.get("expect").equals("accept"));
        }
    }

    @Test
    void the_port_of_a_confidential_client_is_fixed() {
        RedirectUri uri = RedirectUri.parse("http://127.0.0.1:8080/cb").orElseThrow();

        assertThat(uri.matches("http://127.0.0.1:8081/cb", false)).isFalse();
        assertThat(uri.matches("http://127.0.0.1:8081/cb", true)).isTrue();
        assertThat(uri.matches("http://127.0.0.1:80810/cb", true)).isFalse();
        assertThat(uri.matches("http://[::1]:8081/cb", true)).isFalse();
        assertThat(uri.matches("http://127.0.0.1:8081/cb?x", true)).isFalse();
        assertThat(uri.matches("http://127.0.0.1:8081/cb#f", true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/cb",
                "//app.example/cb",
                "http://app.example/cb",
                "https:///cb",
                "https:cb",
                "https://app.example/cb#f",
                "https://app.example/cb#",
                "https://me@app.example/cb",
                "https://app.example/c b",
                "https://app.example/cb\r\nX: y",
                "https://app.exämple/cb",
                "javascript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "myapp:/cb"
            })
    void what_is_unsafe_is_not_registered(String text) {
        assertThat(RedirectUri.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("A wildcard is refused, wherever it stands: there are none")
    @ValueSource(
            strings = {
                "*",
                "https://*",
                "https://*.example/cb",
                "https://app.example/*",
                "https://app.example/cb?x=*",
                "http://127.0.0.1:*/cb",
                "com.example.app:/*"
            })
    void a_wildcard_is_not_registered(String text) {
        assertThat(RedirectUri.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/cb",
                "https://app.example:8443/cb?tenant=1",
                "http://localhost:3000/cb",
                "http://[::1]/cb",
                "com.example.app:/cb"
            })
    void what_is_safe_is_registered(String text) {
        assertThat(RedirectUri.parse(text)).map(RedirectUri::value).contains(text);
    }
}
