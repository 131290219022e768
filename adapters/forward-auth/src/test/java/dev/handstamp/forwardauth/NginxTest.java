package dev.handstamp.forwardauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.handstamp.forwardauth.Wire.Answer;
import dev.handstamp.testing.HandstampExtension;
import dev.handstamp.testing.Token;
import dev.handstamp.testing.TokenBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Behind a real nginx, with the configuration that stands in our documentation.
class NginxTest {

    @RegisterExtension
    static final HandstampExtension handstamp = HandstampExtension.forAudience("https://app.example");

    @TempDir
    static Path folder;

    private static final String BLIND = "blind.example";
    private static final AtomicInteger REACHED = new AtomicInteger();
    private static HttpServer upstream;
    private static ForwardAuth forwardAuth;
    private static Nginx nginx;
    private static String site;

    @BeforeAll
    static void start() throws Exception {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", NginxTest::echo);
        upstream.start();
        nginx = Nginx.start(folder, NginxTest::documented);
    }

    /// The service must know where the proxy is, so it is made anew for each port that nginx tries.
    private static String documented(int port) {
        site = "http://localhost:" + port;
        if (forwardAuth != null) forwardAuth.close();
        forwardAuth = ForwardAuth.start(ForwardAuthSettings.of(Map.of(
                "issuer",
                handstamp.issuer(),
                "audience",
                handstamp.audience(),
                "port",
                "0",
                "origins",
                site,
                "login-url",
                "https://login.example/?return_to={url}")));
        String server = fromTheDocumentation()
                .replace("listen 8080;", "listen 127.0.0.1:" + port + "; large_client_header_buffers 4 24k;")
                .replace("127.0.0.1:8081", "127.0.0.1:" + upstream.getAddress().getPort())
                .replace("127.0.0.1:9003", "127.0.0.1:" + forwardAuth.port());
        return server + blind(server);
    }

    /// The same for another host, but here the service is not shown what the visitor says of himself.
    private static String blind(String server) {
        String hidden = "Content-Length \"\"; proxy_set_header Remote-User \"\"; proxy_set_header Remote-Name \"\";";
        return server.replaceFirst("listen ([^;]+);", "listen $1; server_name " + BLIND + ";")
                .replace("Content-Length    \"\";", hidden);
    }

    private static String fromTheDocumentation() {
        try {
            String page = Files.readString(Path.of("../../docs/adapters/forward-auth.md"));
            int start = page.indexOf("```nginx\n") + "```nginx\n".length();
            return page.substring(start, page.indexOf("```", start));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        nginx.close();
        forwardAuth.close();
        upstream.stop(0);
    }

    @Test
    void a_token_in_the_header_reaches_the_upstream_with_the_identity(
            @Token(
                            subject = "vera",
                            role = {"vip", "staff"})
                    TokenBuilder token) {
        String sent = token.claim("name", "Zoë Vale")
                .claim("email", "vera@example.org")
                .sign();
        Answer answer = get("/orders", "Authorization: Bearer " + sent);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .contains("GET /orders\n")
                .contains("Remote-user: vera\n")
                .contains("Remote-groups: vip,staff\n")
                .contains("Remote-name: Zoë Vale\n")
                .contains("Remote-email: vera@example.org\n")
                .contains("Authorization: Bearer " + sent + "\n");
    }

    @Test
    void the_cookie_of_a_browser_becomes_the_header_that_the_api_expects(@Token String token) {
        Answer answer = get("/orders", "Cookie: theme=dark; __Host-handstamp=" + token);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .contains("Authorization: Bearer " + token + "\n")
                .contains("Cookie: theme=dark\n")
                .doesNotContain("__Host-handstamp");
    }

    @Test
    void a_token_of_the_greatest_length_passes(TokenBuilder token) {
        String sent = token.claim("filler", "x".repeat(11_000)).sign();
        assertThat(sent.length()).isGreaterThan(14_000);
        assertThat(get("/", "Cookie: __Host-handstamp=" + sent).body()).contains(sent);
    }

    @Test
    void without_a_token_nothing_reaches_the_upstream() {
        int before = REACHED.get();
        Answer answer = get("/orders", "Accept: application/json");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"api\"");
        assertThat(answer.header("Location")).isEmpty();
        assertThat(get("/orders", "Authorization: Bearer x.y.z").status()).isEqualTo(401);
        assertThat(REACHED).hasValue(before);
    }

