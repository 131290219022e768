package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.testing.HandstampExtension;
import dev.handstamp.testing.TestClock;
import dev.handstamp.testing.Token;
import dev.handstamp.testing.TokenBuilder;
import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrdersTest {

    @RegisterExtension
    static final HandstampExtension handstamp = HandstampExtension.forAudience("https://api.example/orders");

    static final HttpClient client = HttpClient.newHttpClient();
    static TokenVerifier verifier;
    static Orders orders;

    @BeforeAll
    static void start() throws IOException {
        verifier = TokenVerifier.builder()
                .issuer(handstamp.issuer()) // http://127.0.0.1:<port>, up and publishing its keys
                .audience(handstamp.audience())
                .clock(handstamp.clock()) // only for tests that turn it
                .build();
        orders = new Orders(verifier); // the API under test
    }

    @AfterAll
    static void stop() {
        orders.close();
        verifier.close();
    }

    @Test
    void a_reader_reads(@Token(subject = "vera", scope = "orders:read") String token) throws Exception {
        assertThat(statusWith(token)).isEqualTo(200);
    }

    @Test
    void whoever_may_do_something_else_may_not_read(@Token(scope = "orders:write") String token) throws Exception {
        assertThat(statusWith(token)).isEqualTo(403);
    }

    @Test
    void a_token_for_another_api_opens_nothing(
            @Token(audience = "https://api.example/bills", scope = "orders:read") String token) throws Exception {
        assertThat(statusWith(token)).isEqualTo(401);
    }

    @Test
    void a_token_is_good_for_five_minutes(@Token(scope = "orders:read") String token, TestClock clock)
            throws Exception {
        clock.turn(Duration.ofMinutes(4));
        assertThat(statusWith(token)).isEqualTo(200);
        clock.turn(Duration.ofMinutes(3)); // five minutes, and the minute by which clocks may differ
        assertThat(statusWith(token)).isEqualTo(401);
    }

    @Test
    void a_rotation_goes_unnoticed(@Token(scope = "orders:read") String before) throws Exception {
        handstamp.rotateKey();
        assertThat(statusWith(before)).isEqualTo(200);
        assertThat(statusWith(handstamp.token().scope("orders:read").sign())).isEqualTo(200);
    }

    @Test
    void any_shape_can_be_had(TokenBuilder token) throws Exception {
        String odd = token.scope("orders:read")
                .claim("age", 34)
                .header("typ", "JWT") // an ID token's, not an access token's
                .algorithm(Algorithm.EDDSA)
                .sign();
        assertThat(statusWith(odd)).isEqualTo(401);
    }

    private static int statusWith(String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(orders.address())
                .header("Authorization", "Bearer " + token)
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }
}
