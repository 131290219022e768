package dev.handstamp.server.http;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.util.Collection;
import java.util.Map;

/// The JSON object of a request body (RFC 8259), read strictly.
///
/// Only `application/json` is read: a page of another origin cannot send that without asking first, so `text/plain`
/// would open the door to forged requests. U+0000 is refused everywhere, because no store can keep it.
public final class JsonBody implements JsonResult {

    private final Map<String, Object> object;

    private JsonBody(Map<String, Object> object) {
        this.object = object;
    }

    public static JsonResult parse(Request request) {
        if (!request.mediaType().orElse("").equals("application/json")) {
            return new MalformedJsonBody(415, "The body must be application/json in UTF-8, without a content coding.");
        }
        try {
            Map<String, Object> object = Json.parseObject(request.body());
            if (holdsNul(object)) return new MalformedJsonBody(400, "A text holds U+0000.");
            return new JsonBody(object);
        } catch (JsonException _) {
            return new MalformedJsonBody(400, "The body must be one JSON object, each name once.");
        }
    }

    public Map<String, Object> object() {
        return object;
    }

    /// Leaves the values out: they may be credentials.
    @Override
    public String toString() {
        return "JsonBody[" + object.size() + " members]";
    }

    private static boolean holdsNul(Object value) {
        return switch (value) {
            case String text -> text.indexOf('\0') >= 0;
            case Collection<?> list -> list.stream().anyMatch(JsonBody::holdsNul);
            case Map<?, ?> map -> holdsNul(map.keySet()) || holdsNul(map.values());
            default -> false;
        };
    }
}
