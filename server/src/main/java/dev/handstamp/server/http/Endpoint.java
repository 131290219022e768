package dev.handstamp.server.http;

/// Answers the requests of one path and method.
///
/// It must be safe for use by many threads. Whatever it throws is logged under the request id and answered with 500
/// `server_error`.
@FunctionalInterface
public interface Endpoint {

    Response handle(Request request);

    /// Whether it never waits: no database, no file, no lock, no password hash, no RSA signature.
    ///
    /// Such an endpoint runs right on the thread that read the request, which other connections are waiting for.
    /// All others get a virtual thread of their own, where waiting is free.
    default boolean isNonBlocking() {
        return false;
    }
}
