package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestProxy;
import dev.handstamp.verifier.RemoteJwkSet;
import dev.handstamp.verifier.RevocationFeed;
import dev.handstamp.verifier.Silence;
import dev.handstamp.verifier.TokenVerifier;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real server in a process of its own, a real verifier in this one, and everything that can happen between them.
/// `-Dhandstamp.entries=1000000` makes the long log as long as it can be.
@Timeout(300)
class RevokedEverywhereTest {

    private static final int ENTRIES = Integer.getInteger("handstamp.entries", 12_000);
    private static final String API = "https://api.example/feed";
    private static final String PASSWORD = "correct horse battery staple";

    /// What every server but those at PostgreSQL begins with: an API, and vera.
    @TempDir
    private static Path template;

    private static String secret;

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() throws Exception {
        try (var server = new HandstampProcess(template.resolve("data")).awaitReady()) {
            secret = prepared(server);
            server.terminate(); // All of the database is in its one file then.
        }
    }

    @Test
    @DisplayName("O-29: a logout and an administrator's word are refused by a verifier that asks nobody")
    void a_revocation_is_refused_without_a_question() throws Exception {
        try (var server = started();
                var verifier = verifier(server, secret, Silence.failClosed(Duration.ofMinutes(10)))) {
            String first = login(server);
            String second = login(server);
            String third = login(server);
            assertThat(verifier.verify(first)).isInstanceOf(Verified.class);
            assertThat(verifier.verify(second)).isInstanceOf(Verified.class);

            assertThat(server.json("DELETE", "/session", "", "Authorization", "Bearer " + first)
                            .statusCode())
                    .isLessThan(300);
            await(() -> reason(verifier, first) == Reason.REVOKED);
            assertThat(verifier.verify(second)).isInstanceOf(Verified.class);

            assertThat(server.run("", "session", "revoke", "--user", "vera").exit())
                    .isZero();
            await(() -> reason(verifier, second) == Reason.REVOKED && reason(verifier, third) == Reason.REVOKED);
            assertThat(verifier.verify(login(server))).isInstanceOf(Verified.class);
        }
    }

    @Test
    void a_killed_server_means_what_the_policy_says_and_nothing_is_missed_when_it_is_back() throws Exception {
        try (var server = started()) {
            try (var closing = verifier(server, secret, Silence.failClosed(Duration.ofSeconds(3)));
                    var asking = verifier(server, secret, Silence.introspect(Duration.ofSeconds(3)));
                    var accepting = verifier(server, secret, Silence.accept(Duration.ofSeconds(3)))) {
                String revokedMeanwhile = login(server);
                assertThat(closing.verify(revokedMeanwhile)).isInstanceOf(Verified.class);
                server.kill();

                await(() -> reason(closing, revokedMeanwhile) == Reason.REVOCATIONS_UNKNOWN);
                await(() -> reason(asking, revokedMeanwhile) == Reason.INTROSPECTION_UNAVAILABLE);
                await(() -> feed(accepting).status().stale());
                assertThat(accepting.verify(revokedMeanwhile)).isInstanceOf(Verified.class);
                assertThat(server.run("", "session", "revoke", "--user", "vera").exit())
                        .isZero();
                server.restart();

                for (TokenVerifier verifier : List.of(closing, asking, accepting)) {
                    await(() -> reason(verifier, revokedMeanwhile) == Reason.REVOKED);
                    await(() -> !feed(verifier).status().stale());
                    assertThat(verifier.verify(login(server))).isInstanceOf(Verified.class);
                }
            }
        }
    }

    @Test
    void a_stalled_server_vouches_for_nothing_and_goes_on_where_it_was() throws Exception {
        try (var server = started();
                var verifier = verifier(server, secret, Silence.failClosed(Duration.ofSeconds(3)))) {
            String token = login(server);
            assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
            long position = feed(verifier).status().position();

            server.stall(true);
            try {
                await(() -> reason(verifier, token) == Reason.REVOCATIONS_UNKNOWN);
                await(() -> feed(verifier).status().reconnects() > 1); // Connections are made, and nobody answers.
                assertThat(server.run("", "session", "revoke", "--user", "vera").exit())
                        .isZero();
                assertThat(feed(verifier).status().position()).isEqualTo(position);
            } finally {
                server.stall(false);
            }

            await(() -> reason(verifier, token) == Reason.REVOKED);
            await(() -> !feed(verifier).status().stale());
            assertThat(verifier.verify(login(server))).isInstanceOf(Verified.class);
        }
    }

