package dev.handstamp.server.protocol.admin;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Sha256;
import java.util.Map;

/// Entity tags (RFC 9110 §8.8.3): a digest of what was told, so that whoever replaces something shows what it has seen.
final class Tags {

    private Tags() {}

    static String of(Map<String, Object> body) {
        return '"' + Sha256.base64Url(Json.write(body)) + '"';
    }

    /// Whether an `If-Match` lets this through (§13.1.1).
    static boolean match(String header, Map<String, Object> body) {
        if (header.strip().equals("*")) return true;
        String tag = of(body);
        for (String each : header.split(",", -1)) {
            if (each.strip().equals(tag)) return true;
        }
        return false;
    }
}
