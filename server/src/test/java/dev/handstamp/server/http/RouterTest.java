package dev.handstamp.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {

    private final Router router = Router.builder()
            .post("/token", _ -> Response.text(200, "posted"))
            .get("/jwks", _ -> Response.text(200, "keys"))
            .get("/session", _ -> Response.text(200, "who"))
            .delete("/session", _ -> Response.empty(204))
            .put("/session", _ -> Response.text(200, "put"))
            .build();

    @Test
    void each_method_of_a_path_has_its_endpoint() {
        assertThat(route("GET", "/session").body()).asString().isEqualTo("who");
        assertThat(route("HEAD", "/session").body()).asString().isEqualTo("who");
        assertThat(route("PUT", "/session").body()).asString().isEqualTo("put");
        assertThat(route("DELETE", "/session").status()).isEqualTo(204);
    }

    @ParameterizedTest
    @DisplayName("O-13: another method is 405 with Allow")
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "TRACE", "CONNECT", "OPTIONS", "post", "Post", "PATCH", ""})
    void another_method_is_refused(String method) {
        Response response = route(method, "/token");

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers()).contains(new Header("Allow", "POST"));
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("\"method_not_allowed\"");
    }

    @Test
    void a_path_that_ends_with_a_slash_is_followed_by_one_segment_more() {
        Router lists = Router.builder()
                .get("/lists/", request -> Response.text(200, request.path()))
                .build();
        assertThat(lists.route(Request.builder("GET", "/lists/one").build()).body())
                .asString()
                .isEqualTo("/lists/one");
        for (String path : List.of("/lists", "/lists/", "/lists/one/two", "/list/one", "/lists//"))
            assertThat(lists.route(Request.builder("GET", path).build()).status())
                    .as(path)
                    .isEqualTo(404);
    }

    @Test
    void allow_lists_every_method_of_the_path() {
        assertThat(route("POST", "/session").headers()).contains(new Header("Allow", "GET, HEAD, DELETE, PUT"));
    }

    @ParameterizedTest
    @DisplayName("O-13: a header does not rename a method")
    @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
    void a_header_does_not_rename_a_method(String header) {
        Request request =
                Request.builder("GET", "/token").header(header, "POST").build();

        assertThat(router.route(request).status()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/token/", "/Token", "//token", "/%74oken", "/token;x", "token", "*", ""})
    void a_path_matches_exactly_or_not_at_all(String path) {
        assertThat(route("POST", path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @DisplayName("S-04: nothing is served that was not routed")
    @ValueSource(
            strings = {
                "/metrics",
                "/actuator/env",
                "/health/details",
                "/env",
                "/heapdump",
                "/jolokia",
                "/h2-console",
                "/swagger",
                "/debug",
                "/.git/config",
                "/console"
            })
    void what_was_not_routed_is_not_found(String path) {
        assertThat(route("GET", path).status()).isEqualTo(404);
    }

    @Test
    void a_route_given_twice_is_a_mistake() {
        var builder = Router.builder().get("/a", _ -> Response.empty(204));

        assertThatThrownBy(() -> builder.get("/a", _ -> Response.empty(204)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GET /a");
    }

    private Response route(String method, String path) {
        return router.route(Request.builder(method, path).build());
    }
}
