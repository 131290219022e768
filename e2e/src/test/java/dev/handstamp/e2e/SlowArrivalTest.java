package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A page that comes in piece by piece, as over a thin line, does not move while it comes in.
class SlowArrivalTest {

    @TempDir
    Path folder;

    @Test
    void nothing_moves_while_the_rest_of_a_page_comes_in() throws Exception {
        Map<String, String> settings = Map.of("HANDSTAMP_REGISTRATION", "open");
        try (HandstampProcess server = new HandstampProcess(folder.resolve("data"), settings).awaitReady();
                Chrome chrome = new Chrome()) {
            HttpServer line = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            line.createContext("/", exchange -> pass(exchange, server.issuer()));
            line.setExecutor(
                    each -> Thread.startVirtualThread(each)); // The style comes while the page is still coming.
            line.start();
            try {
                chrome.look(1280, 900, false);
                chrome.open("http://localhost:" + line.getAddress().getPort() + "/login");
                assertThat(chrome.has("main form button"))
                        .as("the whole page came: %s", chrome.page())
                        .isTrue();
                new Manners(chrome).assertStill("a login page that comes in slowly");
            } finally {
                line.stop(0);
            }
        }
    }

    /// Passes on what the server answers: pages in two pieces, the first of which ends before the form.
    private static void pass(HttpExchange exchange, String issuer) throws IOException {
        try (exchange) {
            var connection =
                    URI.create(issuer + exchange.getRequestURI()).toURL().openConnection();
            try (InputStream answer = connection.getInputStream()) {
                byte[] body = answer.readAllBytes();
                String type = connection.getContentType();
                exchange.getResponseHeaders().add("Content-Type", type);
                exchange.sendResponseHeaders(200, 0);
                int first = type.startsWith("text/html") ? half(body) : body.length;
                exchange.getResponseBody().write(body, 0, first);
                exchange.getResponseBody().flush();
                if (first < body.length) LockSupport.parkNanos(1_000_000_000);
                exchange.getResponseBody().write(body, first, body.length - first);
            }
        }
    }

    private static int half(byte[] page) {
        String text = new String(page, StandardCharsets.ISO_8859_1);
        return text.indexOf("<form ");
    }
}
