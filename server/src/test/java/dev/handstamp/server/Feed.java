package dev.handstamp.server;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.VerificationKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A connection to the feed of revocations that checks each event's signature as an API does, and the chain of
/// positions.
final class Feed implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    /// @param type   the name of the server-sent event
    /// @param id     empty on all parts of a snapshot but the last
    /// @param claims of the security event token
    record Event(String type, OptionalLong id, Map<String, Object> header, Map<String, Object> claims) {

        static final Event END = new Event("end", OptionalLong.empty(), Map.of(), Map.of());

        long position() {
            return (Long) claims.get("pos");
        }

        long before() {
            return (Long) claims.get("prev");
        }

        @SuppressWarnings("unchecked")
        Map<String, Object> content() {
            String name = type.equals("revocation") ? "revoked" : type;
            return (Map<String, Object>)
                    ((Map<String, Object>) claims.get("events")).get("urn:handstamp:event:" + name);
        }

        @SuppressWarnings("unchecked")
        List<List<Object>> rules() {
            return (List<List<Object>>) content().get("rules");
        }

        /// `kind id` of each rule.
        List<String> told() {
            return rules().stream().map(rule -> rule.get(0) + " " + rule.get(1)).toList();
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RunningServer server;
    private final HttpResponse<java.io.InputStream> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile Throwable failure;

    private Feed(RunningServer server, HttpRequest request) {
        this.server = server;
        try {
            this.response = client.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::read);
    }

    /// One that asks with a nonce, which the first event has to repeat.
    static Feed ofOrders(RunningServer server, OptionalLong position, String nonce) {
        return of(server, RunningServer.ORDERS, RunningServer.ORDERS_SECRET, position, Optional.of(nonce));
    }

    static Feed of(RunningServer server, String audience, String secret, OptionalLong position) {
        return of(server, audience, secret, position, Optional.empty());
    }

    private static Feed of(
            RunningServer server, String audience, String secret, OptionalLong position, Optional<String> nonce) {
        String both = URLEncoder.encode(audience, StandardCharsets.UTF_8) + ":"
                + URLEncoder.encode(secret, StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.handstamp.port() + "/revocations"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        nonce.ifPresent(value -> request.header("Feed-Nonce", value));
        position.ifPresent(known -> request.header("Last-Event-ID", Long.toString(known)));
        return new Feed(server, request.build());
    }

    static Feed ofOrders(RunningServer server) {
        return of(server, RunningServer.ORDERS, RunningServer.ORDERS_SECRET, OptionalLong.empty());
    }

    static Feed ofOrders(RunningServer server, long position) {
        return of(server, RunningServer.ORDERS, RunningServer.ORDERS_SECRET, OptionalLong.of(position));
    }

    static Feed ofStock(RunningServer server) {
        return of(server, RunningServer.STOCK, RunningServer.STOCK_SECRET, OptionalLong.empty());
    }

    int status() {
        return response.statusCode();
    }

    Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /// The next event, whatever it is.
    Event next() {
        try {
            Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (event == null) throw new AssertionError("the feed is silent", failure);
            return event;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The next event of this type; others are passed over.
    Event next(String type) {
        for (Event event = next(); ; event = next()) {
            if (event.type().equals(type)) return event;
            if (event == Event.END) throw new AssertionError("the feed has ended", failure);
        }
    }

    /// Reads until this, `kind id`, is told to be taken back.
    void awaitTold(String what) {
        while (!next("revocation").told().contains(what)) {
            // Others take something back too.
        }
    }

    /// Reads until the answer ends; how it ended, if not cleanly.
    Optional<Throwable> end() {
        while (next() != Event.END) {
            // What came before does not matter.
        }
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            List<String> block = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    block.add(line);
                } else if (!block.isEmpty()) {
                    if (!block.getFirst().startsWith(":")) events.add(event(block));
                    block.clear();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            events.add(Event.END);
        }
    }

    private Event event(List<String> block) {
        String type = field(block, "event").orElseThrow();
        OptionalLong id =
                field(block, "id").map(Long::parseLong).map(OptionalLong::of).orElse(OptionalLong.empty());
        String token = field(block, "data").orElseThrow();
        Map<String, Object> header = RunningServer.header(token);
        return new Event(type, id, header, verified(token));
    }

    private Map<String, Object> verified(String token) {
        try {
            JwkSet keys = JwkSet.parse(server.call("GET", "/jwks").send().body());
            Jws jws = Jws.parse(token).orElseThrow();
            VerificationKey key =
                    keys.find(Jws.unverifiedKeyId(token).orElseThrow()).orElseThrow();
            if (key.algorithm() != Algorithm.ES256) throw new AssertionError("signed with " + key.algorithm());
            return Json.parseObject(jws.verify(key).orElseThrow());
        } catch (JsonException | InvalidJwkException e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<String> field(List<String> block, String name) {
        return block.stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst();
    }
}
