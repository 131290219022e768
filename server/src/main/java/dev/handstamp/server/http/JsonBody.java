package dev.handstamp.server.http;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.util.Map;

/// The JSON object of a request body (RFC 8259), read strictly.
///
/// Only `application/json` is read: a page of another origin cannot send that without asking first, so `text/plain`
/// would open the door to forged requests. An escaped U+0000 gets through: it counts in a
/// password, and no store can keep it, so whoever stores a text must know its form.
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
            return new JsonBody(Json.parseObject(request.body()));
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
}
