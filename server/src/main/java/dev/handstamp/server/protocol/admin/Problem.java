package dev.handstamp.server.protocol.admin;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.http.Header;
import dev.handstamp.server.http.Response;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Why something was not done.
///
/// @param error  the reason as a code; where a token is refused, that of RFC 6750 §3.1
/// @param detail in words
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457, Problem Details for HTTP APIs</a>
record Problem(int status, String error, String detail) {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final Set<String> OWN = Set.of("content-type", "cache-control");

    /// The same refusal as another door words it, with all that it tells in its headers.
    static Response of(Response refusal) {
        String error = "invalid_request";
        String detail = "Refused.";
        try {
            Map<String, Object> body = Json.parseObject(refusal.body());
            error = String.valueOf(body.getOrDefault("error", error));
            detail = String.valueOf(body.getOrDefault("error_description", detail));
        } catch (JsonException _) {
            // Only the status and the headers say why.
        }
        Response response = new Problem(refusal.status(), error, detail).toResponse();
        for (Header header : refusal.headers()) {
            if (!OWN.contains(header.name().toLowerCase(Locale.ROOT))) {
                response = response.header(header.name(), header.value());
            }
        }
        return response;
    }

    Response toResponse() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "about:blank");
        json.put("title", title());
        json.put("status", (long) status);
        json.put("detail", detail);
        json.put("error", error);
        String text = Json.text(json);
        return Response.text(status, text, MEDIA_TYPE).noStore();
    }

    /// That of the status (RFC 9110 §15), as RFC 9457 §4.2.1 asks where there is no type.
    private String title() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 428 -> "Precondition Required";
            case 503 -> "Service Unavailable";
            default -> "Error";
        };
    }
}
