package dev.handstamp.verifier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A relay that carries the first connection to a feed faithfully, and plays it again to whoever comes later.
final class RecordingRelay implements AutoCloseable {

    private final URI target;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ByteArrayOutputStream recording = new ByteArrayOutputStream();
    private final AtomicInteger connections = new AtomicInteger();

    RecordingRelay(URI target) throws IOException {
        this.target = target;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(target.getPath(), this::carry);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + target.getPath());
    }

    int played() {
        return Math.max(0, connections.get() - 1);
    }

    /// Whether the recording has this kind of event.
    boolean has(String event) {
        synchronized (recording) {
            return recording.toString(StandardCharsets.US_ASCII).contains("event: " + event + "\n");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void carry(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            if (connections.incrementAndGet() == 1) record(exchange, out);
            else play(out);
        }
    }

    private void play(OutputStream out) throws IOException {
        synchronized (recording) {
            recording.writeTo(out);
        }
        out.flush();
    }

    private void record(HttpExchange exchange, OutputStream out) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target);
        for (String name : new String[] {"Authorization", "Feed-Nonce", "Last-Event-ID"}) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) request.header(name, value);
        }
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (InputStream in =
                client.send(request.build(), BodyHandlers.ofInputStream()).body()) {
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                synchronized (recording) {
                    recording.write(buffer, 0, read);
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
