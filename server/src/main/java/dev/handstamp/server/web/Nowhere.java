package dev.handstamp.server.web;

import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;

/// What somebody is told whose browser was led to an address where nothing is, such as the server's own without a path.
public final class Nowhere implements Endpoint {

    private final Live live;

    public Nowhere(Live live) {
        this.live = live;
    }

    @Override
    public Response handle(Request request) {
        Look look = Look.of(live.latest().directory().brands().server());
        return Page.linked(404, Doorway.words(request), look, "page.nowhere", AccountPlace.PROFILE.path())
                .toResponse();
    }
}
