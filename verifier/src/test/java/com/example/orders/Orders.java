package com.example.orders;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.handstamp.verifier.Admission;
import dev.handstamp.verifier.Admission.Refused;
import dev.handstamp.verifier.ApiRequest;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;

/// A small API on the JDK's HTTP server: what the documentation of the testing kit tests.
final class Orders implements AutoCloseable {

    private final Doorkeeper doorkeeper;
    private final HttpServer server;

    Orders(TokenVerifier verifier) throws IOException {
        doorkeeper = Doorkeeper.of(verifier);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/orders", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/orders");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            ApiRequest request = new ApiRequest(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawQuery(),
                    name -> exchange.getRequestHeaders().getOrDefault(name, List.of()));
            Admission admission = doorkeeper.admit(request, Requirement.scope("orders:read"));
            exchange.sendResponseHeaders(
                    admission instanceof Refused refused ? refused.challenge().status() : 200, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
