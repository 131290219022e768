package dev.handstamp.server.http;

import dev.handstamp.server.log.Log;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Answers what the HTTP server itself refuses: malformed requests, too long ones. Our JSON, nothing about the
/// server; a page for whoever has mistyped an address in a browser.
final class Refusals implements org.eclipse.jetty.server.Request.Handler {

    private static final byte[] NO_BODY = {};

    private final Consumer<RequestObserved> observer;
    private final Supplier<Router> router;

    Refusals(Consumer<RequestObserved> observer, Supplier<Router> router) {
        this.observer = observer;
        this.router = router;
    }

    @Override
    public boolean handle(
            org.eclipse.jetty.server.Request request, org.eclipse.jetty.server.Response response, Callback callback) {
        int status = status(request);
        String id = RequestIds.next();
        ScopedValue.where(Log.REQUEST_ID, id).run(() -> {
            if (status == 500 && request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof Throwable thrown) {
                Log.error("request failed before its endpoint", thrown);
            }
            String peer = org.eclipse.jetty.server.Request.getRemoteAddr(request);
            observer.accept(new RequestObserved("OTHER", RequestObserved.MALFORMED, status, 0, peer));
            Answers.write(response, answer(request, status, id, peer), id, false, true, callback);
        });
        return true;
    }

    private Response answer(org.eclipse.jetty.server.Request request, int status, String id, String peer) {
        Endpoint page =
                status == 400 && Exchange.isForReading(request) ? router.get().malformed() : null;
        if (page == null) return answer(status);
        try {
            // Nothing of the address: the page is the same for all of them.
            return page.handle(new Request(
                    id, "GET", "/", null, Exchange.pairs(request.getHeaders()), NO_BODY, peer, false, List.of()));
        } catch (RuntimeException thrown) {
            Log.error("no page for a malformed address", thrown);
            return answer(status);
        }
    }

    private static int status(org.eclipse.jetty.server.Request request) {
        // The connection was closed under an unfinished header section: SlowConnections did it.
        if (request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof EofException) return 408;
        return request.getAttribute(ErrorHandler.ERROR_STATUS) instanceof Integer number ? number : 500;
    }

    static Response answer(int status) {
        String problem = switch (status) {
            case 408 -> "The request took too long to arrive.";
            case 413 -> "The body is too large.";
            case 414 -> "The request target is too long.";
            case 417 -> "The expectation is not known.";
            case 431 -> "The header section is too large.";
            default -> "The request is malformed.";
        };
        if (status < 500) return Response.error(status, "invalid_request", problem);
        if (status == 505) return Response.error(status, "invalid_request", "The HTTP version is not served.");
        return serverError();
    }

    static Response serverError() {
        return Response.json(500, Map.of("error", "server_error"));
    }
}
