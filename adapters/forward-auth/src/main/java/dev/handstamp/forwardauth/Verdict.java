package dev.handstamp.forwardauth;

import dev.handstamp.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the proxy is told.
record Verdict(int status, Map<String, String> headers, String body) {

    /// The request may go on, with these headers.
    static Verdict pass(Map<String, String> headers) {
        return new Verdict(200, headers, "").with("Cache-Control", "no-store");
    }

    static Verdict json(int status, Map<String, String> members) {
        return new Verdict(status, Map.of(), Json.text(members))
                .with("Content-Type", "application/json")
                .with("Cache-Control", "no-store");
    }

    /// In OAuth's own members, so that a client has one way to read it.
    static Verdict problem(int status, String error, String description) {
        return json(status, Map.of("error", error, "error_description", description));
    }

    Verdict with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Verdict(status, more, body);
    }
}
