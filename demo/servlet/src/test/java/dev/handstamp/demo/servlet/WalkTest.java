package dev.handstamp.demo.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.testing.TestIssuer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What a newcomer does: starts it and pastes the walk.
class WalkTest {

    @Test
    void the_walk_can_be_pasted() throws Exception {
        try (TestIssuer issuer = TestIssuer.start();
                Api api = new Api(issuer.issuer(), 0).start()) {
            Process shell = new ProcessBuilder("sh", "-c", new Walk(api.origin(), issuer).commands())
                    .redirectErrorStream(true)
                    .start();

            assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("""
                fine 200
                {} 401
                the orders of vera 200
                {"error":"insufficient_scope",\
                "error_description":"The access token does not carry the privileges that are needed"} 403
                42.00, for a clerk: true 200
                {"error":"invalid_token",\
                "error_description":"The access token is expired, revoked, malformed or not valid here"} 401
                """);
        }
    }
}
