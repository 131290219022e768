package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.Feed.Event;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The feed of revocations, over real HTTP.
class RevocationFeedTest {

    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_reader_is_told_all_then_the_keys_then_that_nothing_else_has_happened() {
        String session = endedSession();
        try (Feed feed = Feed.ofOrders(server)) {
            assertThat(feed.status()).isEqualTo(200);
            assertThat(feed.header("Content-Type")).contains("text/event-stream");
            assertThat(feed.header("Cache-Control")).contains("no-store");
            assertThat(feed.header("X-Accel-Buffering")).contains("no");

            Event snapshot = feed.next();
            assertThat(snapshot.type()).isEqualTo("snapshot");
            assertThat(snapshot.told()).containsExactly("session " + session);
            assertThat(snapshot.content()).containsEntry("part", 1L).containsEntry("parts", 1L);
            assertThat(snapshot.id()).hasValue(snapshot.position());
            assertThat(snapshot.header()).containsEntry("typ", "secevent+jwt").containsEntry("alg", "ES256");
            assertThat(snapshot.claims())
                    .containsEntry("iss", server.issuer())
                    .containsEntry("aud", RunningServer.ORDERS);

            Event keys = feed.next();
            assertThat(keys.type()).isEqualTo("keys");
            assertThat(keys.content().get("jwks"))
                    .isEqualTo(server.call("GET", "/jwks").send().json());

            Event heartbeat = feed.next();
            assertThat(heartbeat.type()).isEqualTo("heartbeat");
            assertThat(heartbeat.position()).isEqualTo(heartbeat.before()).isEqualTo(snapshot.position());
            assertThat(feed.next().type()).isEqualTo("heartbeat");
        }
    }

    @Test
    void what_is_taken_back_is_told_at_once_and_continues_where_the_last_event_ended() {
        try (Feed feed = Feed.ofOrders(server)) {
            Event snapshot = feed.next("snapshot");
            assertThat(snapshot.rules()).isEmpty();
            feed.next("heartbeat");

            String session = endedSession();

            Event told = feed.next("revocation");
            assertThat(told.told()).containsExactly("session " + session);
            assertThat(told.position()).isGreaterThan(told.before());
            List<Object> rule = told.rules().getFirst();
            assertThat(rule.get(2)).isEqualTo(told.position());
            assertThat((Long) rule.get(4)).isGreaterThan((Long) rule.get(3));
            assertThat(feed.next("heartbeat").before()).isEqualTo(told.position());
        }
    }

    @Test
    @DisplayName("an API is told only what concerns its audience")
    void others_are_not_told() {
        try (Feed orders = Feed.ofOrders(server);
                Feed stock = Feed.ofStock(server)) {
            stock.next("heartbeat");
            orders.next("heartbeat");
            endedSession();
            Event told = orders.next("revocation");
            Event heartbeat = stock.next();
            while (heartbeat.position() < told.position()) {
                assertThat(heartbeat.type()).isEqualTo("heartbeat");
                heartbeat = stock.next();
            }
            assertThat(heartbeat.type()).isEqualTo("heartbeat");
        }
        try (Feed stock = Feed.ofStock(server)) {
            assertThat(stock.next("snapshot").rules()).isEmpty();
        }
    }

    @Test
    void a_reader_that_returns_is_told_what_it_missed_and_nothing_else() {
        endedSession();
        long position;
        try (Feed feed = Feed.ofOrders(server)) {
            position = feed.next("heartbeat").position();
        }
        String session = endedSession();
        try (Feed feed = Feed.ofOrders(server, position)) {
            Event missed = feed.next();
            assertThat(missed.type()).isEqualTo("revocation");
            assertThat(missed.before()).isEqualTo(position);
            assertThat(missed.told()).containsExactly("session " + session);
            position = missed.position();
            assertThat(feed.next("heartbeat").before()).isEqualTo(position);
        }
        try (Feed feed = Feed.ofOrders(server, position)) {
            assertThat(feed.next().type()).isEqualTo("keys");
            assertThat(feed.next().before()).isEqualTo(position);
        }
        try (Feed feed = Feed.ofOrders(server, position + 1_000)) {
            assertThat(feed.next().type()).isEqualTo("snapshot");
        }
    }

    @Test
    void a_stop_ends_feeds_cleanly() {
        try (Feed feed = Feed.ofOrders(server)) {
            feed.next("heartbeat");
            server.handstamp.stop();
            assertThat(feed.end()).isEmpty();
        }
    }

    @Test
    void only_an_api_is_let_in_and_it_is_known_as_at_introspection() {
        assertThat(server.call("GET", "/revocations").send().outcome()).isEqualTo("401 invalid_client");
        assertThat(server.call("GET", "/revocations")
                        .basic(RunningServer.ORDERS, "wrong")
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
        assertThat(server.call("GET", "/revocations")
                        .basic("shop", RunningServer.SHOP_SECRET)
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
        assertThat(server.call("GET", "/revocations")
                        .basic(RunningServer.ORDERS, RunningServer.ORDERS_SECRET)
                        .header("Last-Event-ID", "-1")
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_request");
    }

    @Test
    void an_api_that_is_deleted_is_told_so_and_let_go() {
        try (Feed feed = Feed.of(server, RunningServer.STOCK, RunningServer.STOCK_SECRET, OptionalLong.empty())) {
            feed.next("heartbeat");
            server.removeApi(RunningServer.STOCK);
            assertThat(feed.end()).isEmpty();
        }
    }

    @Test
    void the_metadata_names_it() {
        Map<String, Object> metadata = server.call("GET", "/.well-known/oauth-authorization-server")
                .send()
                .json();
        assertThat(metadata).containsEntry("revocation_feed_endpoint", server.issuer() + "/revocations");
    }

    /// Logs vera in and out again.
    private String endedSession() {
        String token = server.logIn().string("access_token");
        assertThat(server.call("DELETE", "/session").bearer(token).send().status())
                .isLessThan(300);
        return (String) RunningServer.claims(token).get("sid");
    }
}
