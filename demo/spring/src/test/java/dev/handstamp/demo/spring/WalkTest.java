package dev.handstamp.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.testing.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What a newcomer does: starts it, pastes the walk, revokes, asks again.
class WalkTest {

    @Test
    void the_walk_can_be_pasted_and_a_revocation_is_felt() throws Exception {
        try (TestIssuer issuer = TestIssuer.start();
                var api = Main.start(issuer, 0)) {
            String origin = Main.origin(api);
            String commands = new Walk(origin, issuer).commands();

            assertThat(run(commands)).isEqualTo("""
                 401
                the orders of vera 200
                ordered by vera 200
                 403
                cheers, vera 200
                 403
                the orders of vera 200
                {"error":"invalid_request",\
                "error_description":"A request from another site is not accepted with the cookie"} 403
                """);
            assertThat(get(origin + "/actuator/health")).contains("\"handstamp\"", "\"stale\":false");

            issuer.revokeSubject(Walk.SUBJECT);
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            String again = run(commands);
            while (!again.startsWith(" 401\n 401\n 401\n") && System.nanoTime() < deadline) again = run(commands);
            assertThat(again).startsWith(" 401\n 401\n 401\n").contains(" 403\n");
        }
    }

    private static String run(String commands) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", commands)
                .redirectErrorStream(true)
                .start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String get(String address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
