package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.Feed.Event;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.store.RevocationStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The feed of revocations, over real HTTP.
class RevocationFeedTest {

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void waitForTheLastTestsFeedsToEnd() {
        await(() -> metric(server, "handstamp_revocation_feeds") == 0);
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
            assertThat(snapshot.told()).contains("session " + session);
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
        try (RunningServer own = RunningServer.start();
                Feed feed = Feed.ofOrders(own)) {
            feed.next("heartbeat");
            own.handstamp.stop();
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
        String api = "https://api.example/soon-gone";
        server.addApi(api, "its secret", Algorithm.RS256, Api.DEFAULT_TOKEN_LIFETIME);
        try (Feed feed = Feed.of(server, api, "its secret", OptionalLong.empty())) {
            feed.next("heartbeat");
            server.removeApi(api);
            assertThat(feed.end()).isEmpty();
        }
    }

    @Test
    @DisplayName("S-09: a reader that takes nothing is cut off, and the others never notice")
    void a_slow_reader_is_cut_off() throws Exception {
        try (RunningServer own = RunningServer.start();
                Feed feed = Feed.ofOrders(own);
                Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4_096);
            slow.connect(new InetSocketAddress("127.0.0.1", own.handstamp.port()));
            slow.getOutputStream().write(request().getBytes(StandardCharsets.US_ASCII));
            feed.next("heartbeat");
            await(() -> metric(own, "handstamp_revocation_feeds") == 2);

            Set<String> told = new HashSet<>();
            int entries = 0;
            while (metric(own, "handstamp_revocation_feeds_ended_total{reason=\"slow\"}") == 0) {
                revoke(own, entries, 4_000);
                entries += 4_000;
                assertThat(entries).isLessThan(400_000);
                while (told.size() < entries)
                    told.addAll(feed.next("revocation").told());
            }
            assertThat(metric(own, "handstamp_revocation_feeds")).isOne();
        }
    }

