package dev.handstamp.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.server.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ListenerTest {

    private static final String HOST = "Host: localhost\r\n";

    private final List<RequestObserved> observed = Collections.synchronizedList(new ArrayList<>());
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final CountDownLatch working = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private final Router router = Router.builder()
            .get("/hello", _ -> Response.text(200, "hello"))
            .get("/inline", new NonBlockingEcho())
            .post("/inline", new NonBlockingEcho())
            .get("/sometimes", new SometimesAtOnce())
            .get("/later", new FromAnotherThread())
            .get("/large", _ -> Response.json(200, new byte[50_000_000]))
            .post("/echo", request -> Response.text(200, new String(request.body(), StandardCharsets.ISO_8859_1)))
            .post("/upload", new LongBodies())
            .get("/json", _ -> Response.json(200, Map.of("a", 1)))
            .get("/keys", _ -> Response.json(200, Map.of()).header("Cache-Control", "public, max-age=300"))
            .get("/page", _ -> Response.html(200, "<p>").header("Referrer-Policy", "same-origin"))
            .get("/gone", _ -> Response.empty(204))
            .get(
                    "/who",
                    request -> Response.json(
                            200,
                            Map.of(
                                    "id",
                                    request.id(),
                                    "address",
                                    request.remoteAddress(),
                                    "secure",
                                    request.isSecure(),
                                    "thread",
                                    Thread.currentThread().isVirtual(),
                                    "bound",
                                    Log.REQUEST_ID.get(),
                                    "query",
                                    request.query().orElse("none"))))
            .get(
                    "/length",
                    request -> Response.text(
                            200,
                            String.valueOf(
                                    request.header("Authorization").orElse("").length())))
            .get("/broken", _ -> {
                throw new IllegalStateException("inside\nknowledge");
            })
            .get("/overflow", _ -> {
                throw new StackOverflowError();
            })
            .get("/slow", _ -> {
                working.countDown();
                await(release);
                return Response.text(200, "done");
            })
            .build();

    private final ListenerConfig config = ListenerConfig.of("127.0.0.1", 0)
            .withMaximumBodyBytes(10_000)
            .withTimeouts(Duration.ofMillis(600), Duration.ofMillis(600), Duration.ofSeconds(5));
    private Listener listener = new Listener(config, router, observed::add);

    @BeforeEach
    void start() {
        Log.captureLibraries();
        Log.threshold(Log.Level.INFO);
        Log.writeTo(new PrintStream(log, true, StandardCharsets.UTF_8));
        listener.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        listener.close();
        Log.writeTo(System.out);
    }

    @Test
    void an_answer_is_one_message_of_known_length() {
        var answer = get("/hello");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.header("Content-Length")).isEqualTo("5");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(answer.header("Date")).isNotNull();
        assertThat(answer.header("Transfer-Encoding")).isNull();
    }

    @Test
    @DisplayName("RFC 9110 §9.3.2: HEAD is answered as GET is, without the body")
    void head_is_get_without_the_body() {
        try (var connection = connect()) {
            var answer =
                    connection.send("HEAD /hello HTTP/1.1\r\n" + HOST + "\r\n").answerToHead();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Length")).isEqualTo("5");

            // Were there a body, it would be taken for this answer's status line.
            assertThat(connection
                            .send("GET /hello HTTP/1.1\r\n" + HOST + "\r\n")
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void an_answer_without_content_has_no_length() {
        try (var connection = connect()) {
            assertThat(connection
                            .send("GET /gone HTTP/1.1\r\n" + HOST + "\r\n")
                            .answer()
                            .header("Content-Length"))
                    .isNull();
            assertThat(connection
                            .send("GET /gone HTTP/1.1\r\n" + HOST + "\r\n")
                            .answer()
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() {
        try (var connection = connect()) {
            connection.send(("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\n\r\n1GET /hello HTTP/1.1\r\n"
                    + HOST + "\r\nPOST /inline HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\n\r\n2"));

            assertThat(connection.answer().body()).isEqualTo("1");
            assertThat(connection.answer().body()).isEqualTo("hello");
            assertThat(connection.answer().body()).isEqualTo("2");
        }
    }

    @Test
    void a_body_may_come_in_pieces_and_in_chunks() throws Exception {
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 4\r\n\r\nab");
            Thread.sleep(50);
            assertThat(connection.send("cd").answer().body()).isEqualTo("abcd");

            connection.send("POST /inline HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            Thread.sleep(50);
            assertThat(connection.send("2\r\nde\r\n0\r\n\r\n").answer().body()).isEqualTo("abcde");
        }
    }

    @Test
    void one_hundred_continue_is_sent_only_for_a_body_that_is_wanted() {
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(100);
            assertThat(connection.send("ok").answer().body()).isEqualTo("ok");
        }
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 20000\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void an_endpoint_runs_on_a_virtual_thread_unless_it_says_that_it_never_waits() throws Exception {
        assertThat(Json.parseObject(get("/who").body().getBytes(StandardCharsets.UTF_8)))
                .containsEntry("thread", true);
        assertThat(get("/inline").body()).isEqualTo("platform");
    }

    @Test
    void an_endpoint_may_choose_per_request_to_answer_at_once() {
        assertThat(get("/sometimes").body()).isEqualTo("platform");
        assertThat(get("/sometimes?wait").body()).isEqualTo("virtual");
        assertThat(get("/sometimes?fail").status()).isEqualTo(500);
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"route\":\"/sometimes\"");
    }

    @Test
    void an_endpoint_may_answer_from_the_thread_that_brings_what_it_needs() {
        for (int i = 0; i < 3; i++) {
            assertThat(get("/later").body()).isEqualTo("the other thread");
            assertThat(get("/later?wait").body()).isEqualTo("virtual");
            assertThat(get("/later?fail").status()).isEqualTo(500);
            assertThat(get("/later?throw").status()).isEqualTo(500);
        }
        String logged = log.toString(StandardCharsets.UTF_8);
        assertThat(logged).contains("\"detail\":\"from there\"").contains("\"detail\":\"from here\"");
        assertThat(logged.lines().filter(line -> line.contains("request failed")))
                .allMatch(line -> line.contains("\"request\":\""));
    }

    @Test
    @DisplayName("S-09: a client that never reads its answer is closed")
    void an_answer_that_nobody_reads_closes_its_connection() {
        listener.close();
        Duration brief = Duration.ofMillis(500);
        listener = new Listener(config.withTimeouts(brief, brief, brief), router);
        listener.start();
        try (var connection = connect()) {
            connection.send("GET /large HTTP/1.1\r\n" + HOST + "\r\n");
            while (listener.openConnections() == 0) sleep(5);
            awaitNoConnections();
            assertThat(get("/hello").status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("S-04: no version banner, and the security headers on each answer")
    void every_answer_carries_the_security_headers_and_no_banner() {
        for (String path : List.of("/hello", "/json", "/nothing", "/broken", "/gone", "/%00")) {
            var answer = get(path);
            assertThat(answer.header("Server")).isNull();
            assertThat(answer.header("X-Powered-By")).isNull();
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Strict-Transport-Security")).isNull();
            assertThat(answer.header("X-Request-Id")).matches("[a-z2-7]{16}");
            assertThat(answer.fields().toString() + answer.body()).doesNotContainIgnoringCase("jetty");
        }
    }

    @Test
    void json_is_not_stored_by_caches_unless_its_endpoint_says_so() {
        assertThat(get("/json").header("Cache-Control")).isEqualTo("no-store");
        assertThat(get("/json").header("Content-Type")).isEqualTo("application/json");
        assertThat(get("/keys").header("Cache-Control")).isEqualTo("public, max-age=300");
        assertThat(get("/page").header("Referrer-Policy")).isEqualTo("same-origin");
    }

    @Test
    @DisplayName("S-04: an endpoint that throws is logged under the request id and answered without detail")
    void an_endpoint_that_throws_is_500_without_detail() throws Exception {
        for (String path : List.of("/broken", "/overflow")) {
            log.reset();
            var answer = get(path);

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("{\"error\":\"server_error\"}");
            String line = log.toString(StandardCharsets.UTF_8);
            assertThat(line.lines()).hasSize(1);
            assertThat(Json.parseObject(line.strip().getBytes(StandardCharsets.UTF_8)))
                    .containsEntry("request", answer.header("X-Request-Id"))
                    .containsEntry("route", path)
                    .containsKey("stack");
        }
    }

    @Test
    @DisplayName("S-01: a request id is ours; one that is sent is not believed")
    void an_incoming_request_id_is_not_believed() throws Exception {
        var answer = request("GET /who?a=b%20c HTTP/1.1\r\n" + HOST + "X-Request-Id: forged\r\n\r\n");
        Map<String, Object> seen = Json.parseObject(answer.body().getBytes(StandardCharsets.UTF_8));

        assertThat(answer.header("X-Request-Id")).isNotEqualTo("forged").isEqualTo(seen.get("id"));
        assertThat(seen).containsEntry("bound", seen.get("id")).containsEntry("query", "a=b%20c");
        assertThat(get("/who").header("X-Request-Id")).isNotEqualTo(answer.header("X-Request-Id"));
    }

    @Test
    void every_answer_is_observed_under_its_route() {
        get("/hello?x=1");
        get("/nothing");
        request("BREW /hello HTTP/1.1\r\n" + HOST + "\r\n");
        request("GET /%00 HTTP/1.1\r\n" + HOST + "\r\n");

        assertThat(observed)
                .extracting(seen -> seen.method() + " " + seen.route() + " " + seen.status())
                .containsExactly("GET /hello 200", "GET unrouted 404", "OTHER /hello 405", "OTHER malformed 400");
        assertThat(observed)
                .allMatch(
                        seen -> seen.nanoseconds() >= 0 && seen.remoteAddress().equals("127.0.0.1"));
    }

    @ParameterizedTest
    @DisplayName("O-13: other methods are refused with Allow, and headers do not rename one")
    @ValueSource(
            strings = {
                "GET",
                "PUT",
                "DELETE",
                "TRACE",
                "OPTIONS",
                "PATCH",
                "post",
                "Post",
                "PROPFIND",
                "GET\r\nX-HTTP-Method-Override: POST"
            })
    void other_methods_are_refused(String method) {
        String[] parts = method.split("\r\n", 2);
        var answer = request(parts[0] + " /echo HTTP/1.1\r\n" + HOST + (parts.length == 2 ? parts[1] + "\r\n" : "")
                + "Content-Length: 0\r\n\r\n");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("POST");
        assertThat(answer.body()).contains("\"error\":\"method_not_allowed\"");
    }

    @ParameterizedTest
    @DisplayName("O-13: CONNECT and odd targets are refused")
    @ValueSource(
            strings = {
                "CONNECT example.org:443 HTTP/1.1",
                "CONNECT /hello HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "TRACE /hello HTTP/1.1",
                "GET http://other.example/hello HTTP/1.1",
                "GET hello HTTP/1.1"
            })
    void connect_and_odd_targets_are_refused(String line) {
        assertThat(request(line + "\r\n" + HOST + "\r\n").status()).isIn(400, 404, 405);
    }

    @ParameterizedTest
    @DisplayName("An ambiguous target is 400, and the rest is 404: a path is never cleaned up into another one")
    @ValueSource(
            strings = {
                "/%2e%2e/hello", "/a/../hello", "/./hello", "//hello", "/hello;x=1", "/hello%2f", "/%68ello",
                        "/hello%00",
                "/hello%", "/hello%zz", "/he\\llo", "/hello#x", "/hello%c0%af", "/hello/", "/HELLO", "/a/..;/hello",
                "/h\u00e9llo", "/hello%u0041"
            })
    void an_ambiguous_target_is_refused(String target) {
        var answer = request("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");

        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.body()).startsWith("{\"error");
    }

    @ParameterizedTest
    @DisplayName("O-40: what a proxy might read otherwise is 400 and closes")
    @ValueSource(
            strings = {
                // Content-Length and Transfer-Encoding
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
                // Content-Length that is not one number
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x4\r\n\r\nabcd",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4 4\r\n\r\nabcd",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
                // Transfer-Encoding that is not chunked
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                // chunks
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\ng\r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\naXX0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x\ny\r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x=\"\r\na\r\n0\r\n\r\n\"\r\n",
                // chunk extensions
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 ;x\r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1;x\r\nb\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0;x=y\r\n\r\n",
                // lines
                "GET /hello HTTP/1.1\nHost: a\n\n",
                "GET /hello HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\n X: y\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\nX(y): b\r\n\r\n",
                // hosts and versions
                "GET /hello HTTP/1.1\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /hello\r\n\r\n",
                "GET /hello HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /hello  HTTP/1.1\r\nHost: a\r\n\r\n",
                "GREET  /hello HTTP/1.1\r\nHost: a\r\n\r\n",
                " GET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /hello HTTP/1.2\r\nHost: a\r\n\r\n",
                "GET /hello HTTP/2.0\r\nHost: a\r\n\r\n",
                "G@T /hello HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"
            })
    void what_could_be_read_in_two_ways_is_refused_and_closes(String bytes) {
        try (var connection = connect()) {
            connection.send(bytes);

            var answer = connection.answer();
            assertThat(answer.status()).isIn(400, 426, 505);
            assertThat(answer.body()).startsWith("{\"error");
            assertThat(answer.body() + answer.fields())
                    .doesNotContainIgnoringCase("jetty")
                    .doesNotContain("Exception");
            assertThat(connection.isClosedByServer()).isTrue();
        }
        assertThat(get("/hello").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @DisplayName("O-40: the same when it comes byte by byte")
    @ValueSource(
            strings = {
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0;x=y\r\n\r\n",
                "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /hello  HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void what_could_be_read_in_two_ways_is_refused_in_pieces_too(String bytes) throws Exception {
        try (var connection = connect()) {
            for (char one : bytes.toCharArray()) {
                if (connection.isAnswered()) break; // Refused before the last byte.
                connection.sendAsLongAsTaken(String.valueOf(one));
                Thread.sleep(1); // So that most of them come alone.
            }
            assertThat(connection.answer().status()).isEqualTo(400);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    @DisplayName("T-41: a Bearer token of 16384 characters fits, one of 64 kB or 1 MB is refused by a written limit")
    void a_token_has_room_and_a_bound() {
        String token = "GET /length HTTP/1.1\r\n" + HOST + "User-Agent: x\r\nAuthorization: Bearer ";
        assertThat(request(token + "x".repeat(16_384) + "\r\n\r\n").body()).isEqualTo("16391");
        for (int length : new int[] {64_000, 1_000_000, 10_000_000}) {
            try (var connection = connect()) {
                connection.sendAsLongAsTaken(token + "x".repeat(length) + "\r\n\r\n");
                assertRefusedOrClosed(connection, 431);
            }
        }
        assertThat(get("/hello").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("S-07: huge and many headers are 431, a huge target is 414, in our own JSON")
    void huge_headers_are_refused() {
        String start = "GET /hello HTTP/1.1\r\n" + HOST;
        var tooLarge = request(start + "X: " + "y".repeat(Listener.MAXIMUM_HEADER_BYTES) + "\r\n");
        assertThat(tooLarge.status()).isEqualTo(431);
        assertThat(tooLarge.header("Content-Type")).isEqualTo("application/json");
        assertThat(tooLarge.body()).contains("\"error\":\"invalid_request\"").contains("header section is too large");
        assertThat(tooLarge.header("Connection")).isEqualTo("close");

        assertThat(request(start + "X: y\r\n".repeat(Listener.MAXIMUM_HEADERS) + "\r\n")
                        .status())
                .isEqualTo(431);
        assertThat(request(start + "X: y\r\n".repeat(Listener.MAXIMUM_HEADERS - 1) + "\r\n")
                        .status())
                .isEqualTo(200);

        var tooLong = request("GET /" + "y".repeat(Listener.MAXIMUM_HEADER_BYTES));
        assertThat(tooLong.status()).isEqualTo(414);
        assertThat(tooLong.body()).contains("\"error\":\"invalid_request\"");

        for (String huge : List.of(
                "X: " + "y".repeat(1_000_000), "Cookie: " + "a=b; ".repeat(51_200), "X: y\r\n".repeat(10_000))) {
            try (var connection = connect()) {
                connection.sendAsLongAsTaken(start + huge + "\r\n\r\n");
                assertRefusedOrClosed(connection, 431);
            }
        }
        assertThat(get("/hello").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("S-08: a body over the limit is 413 before it is read, and one without end as soon as it is over")
    void huge_bodies_are_refused() {
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 104857600\r\n\r\n");
            var answer = connection.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body())
                    .isEqualTo("{\"error\":\"invalid_request\",\"error_description\":\"The body is too large.\"}");
            assertThat(connection.isClosedByServer()).isTrue();
        }
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";
            for (int i = 0; i < 9; i++) connection.send(chunk);
            assertThat(connection.send(chunk).answer().status()).isEqualTo(413);
        }
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 10000\r\n\r\n" + "x".repeat(10_000));
            assertThat(connection.answer().body()).hasSize(10_000);
        }
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 10001\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(413);
        }
    }

    @Test
    @DisplayName("S-08: who sends too much may send it to the end, and not without end")
    void a_body_that_was_refused_is_taken_in_within_bounds() {
        try (var connection = connect()) {
            String part = "x".repeat(100_000);
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 3000000\r\n\r\n" + part);
            assertThat(connection.answer().status()).isEqualTo(413);
            for (int i = 1; i < 30; i++) connection.send(part);
            assertThat(connection.isClosedByServer()).isTrue();
        }
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "x".repeat(65_536) + "\r\n";
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) connection.send(chunk);
                    })
                    .as("64 MiB are not taken")
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    @DisplayName("S-09: what is still to come of a body that was refused may take no longer than a body")
    void a_body_that_was_refused_and_comes_slowly_or_not_at_all_is_closed() throws Exception {
        for (boolean drips : new boolean[] {true, false}) {
            try (var connection = connect()) {
                connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 3000000\r\n\r\nab");
                assertThat(connection.answer().status()).isEqualTo(413);
                Instant since = Instant.now();
                if (drips) drip(List.of(connection));
                assertThat(connection.isClosedByServer()).isTrue();
                // The idle timeout, and what is given to those who send on, are longer.
                assertThat(Duration.between(since, Instant.now())).isLessThan(Duration.ofSeconds(4));
            }
        }
        awaitNoConnections();
    }

    @Test
    @DisplayName("S-08: an endpoint may take longer bodies than others, by its method, and these have a bound too")
    void an_endpoint_may_take_longer_bodies_than_others() {
        try (var connection = connect()) {
            connection.send("POST /upload HTTP/1.1\r\n" + HOST + "Content-Length: 20000\r\n\r\n" + "x".repeat(20_000));
            assertThat(connection.answer().body()).isEqualTo("20000");
        }
        try (var connection = connect()) {
            connection.send("POST /upload HTTP/1.1\r\n" + HOST + "Content-Length: 20001\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(413);
        }
        try (var connection = connect()) {
            connection.send("POST /upload HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";
            for (int i = 0; i < 19; i++) connection.send(chunk);
            assertThat(connection.send(chunk).answer().status()).isEqualTo(413);
        }
        for (String other : List.of("PUT /upload", "POST /uploads", "POST /echo")) {
            try (var connection = connect()) {
                connection.send(other + " HTTP/1.1\r\n" + HOST + "Content-Length: 10001\r\n\r\n");
                assertThat(connection.answer().status()).as(other).isEqualTo(413);
            }
        }
    }

    @Test
    @DisplayName("O-14: a body shorter than its length is no request")
    void a_body_that_ends_early_never_reaches_its_endpoint() throws Exception {
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nabc");
        }
        try (var connection = connect()) {
            connection.send("POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n3\r\nab");
        }
        awaitNoConnections();
        assertThat(observed).noneMatch(seen -> seen.status() == 200);
    }

    @Test
    @DisplayName("S-09: 500 connections that drip a header do not stop others, and are closed")
    void slow_headers_are_closed_and_others_are_served() throws Exception {
        List<RawConnection> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) slow.add(connect().send("GET /hello HTTP/1.1\r\nHost: lo"));
            var dripping = Thread.ofVirtual().start(() -> drip(slow));
            assertThat(get("/hello").status()).isEqualTo(200);
            dripping.join();
            for (RawConnection connection : slow) assertClosedWithoutSuccess(connection);
            assertThat(get("/hello").status()).isEqualTo(200);
        } finally {
            slow.forEach(RawConnection::close);
        }
        awaitNoConnections();
        assertThat(log.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    @DisplayName("S-09: 500 connections that drip a body do not stop others, and are closed")
    void slow_bodies_are_closed_and_others_are_served() throws Exception {
        List<RawConnection> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                slow.add(connect().send("POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 9000\r\n\r\nab"));
            }
            var dripping = Thread.ofVirtual().start(() -> drip(slow));
            assertThat(get("/hello").status()).isEqualTo(200);
            dripping.join();
            for (RawConnection connection : slow) assertClosedWithoutSuccess(connection);
            assertThat(get("/hello").status()).isEqualTo(200);
        } finally {
            slow.forEach(RawConnection::close);
        }
        awaitNoConnections();
        assertThat(observed).noneMatch(seen -> seen.route().equals("/echo") && seen.status() == 200);
    }

    @Test
    @DisplayName("S-09: a connection that never sends a request is closed")
    void a_silent_connection_is_closed() {
        try (var connection = connect()) {
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    @DisplayName("S-09: at the connection limit others wait, idle ones are closed, and service goes on")
    void the_number_of_connections_is_bounded() {
        listener.close();
        listener = new Listener(config.withMaximumConnections(20), router);
        listener.start();
        List<RawConnection> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) idle.add(connect());
            assertThat(get("/hello").status()).isEqualTo(200);
        } finally {
            idle.forEach(RawConnection::close);
        }
    }

    @Test
    void an_idle_connection_stays_open_between_requests() throws Exception {
        try (var connection = connect()) {
            assertThat(connection
                            .send("GET /hello HTTP/1.1\r\n" + HOST + "\r\n")
                            .answer()
                            .status())
                    .isEqualTo(200);
            Thread.sleep(1_500); // longer than a header or a body may take
            assertThat(connection
                            .send("GET /hello HTTP/1.1\r\n" + HOST + "\r\n")
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void forwarded_headers_of_strangers_are_not_believed() throws Exception {
        assertThat(who("X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nForwarded: for=203.0.113.9\r\n"))
                .containsEntry("address", "127.0.0.1")
                .containsEntry("secure", false);
    }

    @Test
    void a_trusted_proxy_says_who_the_client_is() throws Exception {
        listener.close();
        listener = new Listener(config.withTrustedProxies(Set.of("127.0.0.0/8", "10.0.0.1")), router);
        listener.start();

        assertThat(who("X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.0.0.1\r\nX-Forwarded-Proto: https\r\n"))
                .containsEntry("address", "203.0.113.9")
                .containsEntry("secure", true);
        assertThat(who("")).containsEntry("address", "127.0.0.1").containsEntry("secure", false);
        var answer = request("GET /hello HTTP/1.1\r\n" + HOST + "X-Forwarded-Proto: https\r\n\r\n");
        assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
    }

    @Test
    void requests_in_flight_finish_at_the_stop_and_new_connections_are_refused() throws Exception {
        int port = listener.port();
        try (var inFlight = connect()) {
            inFlight.send("GET /slow HTTP/1.1\r\n" + HOST + "\r\n");
            await(working);
            var stopping = Thread.ofVirtual().start(() -> listener.stop(Duration.ofSeconds(30)));
            awaitRefusal(port);
            release.countDown();

            var answer = inFlight.answer();
            assertThat(answer.body()).isEqualTo("done");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(inFlight.isClosedByServer()).isTrue();
            stopping.join();
        }
    }

    @Test
    void a_request_that_outlives_the_grace_is_cut_off() {
        try (var inFlight = connect()) {
            inFlight.send("GET /slow HTTP/1.1\r\n" + HOST + "\r\n");
            await(working);
            listener.stop(Duration.ofMillis(50));

            assertThat(inFlight.isClosedByServer()).isTrue();
        }
    }

    @Test
    void a_taken_port_is_named() throws IOException {
        try (var taken = new ServerSocket(0)) {
            var second = new Listener(ListenerConfig.of("0.0.0.0", taken.getLocalPort()), router);

            assertThatThrownBy(second::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
            second.close();
        }
    }

    private Map<String, Object> who(String headers) throws Exception {
        var answer = request("GET /who HTTP/1.1\r\n" + HOST + headers + "\r\n");
        return Json.parseObject(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private RawConnection.Answer get(String target) {
        return request("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
    }

    private RawConnection.Answer request(String bytes) {
        try (var connection = connect()) {
            return connection.send(bytes).answer();
        }
    }

    private RawConnection connect() {
        return new RawConnection(listener.port());
    }

    /// A byte now and then on each connection, until the other side has closed them all.
    private static void drip(List<RawConnection> connections) {
        List<RawConnection> open = new ArrayList<>(connections);
        while (!open.isEmpty()) {
            open.removeIf(connection -> {
                try {
                    connection.send("x");
                    return false;
                } catch (UncheckedIOException _) {
                    return true;
                }
            });
            sleep(100);
        }
    }

    private static void assertClosedWithoutSuccess(RawConnection connection) {
        try {
            assertThat(connection.answer().status()).isIn(400, 408);
        } catch (UncheckedIOException _) {
            // closed without an answer
        }
    }

    /// While we still send, the answer may be lost in the reset of the connection.
    private static void assertRefusedOrClosed(RawConnection connection, int status) {
        try {
            assertThat(connection.answer().status()).isEqualTo(status);
        } catch (UncheckedIOException _) {
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    private void awaitNoConnections() {
        while (listener.openConnections() > 0) sleep(20);
    }

    private static void awaitRefusal(int port) {
        while (true) {
            try (var _ = new RawConnection(port)) {
                sleep(20);
            } catch (UncheckedIOException e) {
                if (e.getCause() instanceof ConnectException) return;
                // It was taken in while the door was being closed, and dropped.
                assertThat(e).hasCauseInstanceOf(SocketException.class);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class SometimesAtOnce implements Endpoint {
        @Override
        public Response handle(Request request) {
            return Response.text(200, Thread.currentThread().isVirtual() ? "virtual" : "platform");
        }

        @Override
        public Optional<Response> handleAtOnce(Request request) {
            return switch (request.query().orElse("")) {
                case "wait" -> Optional.empty();
                case "fail" -> throw new IllegalStateException("at once");
                default -> Optional.of(handle(request));
            };
        }
    }

    private static final class FromAnotherThread implements Endpoint {
        @Override
        public Response handle(Request request) {
            return Response.text(200, Thread.currentThread().isVirtual() ? "virtual" : "platform");
        }

        @Override
        public CompletionStage<Optional<Response>> begin(Request request) {
            CompletableFuture<String> needed = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> needed.complete("the other thread"));
            return switch (request.query().orElse("")) {
                case "wait" -> needed.thenApply(_ -> Optional.empty());
                case "fail" ->
                    needed.thenApply(_ -> {
                        throw new IllegalStateException("from there");
                    });
                case "throw" -> throw new IllegalStateException("from here");
                default -> needed.thenApply(text -> Optional.of(Response.text(200, text)));
            };
        }
    }

    private static final class NonBlockingEcho implements Endpoint {
        @Override
        public Response handle(Request request) {
            String thread = Thread.currentThread().isVirtual() ? "virtual" : "platform";
            byte[] body = request.body();
            return Response.text(200, body.length == 0 ? thread : new String(body, StandardCharsets.ISO_8859_1));
        }

        @Override
        public boolean isNonBlocking() {
            return true;
        }
    }

    private static final class LongBodies implements Endpoint {

        @Override
        public Response handle(Request request) {
            return Response.text(200, Integer.toString(request.body().length));
        }

        @Override
        public int maximumBodyBytes(String method, String path, int usual) {
            return 2 * usual;
        }
    }
}