    @Test
    void a_verifier_that_was_asleep_lets_nothing_through_that_was_taken_back_meanwhile() throws Exception {
        try (var server = started();
                var verifier = new AskedVerifier(server.issuer(), API, secret, Duration.ofSeconds(3))) {
            String token = login(server);
            String other = login(server);
            assertThat(verifier.ask(token)).isEqualTo("verified");
            assertThat(verifier.ask(other)).isEqualTo("verified");

            verifier.sleep(true);
            try {
                assertThat(server.run("", "session", "revoke", "--user", "vera").exit())
                        .isZero();
                TimeUnit.SECONDS.sleep(4); // Longer than the policy allows.
            } finally {
                verifier.sleep(false);
            }

            assertThat(verifier.ask(token)).isIn("revocations_unknown", "revoked");
            assertThat(verifier.ask(other)).isIn("revocations_unknown", "revoked");
            awaitAnswer(verifier, token, "revoked");
            awaitAnswer(verifier, login(server), "verified");
        }
    }

    private static void awaitAnswer(AskedVerifier verifier, String token, String wanted) throws Exception {
        for (long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                !wanted.equals(verifier.ask(token)); ) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void a_database_put_back_from_a_backup_has_forgotten_and_every_verifier_begins_afresh() throws Exception {
        Path database = folder.resolve("data").resolve("handstamp.db");
        Path backup = folder.resolve("backup.db");
        try (var server = started()) {
            server.terminate(); // The whole log of changes is in the one file then.
            Files.copy(database, backup);
            server.restart();
            try (var verifier = verifier(server, secret, Silence.failClosed(Duration.ofMinutes(10)))) {
                String before = login(server);
                assertThat(server.run("", "session", "revoke", "--user", "vera").exit())
                        .isZero();
                await(() -> reason(verifier, before) == Reason.REVOKED);
                long position = feed(verifier).status().position();

                server.kill();
                for (String rest : List.of("-wal", "-shm"))
                    Files.deleteIfExists(database.resolveSibling("handstamp.db" + rest));
                Files.copy(backup, database, StandardCopyOption.REPLACE_EXISTING);
                server.restart();

                await(() -> feed(verifier).status().connectedTo().isPresent()
                        && feed(verifier).status().position() < position);
                String after = login(server);
                assertThat(verifier.verify(after)).isInstanceOf(Verified.class);
                assertThat(server.run("", "session", "revoke", "--user", "vera").exit())
                        .isZero();
                await(() -> reason(verifier, after) == Reason.REVOKED);
            }
        }
    }

    @Test
    void a_feed_in_a_black_hole_is_cut_and_the_policy_applies() throws Exception {
        try (var server = started();
                var proxy = TestProxy.to(URI.create(server.issuer() + "/revocations"));
                var feed = RevocationFeed.builder(server.issuer())
                        .credentials(API, secret)
                        .whenSilent(Silence.failClosed(Duration.ofSeconds(3)))
                        .servers(proxy.address())
                        .start();
                var verifier = TokenVerifier.builder()
                        .issuer(server.issuer())
                        .audience(API)
                        .revocation(feed)
                        .build()) {
            String token = login(server);
            assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
            long before = feed.status().reconnects();

            proxy.blackHole();

            await(() -> reason(verifier, token) == Reason.REVOCATIONS_UNKNOWN);
            await(() -> feed.status().reconnects() > before);
            assertThat(feed.status().connectedTo()).isEmpty();
        }
    }

    @Test
    void a_clock_that_is_two_minutes_ahead_is_measured_and_revocations_still_come() throws Exception {
        try (var server = started();
                var verifier = TokenVerifier.builder()
                        .issuer(server.issuer())
                        .audience(API)
                        .clock(() -> Instant.now().plusSeconds(120))
                        .revocationFeed(secret, Silence.failClosed(Duration.ofMinutes(10)))
                        .loadAtStart()
                        .build()) {
            String token = login(server);
            assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
            assertThat(feed(verifier).status().clockSkew())
                    .isBetween(Duration.ofSeconds(-140), Duration.ofSeconds(-100));

            server.run("", "session", "revoke", "--user", "vera");

            await(() -> reason(verifier, token) == Reason.REVOKED);
        }
    }

    @Test
    void a_long_log_is_known_whole_when_the_feed_is_connected() throws Exception {
        try (var server = started()) {
            String token = login(server);
            server.run("", "session", "revoke", "--user", "vera");
            server.kill();
            long position = lengthenLog(folder.resolve("data").resolve("handstamp.db"));
            server.restart();

            try (var verifier = verifier(server, secret, Silence.failClosed(Duration.ofMinutes(10)))) {
                assertThat(feed(verifier).status().size()).isGreaterThan(ENTRIES);
                assertThat(feed(verifier).status().position()).isGreaterThanOrEqualTo(position);
                assertThat(reason(verifier, token)).isEqualTo(Reason.REVOKED);
                System.out.println("a log of " + ENTRIES + ": " + feed(verifier).status());
            }
        }
    }

    @Test
    void when_one_of_two_nodes_is_killed_the_other_is_read() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            String issuer = "http://localhost:" + HandstampProcess.freePort();
            Map<String, String> shared = Map.of(
                    "HANDSTAMP_DATABASE", postgres.getJdbcUrl("postgres", "postgres"),
                    "HANDSTAMP_MASTER_KEY_FILE", folder.resolve("master.key").toString(),
                    "HANDSTAMP_ISSUER", issuer);
            try (var one = new HandstampProcess(Files.createDirectory(folder.resolve("one")), shared).awaitReady();
                    var two = new HandstampProcess(Files.createDirectory(folder.resolve("two")), shared).awaitReady()) {
                String there = prepared(one);
                try (var keys = RemoteJwkSet.builder(issuer)
                                .jwksUri(URI.create(two.issuer() + "/jwks"))
                                .build();
                        var feed = RevocationFeed.builder(issuer)
                                .credentials(API, there)
                                .whenSilent(Silence.failClosed(Duration.ofSeconds(30)))
                                .keys(keys)
                                .servers(
                                        URI.create(one.issuer() + "/revocations"),
                                        URI.create(two.issuer() + "/revocations"))
                                .start();
                        var verifier = TokenVerifier.builder()
                                .issuer(issuer)
                                .audience(API)
                                .keys(keys)
                                .revocation(feed)
                                .build()) {
                    assertThat(feed.awaitConnected(Duration.ofSeconds(60))).isTrue();
                    String token = login(two);
                    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
                    URI first = feed.status().connectedTo().orElseThrow();
                    boolean readsOne = first.getPort() == one.port;

                    (readsOne ? one : two).kill();

                    HandstampProcess left = readsOne ? two : one;
                    await(() -> feed.status()
                            .connectedTo()
                            .filter(now -> now.getPort() == left.port)
                            .isPresent());
                    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
                    assertThat(left.run("", "session", "revoke", "--user", "vera")
                                    .exit())
                            .isZero();
                    await(() -> reason(verifier, token) == Reason.REVOKED);
                }
            }
        }
    }

    private HandstampProcess started() throws Exception {
        Path data = folder.resolve("data");
        try (var files = Files.walk(template.resolve("data"))) {
            for (Path file : files.toList())
                Files.copy(
                        file,
                        data.resolve(template.resolve("data").relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
        }
        return new HandstampProcess(data).awaitReady();
    }

    /// Answers the API's secret.
    private static String prepared(HandstampProcess server) throws Exception {
        var added = server.run("", "api", "add", API, "--scope", "a", "--algorithm", "ES256", "--json");
        assertThat(added.exit()).as(added.err()).isZero();
        assertThat(server.run(PASSWORD, "user", "add", "vera", "--password-stdin")
                        .exit())
                .isZero();
        return text(added.out(), "client_secret");
    }

    private static TokenVerifier verifier(HandstampProcess server, String secret, Silence policy) {
        return TokenVerifier.builder()
                .issuer(server.issuer())
                .audience(API)
                .revocationFeed(secret, policy)
                .loadAtStart()
                .build();
    }

    private static String login(HandstampProcess server) throws Exception {
        HttpResponse<String> answer = server.json(
                "POST", "/session", Json.text(Map.of("username", "vera", "password", PASSWORD, "audience", API)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return text(answer.body(), "access_token");
    }

    /// Writes entries as the server would, and answers the position of the last one.
    private static long lengthenLog(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            connection.setAutoCommit(false);
            long position;
            try (var statement = connection.createStatement();
                    var found = statement.executeQuery("SELECT position FROM revision")) {
                position = found.next() ? found.getLong(1) : 0;
            }
            long now = System.currentTimeMillis() * 1000;
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO revocation (position, revoked_at, kind, id, issued_before, forget_at)
                    VALUES (?, ?, 'SESSION', ?, ?, ?)""")) {
                for (int i = 1; i <= ENTRIES; i++) {
                    insert.setLong(1, position + i);
                    insert.setLong(2, now);
                    insert.setString(3, String.format("%022x", i * 0x9E3779B97F4A7C15L));
                    insert.setLong(4, now);
                    insert.setLong(5, now + 3_600_000_000L);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            try (var update = connection.prepareStatement("UPDATE revision SET position = ?")) {
                update.setLong(1, position + ENTRIES);
                update.executeUpdate();
            }
            connection.commit();
            return position + ENTRIES;
        }
    }

    private static RevocationFeed feed(TokenVerifier verifier) {
        return verifier.revocationFeed().orElseThrow();
    }

    private static Reason reason(TokenVerifier verifier, String token) {
        return verifier.verify(token) instanceof Rejected rejected ? rejected.reason() : null;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos(); !condition.getAsBoolean(); ) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static String text(String json, String member) throws JsonException {
        Map<String, Object> body = Json.parseObject(json.strip().getBytes(StandardCharsets.UTF_8));
        return (String) body.get(member);
    }
}
