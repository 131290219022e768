package dev.handstamp.server;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An HTTP response as a test reads it.
record Reply(int status, Map<String, List<String>> headers, byte[] body) {

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    Map<String, Object> json() {
        try {
            return Json.parseObject(body);
        } catch (JsonException e) {
            throw new AssertionError("no JSON object but " + status + " " + text(), e);
        }
    }

    String string(String name) {
        if (json().get(name) instanceof String value) return value;
        throw new AssertionError("no text " + name + " in " + status + " " + text());
    }

    long number(String name) {
        if (json().get(name) instanceof Long value) return value;
        throw new AssertionError("no number " + name + " in " + status + " " + text());
    }

    String error() {
        return string("error");
    }

    /// The status and, of a refusal, its code: `401 invalid_client`.
    String outcome() {
        return status < 400 ? Integer.toString(status) : status + " " + error();
    }

    List<String> all(String header) {
        return headers.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(header))
                .flatMap(entry -> entry.getValue().stream())
                .toList();
    }

    Optional<String> header(String name) {
        return all(name).stream().findFirst();
    }

    /// The Set-Cookie line of this cookie.
    String setCookie(String name) {
        return all("Set-Cookie").stream()
                .filter(line -> line.startsWith(name + "="))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no cookie " + name + " in " + headers));
    }

    String cookie(String name) {
        String line = setCookie(name);
        return line.substring(name.length() + 1, line.indexOf(';'));
    }
}
