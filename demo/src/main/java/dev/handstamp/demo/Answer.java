package dev.handstamp.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import dev.handstamp.json.Json;
import dev.handstamp.verifier.Challenge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a door answers: a status, headers and a body, nothing sent yet.
record Answer(int status, List<Header> headers, String body) {

    record Header(String name, String value) {}

    Answer {
        headers = List.copyOf(headers);
    }

    /// The verifier's no: status, `WWW-Authenticate` and a small JSON reason (RFC 6750 §3).
    static Answer of(Challenge challenge) {
        var answer = new Answer(challenge.status(), List.of(), new String(challenge.body(), UTF_8));
        for (var header : challenge.headers().entrySet()) answer = answer.with(header.getKey(), header.getValue());
        return answer;
    }

    /// Every JSON answer may speak of the holder of a token, so none of them is kept by a cache.
    static Answer json(int status, Map<String, ?> body) {
        return new Answer(status, List.of(), Json.text(body))
                .with("Content-Type", "application/json")
                .with("Cache-Control", "no-store");
    }

    /// A JSON document that is the same for everybody.
    static Answer document(byte[] json) {
        return new Answer(200, List.of(), new String(json, UTF_8)).with("Content-Type", "application/json");
    }

    /// A refusal in OAuth's own members, so that a client has one way to read it (RFC 6749 §5.2).
    static Answer problem(int status, String error, String description) {
        return json(status, Map.of("error", error, "error_description", description));
    }

    Answer with(String name, String value) {
        var more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Answer(status, more, body);
    }

    void send(HttpExchange exchange) throws IOException {
        for (Header header : headers) exchange.getResponseHeaders().add(header.name(), header.value());
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");

        byte[] bytes = body.getBytes(UTF_8);
        boolean silent = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
        exchange.sendResponseHeaders(status, silent ? -1 : bytes.length);
        if (!silent) exchange.getResponseBody().write(bytes);
    }
}
