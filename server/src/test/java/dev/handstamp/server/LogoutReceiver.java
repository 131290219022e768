package dev.handstamp.server;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A client's back-channel logout address, on loopback.
final class LogoutReceiver implements AutoCloseable {

    private final HttpServer server;
    private final BlockingQueue<String> tokens = new LinkedBlockingQueue<>();
    private volatile int status = 200;

    LogoutReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/logout", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            boolean isForm = "application/x-www-form-urlencoded"
                    .equals(exchange.getRequestHeaders().getFirst("Content-Type"));
            try (exchange) {
                exchange.sendResponseHeaders(status, -1);
            }
            String prefix = "logout_token=";
            boolean isTold = isForm && exchange.getRequestMethod().equals("POST") && body.startsWith(prefix);
            tokens.add(
                    isTold
                            ? URLDecoder.decode(body.substring(prefix.length()), StandardCharsets.US_ASCII)
                            : "something else: " + body);
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/logout";
    }

    void answer(int newStatus) {
        status = newStatus;
    }

    /// The next logout token.
    String next() {
        try {
            String next = tokens.poll(60, TimeUnit.SECONDS);
            if (next == null) throw new AssertionError("nobody was told anything");
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Whether nothing came that was not looked at.
    boolean hasHeardNothing() {
        return tokens.isEmpty();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
