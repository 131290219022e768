package dev.handstamp.server.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.handstamp.server.outbound.OutboundHttp.Limits;
import dev.handstamp.server.outbound.OutboundHttp.Reach;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests to a real server on loopback, and to addresses that must never be asked.
final class OutboundHttpTest {

    private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), 1_000);
    private static final AtomicInteger ASKED = new AtomicInteger();
    private static HttpServer server;

    private final OutboundHttp open = new OutboundHttp(Reach.PRIVATE_TOO);
    private final OutboundHttp filtered = new OutboundHttp(Reach.PUBLIC_ONLY);

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            ASKED.incrementAndGet();
            byte[] sent = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            String name = exchange.getRequestHeaders().getFirst("X-Name");
            byte[] answer = switch (path) {
                case "/long" -> new byte[1_001];
                case "/echo" ->
                    (exchange.getRequestMethod() + " " + name + " " + new String(sent, StandardCharsets.UTF_8))
                            .getBytes(StandardCharsets.UTF_8);
                default -> "plain".getBytes(StandardCharsets.UTF_8);
            };
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.getResponseHeaders().add("X-Kind", "test");
            exchange.sendResponseHeaders(
                    path.equals("/moved") ? 302 : 200, path.equals("/chunked") ? 0 : answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @Test
    void a_body_is_posted_with_its_headers_and_the_answer_is_read() {
        Outcome outcome =
                open.post(at("/echo"), Map.of("X-Name", "me"), "hello".getBytes(StandardCharsets.UTF_8), LIMITS);
        assertThat(outcome).isInstanceOfSatisfying(Answer.class, answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.isSuccess()).isTrue();
            assertThat(answer.header("x-kind")).contains("test");
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("POST me hello");
        });
    }

    @Test
    void a_chunked_answer_is_put_together() {
        assertThat(open.get(at("/chunked"), "text/plain", LIMITS))
                .isInstanceOfSatisfying(
                        Answer.class,
                        answer -> assertThat(answer.body()).asString().isEqualTo("plain"));
    }

    @Test
    void no_redirect_is_followed() {
        int before = ASKED.get();
        assertThat(open.get(at("/moved"), "*/*", LIMITS))
                .isInstanceOfSatisfying(
                        Answer.class, answer -> assertThat(answer.status()).isEqualTo(302));
        assertThat(ASKED.get()).isEqualTo(before + 1);
    }

    @Test
    void an_answer_that_is_too_long_is_not_taken() {
        assertThat(open.get(at("/long"), "*/*", LIMITS))
                .isInstanceOfSatisfying(
                        NoAnswer.class, none -> assertThat(none.reason()).contains("longer than 1000"));
    }

    @Test
    void one_that_never_answers_is_left_in_time() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
            assertThat(open.get(address, "*/*", new Limits(Duration.ofMillis(200), 100)))
                    .isInstanceOf(NoAnswer.class);
        }
    }

    @ParameterizedTest
    @DisplayName("K-01: an address inside is refused before anything is sent")
    @ValueSource(
            strings = {
                "https://127.0.0.1/", "https://[::1]/", "https://0.0.0.0/", "https://169.254.169.254/latest",
                "https://10.1.2.3/", "https://172.16.0.1/", "https://192.168.0.1/", "https://100.64.0.1/",
                "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://[::ffff:127.0.0.1]/",
                "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fd00::1]/", "https://[fe80::1]/",
                "https://localhost/", "https://localhost./", "https://a.localhost/", "https://intranet/",
                "http://example.org/", "file:///etc/passwd", "gopher://example.org/", "jar:https://example.org/a!/b",
                "https://me@example.org/", "https://example.org/#part", "https:example.org"
            })
    void an_address_inside_is_refused(String address) {
        assertThat(filtered.flawOf(URI.create(address))).isPresent();
        assertThat(filtered.get(URI.create(address), "*/*", LIMITS)).isInstanceOf(NoAnswer.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://example.org/", "https://8.8.8.8/", "https://[2606:4700::1111]/", "https://a.b:8443/x?y"
            })
    void a_public_address_is_allowed(String address) {
        assertThat(filtered.flawOf(URI.create(address))).isEmpty();
    }

    @Test
    void a_name_that_leads_inside_is_not_followed() {
        int before = ASKED.get();
        OutboundHttp misled =
                new OutboundHttp(Reach.PUBLIC_ONLY, _ -> new InetAddress[] {InetAddress.getLoopbackAddress()});
        URI address = URI.create("https://example.org:" + server.getAddress().getPort() + "/");
        assertThat(misled.get(address, "*/*", LIMITS))
                .isInstanceOfSatisfying(
                        NoAnswer.class, none -> assertThat(none.reason()).contains("not a public address"));
        assertThat(ASKED.get()).isEqualTo(before);
    }

    @Test
    void a_name_is_looked_up_once_and_the_connection_goes_where_that_led() {
        AtomicInteger lookUps = new AtomicInteger();
        OutboundHttp turning = new OutboundHttp(Reach.PRIVATE_TOO, _ -> {
            boolean isFirst = lookUps.incrementAndGet() == 1;
            return new InetAddress[] {isFirst ? InetAddress.getLoopbackAddress() : InetAddress.ofLiteral("192.0.2.1")};
        });
        URI address = URI.create("http://turning.example:" + server.getAddress().getPort() + "/");
        assertThat(turning.get(address, "*/*", LIMITS)).isInstanceOf(Answer.class);
        assertThat(lookUps).hasValue(1);
    }

    @Test
    void without_the_filter_plain_http_still_goes_to_loopback_alone() {
        OutboundHttp lan =
                new OutboundHttp(Reach.PRIVATE_TOO, _ -> new InetAddress[] {InetAddress.ofLiteral("192.168.0.9")});
        assertThat(lan.get(URI.create("http://lan.example/"), "*/*", LIMITS)).isInstanceOf(NoAnswer.class);
    }

    private static URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }
}
