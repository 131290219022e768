package dev.handstamp.server.ops;

import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.store.StoreException;
import java.util.Map;

/// Says whether requests can be served: `GET /readyz`. They cannot while the database does not answer.
public final class ReadinessEndpoint implements Endpoint {

    private final Live live;

    public ReadinessEndpoint(Live live) {
        this.live = live;
    }

    @Override
    public Response handle(Request request) {
        return isReady() ? Response.json(200, Map.of("status", "up")) : Response.json(503, Map.of("status", "down"));
    }

    private boolean isReady() {
        try {
            live.current();
            return true;
        } catch (StoreException _) {
            return false;
        }
    }
}
