package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.http.RawConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Methods, bodies and origins that no door is made for, at each door of the assembled server.
class DoorAttacksTest {

    /// The doors, and which methods open each.
    private static final Map<String, List<String>> DOORS = new LinkedHashMap<>();

    static {
        DOORS.put("/token", List.of("POST"));
        DOORS.put("/introspect", List.of("POST"));
        DOORS.put("/revoke", List.of("POST"));
        DOORS.put("/par", List.of("POST"));
        DOORS.put("/session", List.of("POST", "GET", "HEAD", "DELETE"));
        DOORS.put("/session/refresh", List.of("POST"));
        DOORS.put("/login", List.of("POST", "GET", "HEAD"));
        DOORS.put("/consent", List.of("POST", "GET", "HEAD"));
        DOORS.put("/logout", List.of("POST", "GET", "HEAD"));
        DOORS.put("/authorize", List.of("POST", "GET", "HEAD"));
        DOORS.put("/userinfo", List.of("POST", "GET", "HEAD"));
    }

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String BODY = "grant_type=client_credentials";

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET", "HEAD", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH", "OPTIONS", "post", "Post", "FOO"})
    @DisplayName("O-13: a method that a door is not made for does nothing, whatever a header calls it")
    void other_methods_do_nothing(String method) {
        DOORS.forEach((door, methods) -> {
            if (methods.contains(method)) return;
            RawConnection.Answer answer = raw(
                    method + " " + door + " HTTP/1.1\r\n" + basic()
                            + "X-HTTP-Method-Override: POST\r\nX-HTTP-Method: POST\r\nX-Method-Override: POST\r\n",
                    FORM,
                    BODY);

            assertThat(answer.status()).as("%s %s", method, door).isIn(400, 404, 405);
            if (answer.status() == 405) {
                assertThat(answer.header("Allow")).as("%s %s", method, door).isNotNull();
            }
            assertThat(answer.body()).doesNotContain("access_token");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "application/json",
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/x-www-form-urlencoded; charset=utf-7",
                "application/x-www-form-urlencoded; charset=utf-16",
                "application/x-www-form-urlencoded, application/json",
                "application/x-www-form-urlencodedx"
            })
    @DisplayName("O-14: a form under another media type or character set, or under none, is no form")
    void other_media_types_are_refused(String type) {
        for (String door : List.of("/token", "/introspect", "/revoke", "/par", "/login", "/consent", "/authorize")) {
            RawConnection.Answer answer = raw("POST " + door + " HTTP/1.1\r\n" + basic(), type, BODY + "&token=x");

            assertThat(answer.status()).as("%s as %s", door, type).isIn(400, 415);
            assertThat(answer.body()).doesNotContain("access_token");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/plain", FORM, "multipart/form-data; boundary=x", "application/jsonx"})
    @DisplayName("O-14: the JSON door takes JSON alone, which no form of another site can send")
    void the_json_door_takes_json_alone(String type) {
        String login = "{\"username\":\"vera\",\"password\":\"" + RunningServer.PASSWORD + "\",\"audience\":\""
                + RunningServer.ORDERS + "\"}";
        for (String door : List.of("/session", "/session/refresh")) {
            RawConnection.Answer answer = raw("POST " + door + " HTTP/1.1\r\n", type, login);

            assertThat(answer.status()).as("%s as %s", door, type).isIn(400, 415);
            assertThat(answer.body()).doesNotContain("access_token");
        }
    }

    @Test
    @DisplayName("O-14: a body longer than announced is the next request, one shorter is waited for in vain")
    void a_wrong_length_has_no_effect() {
        String head = "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + FORM + "\r\n" + basic();
        try (var connection = new RawConnection(server.handstamp.port())) {
            RawConnection.Answer cut =
                    connection.send(head + "Content-Length: 10\r\n\r\n" + BODY).answer();
            assertThat(cut.status()).isEqualTo(400);
            assertThat(cut.body()).contains("invalid_request");
        }
        byte[] wide = BODY.getBytes(StandardCharsets.UTF_16BE);
        Reply reply = server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .body(FORM, wide)
                .send();
        assertThat(reply.outcome()).isEqualTo("400 invalid_request");
        assertThat(server.clientCredentials().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "https://app.example.com",
                "https://app.example.com.evil.example",
                "https://evilapp.example.com",
                "http://app.example.com",
                "file://"
            })
    @DisplayName("O-39: no answer, and no preflight, lets a page of another origin read anything")
    void no_other_origin_reads_an_answer(String origin) {
        WebClient client = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        browser.authorize(client.request());
        String token = server.logIn().string("access_token");

        for (String door : DOORS.keySet()) {
            Reply preflight = server.call("OPTIONS", door)
                    .header("Origin", origin)
                    .header("Access-Control-Request-Method", "POST")
                    .header("Access-Control-Request-Headers", "authorization")
                    .send();
            Reply request = browser.send(
                    server.call("POST", door).header("Origin", origin).form("token", "x"));
            for (Reply reply : List.of(preflight, request)) opensNothing(door, reply);
        }
        opensNothing(
                "/authorize", browser.send(server.call("GET", client.request()).header("Origin", origin)));
        opensNothing(
                "/userinfo",
                server.call("GET", "/userinfo")
                        .bearer(token)
                        .header("Origin", origin)
                        .send());
        opensNothing(
                "/session",
                server.call("GET", "/session")
                        .cookie("__Host-handstamp", token)
                        .header("Origin", origin)
                        .send());
    }

    private static void opensNothing(String door, Reply reply) {
        assertThat(reply.headers().keySet())
                .as(door)
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
    }

    private static String basic() {
        String both = "shop:" + RunningServer.SHOP_SECRET;
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8))
                + "\r\n";
    }

    /// @param type empty for none
    private static RawConnection.Answer raw(String head, String type, String body) {
        String typed = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
        try (var connection = new RawConnection(server.handstamp.port())) {
            connection.send(head + "Host: localhost\r\nConnection: close\r\n" + typed + "Content-Length: "
                    + body.length() + "\r\n\r\n" + body);
            return head.startsWith("HEAD") ? connection.answerToHead() : connection.answer();
        }
    }
}
