package dev.handstamp.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RequestTest {

    @Test
    @DisplayName("T-42: a header sent twice has no value, and both are visible")
    void a_repeated_header_has_no_value() {
        Request request = Request.builder("GET", "/")
                .header("Authorization", "Bearer a")
                .header("authorization", "Bearer b")
                .header("Accept", "x")
                .build();

        assertThat(request.header("Authorization")).isEmpty();
        assertThat(request.headers("AUTHORIZATION")).containsExactly("Bearer a", "Bearer b");
        assertThat(request.header("accept")).contains("x");
        assertThat(request.headers("absent")).isEmpty();
    }

    @Test
    void cookies_are_found_by_their_exact_name() {
        Request request = Request.builder("GET", "/")
                .header("Cookie", "a=1; __Host-handstamp=x.y.z;b=\"q=1\" ; bare; =nameless")
                .header("Cookie", "a=2; A=3")
                .build();

        assertThat(request.cookies("a")).containsExactly("1", "2");
        assertThat(request.cookies("A")).containsExactly("3");
        assertThat(request.cookies("__Host-handstamp")).containsExactly("x.y.z");
        assertThat(request.cookies("b")).containsExactly("\"q=1\"");
        assertThat(request.cookies("bare")).isEmpty();
    }

    @Test
    @DisplayName("S-02: a request prints neither headers nor body")
    void nothing_secret_is_printed() {
        Request request = Request.builder("POST", "/token")
                .header("Authorization", "Basic aHVzaA==")
                .form("client_secret=hush")
                .build();

        assertThat(request).hasToString("Request[request-of-a-test]");
    }
}
