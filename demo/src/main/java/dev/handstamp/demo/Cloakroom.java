package dev.handstamp.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// An application as there are many: it knows nothing of tokens and believes whatever the proxy says of the visitor. It
/// listens on loopback, where nobody but the proxy reaches it.
final class Cloakroom implements AutoCloseable {

    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'unsafe-inline'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final byte[] loginPage = loginPage();

    Cloakroom() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        server.setExecutor(threads);
        server.createContext("/", this::greet);
        server.createContext("/login", exchange -> send(exchange, "text/html; charset=utf-8", loginPage));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void greet(HttpExchange exchange) throws IOException {
        String stamp = header(exchange, "Authorization").startsWith("Bearer ") ? "a stamp" : "no stamp";
        String cookie = header(exchange, "Cookie").isEmpty() ? "no cookie" : "a cookie";
        String greeting = "%s: %s is %s (%s), with %s and %s%n"
                .formatted(
                        exchange.getRequestURI().getPath(),
                        header(exchange, "Remote-User"),
                        header(exchange, "Remote-Name"),
                        header(exchange, "Remote-Groups"),
                        stamp,
                        cookie);
        send(exchange, "text/plain; charset=utf-8", greeting.getBytes(UTF_8));
    }

    /// Sent as UTF-8, read by the JDK's server as ISO 8859-1.
    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : new String(value.getBytes(ISO_8859_1), UTF_8);
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            boolean silent = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, silent ? -1 : body.length);
            if (!silent) exchange.getResponseBody().write(body);
        }
    }

    private static byte[] loginPage() throws IOException {
        try (InputStream file = Cloakroom.class.getResourceAsStream("login.html")) {
            if (file == null) throw new IOException("login.html is missing");
            return file.readAllBytes();
        }
    }
}
