package dev.handstamp.server.web;

import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;

/// What somebody is told who has sent more than the server takes, such as a picture of many megabytes.
public final class TooLong implements Endpoint {

    private final Live live;

    public TooLong(Live live) {
        this.live = live;
    }

    @Override
    public Response handle(Request request) {
        Look look = Look.of(live.latest().directory().brands().server());
        return Page.message(413, Doorway.words(request), look, "page.long").toResponse();
    }
}
