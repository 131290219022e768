package dev.handstamp.server.ops;

import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import java.util.Map;

/// Says that the process lives: `GET /healthz`.
public final class HealthEndpoint implements Endpoint {

    @Override
    public Response handle(Request request) {
        return Response.json(200, Map.of("status", "up"));
    }

    @Override
    public boolean isNonBlocking() {
        return true;
    }
}
