package dev.handstamp.server.http;

/// What a metric or an access log may know of one answered request. Every part but the address has few values.
///
/// @param method        a method of RFC 9110 §9, else `OTHER`
/// @param route         the path as routed; `unrouted` for 404, `malformed` for what was no request
/// @param status        of the answer
/// @param nanoseconds   from the complete header section to the ready answer
/// @param remoteAddress the client's
public record RequestObserved(String method, String route, int status, long nanoseconds, String remoteAddress) {

    static final String UNROUTED = "unrouted";
    static final String MALFORMED = "malformed";

    static String methodLabel(String method) {
        return switch (method) {
            case "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH" -> method;
            default -> "OTHER";
        };
    }
}