    @Test
    void a_long_log_comes_in_parts_and_many_readers_share_them() throws Exception {
        try (RunningServer own = RunningServer.start();
                var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            revoke(own, 0, 12_000);
            List<Future<Set<String>>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(readers.submit(() -> {
                    try (Feed feed = Feed.ofOrders(own)) {
                        Set<String> told = new HashSet<>();
                        for (int part = 1; part <= 3; part++) {
                            Event event = feed.next();
                            assertThat(event.content())
                                    .containsEntry("part", (long) part)
                                    .containsEntry("parts", 3L);
                            assertThat(event.id().isPresent()).isEqualTo(part == 3);
                            told.addAll(event.told());
                        }
                        assertThat(feed.next().type()).isEqualTo("keys");
                        return told;
                    }
                }));
            }
            for (Future<Set<String>> told : all) assertThat(told.get()).hasSize(12_000);
        }
    }

    @Test
    void a_reader_that_is_still_taking_one_part_is_not_sent_the_next_and_so_is_not_cut_off() throws Exception {
        try (RunningServer own = RunningServer.start();
                Socket socket = new Socket()) {
            revoke(own, 0, 6_000, "a-token-with-a-very-long-name".repeat(40)); // More than all buffers on the way.
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("127.0.0.1", own.handstamp.port()));
            String withNonce = request().stripTrailing() + "\r\nFeed-Nonce: 0123456789abcdefABCDEF\r\n\r\n";
            socket.getOutputStream().write(withNonce.getBytes(StandardCharsets.US_ASCII));
            await(() -> metric(own, "handstamp_revocation_feed_events_signed_total") >= 2);
            Thread.sleep(300); // Long enough for one part more to be sent, if it were.

            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            List<String> events = new ArrayList<>();
            while (!events.contains("event: heartbeat")) {
                String line = lines.readLine();
                assertThat(line).as("after %s", events).isNotNull();
                if (line.startsWith("event: ")) events.add(line);
            }
            assertThat(events)
                    .containsExactly(
                            "event: hello", "event: snapshot", "event: snapshot", "event: keys", "event: heartbeat");
        }
    }

    @Test
    void hundreds_of_readers_are_told_at_once() throws Exception {
        int readers = 300;
        CountDownLatch live = new CountDownLatch(readers);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> told = new ArrayList<>();
            for (int i = 0; i < readers; i++) told.add(threads.submit(() -> firstRevocation(live)));
            live.await();
            assertThat(metric(server, "handstamp_revocation_feeds")).isEqualTo(readers);
            revoke(server, 0, 1);
            // The same signed bytes for everybody.
            Set<String> different = new HashSet<>();
            for (Future<String> each : told) different.add(each.get());
            assertThat(different).hasSize(1);
        }
        await(() -> metric(server, "handstamp_revocation_feeds") == 0);
    }

    @Test
    void beyond_the_limit_a_reader_is_asked_to_come_back() {
        try (RunningServer small = RunningServer.start(
                Map.of("revocation-feed.connections", "3", "revocation-feed.connections-per-api", "2"))) {
            Feed first = Feed.ofOrders(small);
            try (first;
                    Feed second = Feed.ofOrders(small);
                    Feed stock = Feed.ofStock(small)) {
                second.next("heartbeat");
                stock.next("heartbeat");
                Reply refused = small.call("GET", "/revocations")
                        .basic(RunningServer.ORDERS, RunningServer.ORDERS_SECRET)
                        .send();
                assertThat(refused.outcome()).isEqualTo("503 temporarily_unavailable");
                assertThat(refused.header("Retry-After")).isPresent();
            }
            await(() -> Feed.ofOrders(small).status() == 200);
        }
    }

    @Test
    void a_head_request_opens_no_feed() {
        Reply reply = server.call("HEAD", "/revocations")
                .basic(RunningServer.ORDERS, RunningServer.ORDERS_SECRET)
                .send();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(metric(server, "handstamp_revocation_feeds")).isZero();
    }

    @Test
    void keys_are_announced_before_they_sign_and_when_they_are_withdrawn() {
        try (Feed feed = Feed.ofOrders(server)) {
            Set<String> announced = keyIds(feed.next("keys"));
            String before = (String) feed.next("heartbeat").header().get("kid");
            server.rotateKeys();
            Set<String> later = keyIds(feed.next("keys"));
            assertThat(later).containsAll(announced).hasSizeGreaterThan(announced.size());
            Event heartbeat = feed.next("heartbeat");
            while (heartbeat.header().get("kid").equals(before)) heartbeat = feed.next("heartbeat");
            assertThat(announced).contains((String) heartbeat.header().get("kid"));

            server.retireKey(before);
            Event keys = feed.next("keys");
            while (keyIds(keys).contains(before)) keys = feed.next("keys");
        }
    }

    @Test
    @DisplayName("O-29: a theft, a refresh token and an access token taken back: the API is told")
    void every_way_to_take_something_back_is_told() {
        try (Feed feed = Feed.ofOrders(server)) {
            feed.next("heartbeat");

            Reply login = server.logIn();
            Map<String, Object> claims = RunningServer.claims(login.string("access_token"));
            Reply refreshed = server.refresh(login.string("refresh_token"));
            server.refresh(refreshed.string("refresh_token"));
            server.call("POST", "/session/refresh")
                    .header("User-Agent", "thief")
                    .json(Json.text(Map.of("refresh_token", login.string("refresh_token"))))
                    .send();
            assertThat(feed.next("revocation").told())
                    .containsExactly("grant " + claims.get("grant_id"), "session " + claims.get("sid"));

            Reply shop = server.logInAtShop();
            server.revoke(shop.string("refresh_token"));
            String grant =
                    (String) RunningServer.claims(shop.string("access_token")).get("grant_id");
            assertThat(feed.next("revocation").told()).containsExactly("grant " + grant);

            String token = server.clientCredentials().string("access_token");
            server.revoke(token);
            assertThat(feed.next("revocation").told())
                    .containsExactly("token " + RunningServer.claims(token).get("jti"));
        }
    }

    @Test
    void the_metadata_names_it() {
        Map<String, Object> metadata = server.call("GET", "/.well-known/oauth-authorization-server")
                .send()
                .json();
        assertThat(metadata).containsEntry("revocation_feed_endpoint", server.issuer() + "/revocations");
    }

    @SuppressWarnings("unchecked")
    private static Set<String> keyIds(Event keys) {
        Map<String, Object> jwks = (Map<String, Object>) keys.content().get("jwks");
        Set<String> ids = new HashSet<>();
        for (Object key : (List<Object>) jwks.get("keys")) ids.add((String) ((Map<String, Object>) key).get("kid"));
        return ids;
    }

    /// Takes tokens back that nobody has, in one transaction.
    private static void revoke(RunningServer where, int from, int count) {
        revoke(where, from, count, "a-token-of-nobody");
    }

    private static void revoke(RunningServer where, int from, int count, String name) {
        Instant now = Instant.now();
        RevocationStore revocations = new RevocationStore();
        where.database.inTransaction(tx -> {
            for (int i = from; i < from + count; i++) {
                revocations.append(
                        tx,
                        Kind.TOKEN,
                        name + "-" + i,
                        AuditEvent.Type.TOKEN_REVOKED,
                        Set.of(new Audience(RunningServer.ORDERS)),
                        now,
                        now.plusSeconds(600));
            }
            return true;
        });
    }

    /// The data of the first revocation that a connection is told of; counts down when it is live.
    private static String firstRevocation(CountDownLatch live) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.handstamp.port())) {
            socket.getOutputStream().write(request().getBytes(StandardCharsets.US_ASCII));
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            boolean isLive = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("event: heartbeat") && !isLive) {
                    isLive = true;
                    live.countDown();
                }
                if (line.equals("event: revocation")) return lines.readLine();
            }
            throw new AssertionError("the feed has ended");
        }
    }

    private static String request() {
        String both = Call.encode(RunningServer.ORDERS) + ":" + Call.encode(RunningServer.ORDERS_SECRET);
        return "GET /revocations HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic "
                + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.US_ASCII)) + "\r\n\r\n";
    }

    private static double metric(RunningServer where, String name) {
        return where.management("/metrics")
                .send()
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plusSeconds(60);
        try {
            while (!condition.getAsBoolean()) {
                assertThat(Instant.now()).isBefore(end);
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Logs vera in and out again.
    @Test
    void a_single_session_that_ended_is_told_in_the_words_of_caep_too() {
        try (Feed feed = Feed.ofOrders(server)) {
            feed.next("heartbeat");
            String session = endedSession();
            Event told = feed.next("revocation");
            assertThat(told.told()).containsExactly("session " + session);
            assertThat(told.claims())
                    .containsEntry(
                            "sub_id",
                            Map.of("format", "complex", "session", Map.of("format", "opaque", "id", session)));
            assertThat(told.claims().get("events").toString())
                    .contains("urn:handstamp:event:revoked", "secevent/caep/event-type/session-revoked");
        }
    }

    @Test
    void the_first_event_repeats_the_nonce_that_it_was_asked_with() {
        String nonce = "0123456789abcdefABCDEF";
        long position;
        try (Feed feed = Feed.ofOrders(server, OptionalLong.empty(), nonce)) {
            Event hello = feed.next();
            assertThat(hello.type()).isEqualTo("hello");
            assertThat(hello.content()).isEqualTo(Map.of("nonce", nonce));
            assertThat(hello.id()).isEmpty();
            position = feed.next("snapshot").position();
        }
        try (Feed feed = Feed.ofOrders(server, OptionalLong.of(position), nonce)) {
            assertThat(feed.next().content()).isEqualTo(Map.of("nonce", nonce));
            assertThat(feed.next().before()).isEqualTo(position);
        }
        try (Feed feed = Feed.ofOrders(server, OptionalLong.empty(), "too short")) {
            assertThat(feed.status()).isEqualTo(400);
        }
    }

    private static String endedSession() {
        String token = server.logIn().string("access_token");
        assertThat(server.call("DELETE", "/session").bearer(token).send().status())
                .isLessThan(300);
        return (String) RunningServer.claims(token).get("sid");
    }
}
