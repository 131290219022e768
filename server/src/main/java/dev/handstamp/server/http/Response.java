package dev.handstamp.server.http;

import dev.handstamp.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One HTTP response, immutable: a status, headers and a body whose length is known, or one that goes on
/// ([#events]).
///
/// The listener adds what every answer carries (`Content-Length`, `Date`, `X-Request-Id`, the security headers)
/// and, to JSON, `Cache-Control: no-store` unless the endpoint has said otherwise.
public final class Response {

    static final Header JSON_TYPE = new Header("Content-Type", "application/json");
    static final Header TEXT_TYPE = new Header("Content-Type", "text/plain;charset=utf-8");
    static final Header HTML_TYPE = new Header("Content-Type", "text/html;charset=utf-8");
    static final Header NO_STORE = new Header("Cache-Control", "no-store");

    private static final Set<String> LISTENERS_OWN =
            Set.of("connection", "content-length", "date", "server", "transfer-encoding", "x-request-id");
    private static final List<Header> JSON = List.of(JSON_TYPE);

    /// The last one asks nginx to pass each event on at once.
    private static final List<Header> EVENTS =
            List.of(new Header("Content-Type", "text/event-stream"), NO_STORE, new Header("X-Accel-Buffering", "no"));

    private static final byte[] NO_BODY = {};

    private final int status;
    private final List<Header> headers;
    private final byte[] body;
    private final Outflow.@Nullable Watcher watcher;

    private Response(int status, List<Header> headers, byte[] body) {
        this(status, headers, body, null);
    }

    private Response(int status, List<Header> headers, byte[] body, Outflow.@Nullable Watcher watcher) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.watcher = watcher;
    }

    /// Ready JSON in UTF-8; the array belongs to the response from now on.
    public static Response json(int status, byte[] body) {
        return new Response(status, JSON, body);
    }

    public static Response json(int status, Map<String, ?> object) {
        return new Response(status, JSON, Json.write(object));
    }

    public static Response empty(int status) {
        return new Response(status, List.of(), NO_BODY);
    }

    public static Response text(int status, String text) {
        return new Response(status, List.of(TEXT_TYPE), text.getBytes(StandardCharsets.UTF_8));
    }

    /// Text of a media type of its own.
    public static Response text(int status, String text, String mediaType) {
        return new Response(
                status, List.of(new Header("Content-Type", mediaType)), text.getBytes(StandardCharsets.UTF_8));
    }

    /// Bytes of a media type of their own, which belong to the response from now on.
    public static Response bytes(int status, byte[] bytes, String mediaType) {
        return new Response(status, List.of(new Header("Content-Type", mediaType)), bytes);
    }

    public static Response html(int status, String page) {
        return new Response(status, List.of(HTML_TYPE), page.getBytes(StandardCharsets.UTF_8));
    }

    /// Server-sent events, which go on until one side ends them.
    ///
    /// @param watcher is given the outflow to send them with
    public static Response events(Outflow.Watcher watcher) {
        return new Response(200, EVENTS, NO_BODY, watcher);
    }

    /// A redirect that never repeats a POST with its credentials (RFC 9700 §4.12).
    public static Response seeOther(String location) {
        return empty(303).header("Location", location);
    }

    /// A refusal in the words of OAuth: `{"error": …, "error_description": …}` (RFC 6749 §5.2).
    static Response error(int status, String code, String description) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("error", code);
        members.put("error_description", description);
        return json(status, members);
    }

    /// This response with one header more; a name given before is sent twice.
    ///
    /// @throws IllegalArgumentException if the name is no token, the value is not visible ASCII, or the header
    ///                                  is one that the listener sets
    public Response header(String name, String value) {
        if (LISTENERS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(name + " is the listener's to set");
        }
        return with(new Header(name, value));
    }

    /// This response, kept by no cache.
    public Response noStore() {
        return with(NO_STORE);
    }

    /// This response of a server that stands below a path of its host: what leads back here leads there.
    Response under(String base) {
        List<Header> moved = new ArrayList<>(headers.size());
        for (Header header : headers) {
            moved.add(
                    switch (header.name().toLowerCase(Locale.ROOT)) {
                        case "location" ->
                            new Header(header.name(), isHere(header.value()) ? base + header.value() : header.value());
                        // One for the whole host stays that: its name demands it (RFC 6265bis §4.1.3.2).
                        case "set-cookie" ->
                            new Header(header.name(), header.value().replaceAll("; Path=(?=/[^;])", "; Path=" + base));
                        default -> header;
                    });
        }
        byte[] page = headers.contains(HTML_TYPE) ? below(base, body) : body;
        return new Response(status, List.copyOf(moved), page, watcher);
    }

    private static boolean isHere(String location) {
        return location.startsWith("/") && !location.startsWith("//");
    }

    /// No value of an attribute has a quotation mark of its own in a page: only our own addresses match.
    private static byte[] below(String base, byte[] page) {
        return new String(page, StandardCharsets.UTF_8)
                .replaceAll("(action|href|src)=\"(?=/[^/])", "$1=\"" + base)
                .getBytes(StandardCharsets.UTF_8);
    }

    public int status() {
        return status;
    }

    public List<Header> headers() {
        return headers;
    }

    /// Not a copy: do not write into it.
    public byte[] body() {
        return body;
    }

    /// Who sends a body that goes on; null if the body is whole.
    Outflow.@Nullable Watcher watcher() {
        return watcher;
    }

    /// Leaves headers and body out: they may hold tokens.
    @Override
    public String toString() {
        return "Response[" + status + ", " + body.length + " bytes]";
    }

    private Response with(Header header) {
        List<Header> more = new ArrayList<>(headers.size() + 1);
        more.addAll(headers);
        more.add(header);
        return new Response(status, List.copyOf(more), body, watcher);
    }
}