    @Test
    void a_browser_is_sent_to_the_login_and_told_the_way_back() {
        Answer answer = get("/orders?page=2", "Accept: text/html,application/xhtml+xml");
        assertThat(answer.status()).isEqualTo(302);
        String back = site.replace(":", "%3A").replace("/", "%2F") + "%2Forders%3Fpage%3D2";
        assertThat(answer.header("Location")).isEqualTo("https://login.example/?return_to=" + back);
    }

    @Test
    void a_browser_is_not_sent_back_to_a_site_that_is_not_ours() {
        Answer answer = Wire.ask(nginx.port(), "GET / HTTP/1.1", "Host: evil.example", "Accept: text/html");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Location")).isEmpty();
    }

    @Test
    void a_place_that_needs_a_role_asks_for_it(@Token(role = "vip") String vip, @Token(role = "staff") String staff) {
        assertThat(get("/admin/", "Authorization: Bearer " + vip).status()).isEqualTo(403);
        assertThat(get("/admin/", "Authorization: Bearer " + staff).status()).isEqualTo(200);
    }

    @Test
    void the_visitors_query_says_nothing_of_what_is_needed(@Token(role = "vip") String vip) {
        assertThat(get("/?role=staff&needs=x&scope=y", "Authorization: Bearer " + vip)
                        .status())
                .isEqualTo(200);
        assertThat(get("/admin/?role=vip&needs=", "Authorization: Bearer " + vip)
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Remote-User",
                "remote-user",
                "REMOTE-USER",
                "Remote_User",
                "REMOTE_USER",
                "Remote.User",
                "Remote-Groups",
                "Remote_Groups",
                "Remote-Name",
                "Remote-Email"
            })
    void what_a_visitor_says_of_himself_never_reaches_the_upstream(
            String header, @Token(subject = "nick") String token) {
        Answer answer = get("/", "Authorization: Bearer " + token, header + ": intruder");
        assertThat(answer.body()).doesNotContain("intruder");
        assertThat(answer.status()).isIn(200, 403);
        if (answer.status() == 200) assertThat(answer.body()).contains("Remote-user: nick\n");
    }

    @Test
    void nginx_strips_it_too_when_the_service_does_not_see_it(@Token(subject = "nick") String token) {
        Answer answer = Wire.ask(
                nginx.port(),
                "GET / HTTP/1.1",
                "Host: " + BLIND,
                "Authorization: Bearer " + token,
                "Remote-User: intruder",
                "Remote-Name: intruder");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("Remote-user: nick\n").doesNotContain("intruder");
    }

    @Test
    void what_a_visitor_says_of_the_original_request_is_not_believed(@Token String token) {
        String cookie = "Cookie: __Host-handstamp=" + token;
        String elsewhere = "X-Original-URL: https://evil.example/";
        Answer post = ask("POST", "/orders", cookie, "X-Original-Method: GET", "Content-Length: 0");
        assertThat(post.status()).isEqualTo(403);
        Answer page = get("/", "Accept: text/html", elsewhere);
        assertThat(page.header("Location")).contains("return_to=http%3A%2F%2Flocalhost");
    }

    @Test
    void another_site_cannot_act_with_the_cookie(@Token String token) {
        String cookie = "Cookie: __Host-handstamp=" + token;
        assertThat(ask("POST", "/orders", cookie, "Content-Length: 0", "Sec-Fetch-Site: cross-site")
                        .status())
                .isEqualTo(403);
        assertThat(ask("POST", "/orders", cookie, "Content-Length: 0", "Origin: " + site)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void the_door_that_asks_is_not_open_to_visitors() {
        assertThat(get("/.verify/").status()).isEqualTo(404);
        assertThat(get("/.verify/role=vip").status()).isEqualTo(404);
    }

    private static Answer get(String target, String... headers) {
        return ask("GET", target, headers);
    }

    private static Answer ask(String method, String target, String... headers) {
        String[] lines = new String[headers.length + 2];
        lines[0] = method + " " + target + " HTTP/1.1";
        lines[1] = "Host: localhost:" + nginx.port();
        System.arraycopy(headers, 0, lines, 2, headers.length);
        return Wire.ask(nginx.port(), lines);
    }

    /// Answers with all that it was told.
    private static void echo(HttpExchange exchange) throws IOException {
        REACHED.incrementAndGet();
        StringBuilder told = new StringBuilder(exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n");
        exchange.getRequestHeaders().forEach((name, values) -> {
            for (String value : values)
                told.append(name).append(": ").append(utf8(value)).append('\n');
        });
        byte[] body = told.toString().getBytes(UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String utf8(String header) {
        return new String(header.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), UTF_8);
    }
}
