package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Applications that run in a browser, at origins of their own (CORS protocol of Fetch).
class CrossOriginTest {

    private static final String APP = "https://spa.example.com";

    private static RunningServer server;
    private static WebClient app;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        app = WebClient.publicly(
                server,
                APP + "/cb",
                "https://SPA.example.com:8443/cb",
                "https://usual.example.com:443/cb",
                "http://localhost:3000/cb",
                "com.example.app:/cb");
        WebClient.confidential(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/token, POST",
        "/userinfo, 'GET, POST'",
        "/revoke, POST",
        "/par, POST",
        "/device_authorization, POST",
    })
    @DisplayName("O-39: an application may call from an origin that it has registered, without cookies")
    void a_registered_origin_may_call(String path, String methods) {
        for (String origin :
                List.of(APP, "https://spa.example.com:8443", "https://usual.example.com", "http://localhost:3000")) {
            Reply preflight = preflight(path, origin);
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.header("Access-Control-Allow-Origin")).contains(origin);
            assertThat(preflight.header("Access-Control-Allow-Methods")).contains(methods);
            assertThat(preflight.header("Access-Control-Allow-Headers")).contains("Authorization, Content-Type, DPoP");
            assertThat(preflight.header("Access-Control-Allow-Credentials")).isEmpty();
            assertThat(preflight.header("Vary")).contains("Origin");

            Reply answer = server.call("POST", path)
                    .header("Origin", origin)
                    .form("x", "y")
                    .send();
            assertThat(answer.header("Access-Control-Allow-Origin")).contains(origin);
            assertThat(answer.header("Access-Control-Expose-Headers").orElseThrow())
                    .contains("WWW-Authenticate");
            assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
            assertThat(answer.header("Vary")).contains("Origin");
        }
    }

    @Test
    void an_application_in_a_browser_signs_its_user_in_and_out() {
        String callback = APP + "/cb";
        Reply back = new TestBrowser(server)
                .authorize(app.request(callback, new String[] {"scope", "openid offline_access"}));
        String code = TestBrowser.answer(back).get("code");
        Reply tokens = server.call("POST", "/token")
                .header("Origin", APP)
                .form(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        app.id(),
                        "code",
                        code,
                        "redirect_uri",
                        callback,
                        "code_verifier",
                        WebClient.VERIFIER)
                .send();
        assertThat(tokens.header("Access-Control-Allow-Origin")).contains(APP);
        Reply who = server.call("GET", "/userinfo")
                .header("Origin", APP)
                .bearer(tokens.string("access_token"))
                .send();
        assertThat(who.header("Access-Control-Allow-Origin")).contains(APP);
        assertThat(who.string("sub")).isNotEmpty();
        Reply revoked = server.call("POST", "/revoke")
                .header("Origin", APP)
                .form("client_id", app.id(), "token", tokens.string("refresh_token"))
                .send();
        assertThat(revoked.status()).isEqualTo(200);
        assertThat(revoked.header("Access-Control-Allow-Origin")).contains(APP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "https://spa.example.com.evil.example",
                "https://evilspa.example.com",
                "http://spa.example.com",
                "https://spa.example.com:444",
                "https://spa.example.com/",
                "https://app.example.com", // a confidential client's
                "com.example.app://",
                "*"
            })
    @DisplayName("O-39: no other origin is told anything, and there is no preflight for it")
    void no_other_origin_may_read_anything(String origin) {
        for (String path : List.of("/token", "/userinfo", "/revoke", "/par", "/introspect", "/session", "/authorize")) {
            assertThat(preflight(path, origin).status()).isEqualTo(405);
            assertThat(preflight(path, origin).headers().keySet()).noneMatch(CrossOriginTest::isCors);
            for (String method : List.of("GET", "POST")) {
                Reply reply = server.call(method, path).header("Origin", origin).send();
                assertThat(reply.headers().keySet()).as(method + " " + path).noneMatch(CrossOriginTest::isCors);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/authorize", "/login", "/consent", "/logout", "/session", "/session/refresh", "/introspect"})
    @DisplayName("O-39: pages, doors with cookies and those for servers are read from no other origin at all")
    void these_are_for_nobody_elsewhere(String path) {
        assertThat(preflight(path, APP).status()).isEqualTo(405);
        for (String method : List.of("GET", "POST", "OPTIONS")) {
            Reply reply = server.call(method, path).header("Origin", APP).send();
            assertThat(reply.headers().keySet()).as(method).noneMatch(CrossOriginTest::isCors);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"})
    void what_everybody_may_know_is_read_from_everywhere(String path) {
        Reply reply = server.call("GET", path)
                .header("Origin", "https://anybody.example")
                .send();
        assertThat(reply.header("Access-Control-Allow-Origin")).contains("*");
        assertThat(reply.header("Access-Control-Allow-Credentials")).isEmpty();
    }

    private static Reply preflight(String path, String origin) {
        return server.call("OPTIONS", path)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .send();
    }

    private static boolean isCors(String header) {
        return header.toLowerCase(Locale.ROOT).startsWith("access-control");
    }
}
