package dev.handstamp.server.web;

import dev.handstamp.server.http.Request;
import dev.handstamp.server.issuance.Caller;

/// Tells where a request came from.
public final class Callers {

    private Callers() {}

    public static Caller of(Request request) {
        return new Caller(request.remoteAddress(), request.header("User-Agent").orElse(""), request.id());
    }
}
