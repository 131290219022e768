package dev.handstamp.server;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A receiver that events are pushed to (RFC 8935), on loopback.
final class SignalReceiver implements AutoCloseable {

    /// What came, and with which credential and media type.
    record Pushed(String token, String authorization, String mediaType) {}

    private final HttpServer server;
    private final BlockingQueue<Pushed> pushed = new LinkedBlockingQueue<>();
    private volatile int status = 202;
    private volatile String answer = "";

    SignalReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/events", exchange -> {
            String token = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            var headers = exchange.getRequestHeaders();
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
            pushed.add(
                    new Pushed(token, headers.getFirst("Authorization") + "", headers.getFirst("Content-Type") + ""));
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/events";
    }

    void answer(int newStatus, String body) {
        status = newStatus;
        answer = body;
    }

    Pushed next() {
        try {
            Pushed next = pushed.poll(60, TimeUnit.SECONDS);
            if (next == null) throw new AssertionError("nothing was pushed");
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
