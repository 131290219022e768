package dev.handstamp.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.handstamp.json.Json;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.verifier.Admission.Admitted;
import dev.handstamp.verifier.Admission.Refused;
import dev.handstamp.verifier.ApiRequest;
import dev.handstamp.verifier.Challenge;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.ResourceMetadata;
import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/// An API on our verifier that says of itself who its issuer is (RFC 9728), as an MCP server must. Its identifier has a
/// path.
final class OrdersApi implements AutoCloseable {

    static final String READ = "orders:read";
    static final String WRITE = "orders:write";

    private final HttpServer http;
    private final TokenVerifier verifier;
    private final String secret;

    private OrdersApi(HttpServer http, TokenVerifier verifier, String secret) {
        this.http = http;
        this.verifier = verifier;
        this.secret = secret;
    }

    /// Starts the API and makes it known to the issuer.
    static OrdersApi start(Issuer issuer) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String origin = "http://127.0.0.1:" + http.getAddress().getPort();
        String audience = origin + "/orders";
        TokenVerifier verifier = TokenVerifier.builder()
                .issuer(issuer.toString())
                .audience(audience)
                .build();
        ResourceMetadata metadata = ResourceMetadata.of(audience)
                .authorizationServers(issuer.toString())
                .scopes(READ)
                .build();
        Doorkeeper doorkeeper = Doorkeeper.of(verifier).reachedAt(origin).metadata(metadata);
        http.createContext("/", exchange -> {
            try (exchange) {
                if (exchange.getRequestURI().getPath().equals(metadata.path())) answer(exchange, 200, metadata.json());
                else orders(exchange, doorkeeper);
            }
        });
        http.start();
        return new OrdersApi(http, verifier, issuer.addApi(audience, READ, WRITE));
    }

    /// Its identifier, which is its address too.
    String audience() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/orders";
    }

    /// With which it asks the issuer about tokens.
    String secret() {
        return secret;
    }

    @Override
    public void close() {
        http.stop(0);
        verifier.close();
    }

    private static void orders(HttpExchange exchange, Doorkeeper doorkeeper) throws IOException {
        var headers = exchange.getRequestHeaders();
        ApiRequest request = new ApiRequest(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getRawQuery(),
                        name -> headers.getOrDefault(name, List.of()))
                .at(exchange.getRequestURI());
        Requirement requirement = Requirement.scope(exchange.getRequestMethod().equals("POST") ? WRITE : READ);
        switch (doorkeeper.admit(request, requirement)) {
            case Admitted(AccessToken token) ->
                answer(
                        exchange,
                        200,
                        Json.write(Map.of("orders_of", token.subject(), "for", List.copyOf(token.scopes()))));
            case Refused(Challenge challenge) -> {
                challenge
                        .headers()
                        .forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
                answer(exchange, challenge.status(), challenge.body());
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, json.length == 0 ? -1 : json.length);
        if (json.length > 0) exchange.getResponseBody().write(json);
    }
}
