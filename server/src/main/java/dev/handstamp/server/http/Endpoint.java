package dev.handstamp.server.http;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Answers the requests of one path and method.
///
/// It must be safe for use by many threads. Whatever it throws is logged under the request id and answered with 500
/// `server_error`.
@FunctionalInterface
public interface Endpoint {

    Response handle(Request request);

    /// How long the body of a request may be; a longer one is 413 and never gets here. Asked before the body is read.
    ///
    /// @param usual of the listener
    default int maximumBodyBytes(String method, String path, int usual) {
        return usual;
    }

    /// Whether it never waits: no database, no file, no lock, no password hash, no RSA signature.
    ///
    /// Such an endpoint runs right on the thread that read the request, which other connections are waiting for.
    /// All others get a virtual thread of their own, where waiting is free.
    default boolean isNonBlocking() {
        return false;
    }

    /// The answer, where this one request needs no waiting; empty sends it to [#handle] on a virtual thread.
    ///
    /// Called first, on the thread that other connections are waiting for, unless [#isNonBlocking]. It saves a hot
    /// endpoint the change of threads (about half the price of a small request) for the requests that allow it.
    default Optional<Response> handleAtOnce(Request request) {
        return Optional.empty();
    }

    /// Begins to answer without holding a thread: the stage ends with the answer, or empty, which sends the request
    /// to [#handle] on a virtual thread. As it stands, [#handleAtOnce] is asked.
    ///
    /// Called where that is, and under the same rule. For a hot endpoint that needs one thing from another thread,
    /// where a virtual thread that waited for it would cost more than the answer.
    default CompletionStage<Optional<Response>> begin(Request request) {
        return CompletableFuture.completedStage(Objects.requireNonNull(handleAtOnce(request)));
    }
}
