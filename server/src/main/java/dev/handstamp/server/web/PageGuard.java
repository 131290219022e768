package dev.handstamp.server.web;

import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.StoreUnavailable;

/// Answers for a page whose database cannot be asked now: 503 and when to try again. Nothing was half done. And for one
/// that is broken: people read words, as they do everywhere.
public final class PageGuard implements Endpoint {

    private final Live live;
    private final Endpoint page;

    public PageGuard(Live live, Endpoint page) {
        this.live = live;
        this.page = page;
    }

    @Override
    public int maximumBodyBytes(String method, String path, int usual) {
        return page.maximumBodyBytes(method, path, usual);
    }

    @Override
    public Response handle(Request request) {
        try {
            return page.handle(request);
        } catch (StoreUnavailable unavailable) {
            Log.warn("database unavailable", "path", request.path(), "reason", unavailable.getMessage());
            return Page.message(503, Doorway.words(request), look(), "page.wait")
                    .toResponse()
                    .header("Retry-After", "2");
        } catch (RuntimeException thrown) {
            Log.error("request failed", thrown, "method", request.method(), "route", request.path());
            return Page.message(500, Doorway.words(request), look(), "page.broken")
                    .toResponse();
        }
    }

    private Look look() {
        return Look.of(live.latest().directory().brands().server());
    }
}
