package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TestProxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class RevocationFeedTest {

    private static final String API = "https://api.example";
    private static final String SECRET = "the API's secret";
    private static final Silence REFUSE = Silence.failClosed(Duration.ofSeconds(2));
    private static final Silence PATIENT = Silence.failClosed(Duration.ofHours(1));

    private final TestIssuer issuer = TestIssuer.start();
    private final List<AutoCloseable> opened = new ArrayList<>();

    RevocationFeedTest() {
        issuer.introspectionClient(API, SECRET);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : opened) each.close();
        issuer.close();
    }

    @Test
    void what_is_revoked_is_refused_and_the_rest_goes_on() {
        TokenVerifier verifier = connected(PATIENT);
        String token = issuer.token().sign();
        String sameSession = issuer.token().sessionId("s1").sign();
        String sameGrant = issuer.token().claim("grant_id", "g1").sign();
        String ofVera = issuer.token().subject("vera").sign();
        String ofClient = issuer.token().clientId("app").sign();
        String untouched = issuer.token().subject("otto").sessionId("s2").sign();
        for (String good : List.of(token, sameSession, sameGrant, ofVera, ofClient, untouched)) {
            assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
        }

        issuer.revoke(token);
        issuer.revokeSession("s1");
        issuer.revokeGrant("g1");
        issuer.revokeSubject("vera");
        issuer.revokeClient("app");

        for (String revoked : List.of(token, sameSession, sameGrant, ofVera, ofClient)) {
            await(() -> reason(verifier.verify(revoked)) == Reason.REVOKED);
        }
        assertThat(verifier.verify(untouched)).isInstanceOf(Verified.class);
        assertThat(issuer.introspectionRequests()).isZero();
    }

    @Test
    void a_new_token_of_a_revoked_subject_is_good_in_the_very_same_second() {
        TokenVerifier verifier = connected(PATIENT);
        String before = issuer.token().subject("vera").sign();
        issuer.revokeSubject("vera");
        String after = issuer.token().subject("vera").sign();

        await(() -> reason(verifier.verify(before)) == Reason.REVOKED);
        assertThat(verifier.verify(after)).isInstanceOf(Verified.class);
    }

    @Test
    void a_token_that_does_not_say_what_its_issuer_knew_is_refused_for_the_whole_second() {
        TokenVerifier verifier = connected(PATIENT);
        issuer.revokeAudience(API);
        Instant second = Instant.now();
        await(() -> feed(verifier).status().position() == 1);

        assertThat(reason(verifier.verify(issuer.token()
                        .without("rev")
                        .issuedAt(second.minusSeconds(1))
                        .sign())))
                .isEqualTo(Reason.REVOKED);
        assertThat(verifier.verify(issuer.token()
                        .without("rev")
                        .issuedAt(second.plusSeconds(5))
                        .sign()))
                .isInstanceOf(Verified.class);
    }

    @Test
    void what_was_revoked_before_the_start_is_in_the_snapshot() {
        String token = issuer.token().sign();
        issuer.revoke(token);
        for (int i = 0; i < 12_000; i++) issuer.revokeSession("s" + i);

        TokenVerifier verifier = connected(PATIENT);

        assertThat(reason(verifier.verify(token))).isEqualTo(Reason.REVOKED);
        assertThat(reason(verifier.verify(issuer.token().sessionId("s11999").sign())))
                .isEqualTo(Reason.REVOKED);
        assertThat(feed(verifier).status().size()).isEqualTo(12_001);
    }

    @Test
    void the_status_tells_age_position_size_and_the_server() {
        TokenVerifier verifier = connected(PATIENT);
        issuer.revokeSession("s1");
        await(() -> feed(verifier).status().size() == 1);

        FeedStatus status = feed(verifier).status();

        assertThat(status.stale()).isFalse();
        assertThat(status.age().orElseThrow()).isLessThan(Duration.ofSeconds(30));
        assertThat(status.position()).isEqualTo(1);
        assertThat(status.bytes()).isPositive();
        assertThat(status.reconnects()).isZero();
        assertThat(status.clockSkew().abs()).isLessThan(Duration.ofSeconds(30));
        assertThat(status.connectedTo()).contains(URI.create(issuer.feedAddress()));
        assertThat(status.problem()).isEmpty();
        assertThat(status.fromCache()).isFalse();
    }

    @Test
    void a_silent_feed_is_cut_and_then_tokens_are_refused_as_the_policy_says() {
        TokenVerifier verifier = connected(REFUSE);
        String token = issuer.token().sign();
        assertThat(verifier.verify(token)).isInstanceOf(Verified.class);

        issuer.feed().beSilent();

        await(() -> reason(verifier.verify(token)) == Reason.REVOCATIONS_UNKNOWN);
        await(() -> feed(verifier).status().reconnects() > 0);
        assertThat(feed(verifier).status().stale()).isTrue();
        assertThat(Challenge.invalidToken(Reason.REVOCATIONS_UNKNOWN).status()).isEqualTo(503);

        issuer.feed().behave();
        await(() -> verifier.verify(token) instanceof Verified);
        assertThat(feed(verifier).status().stale()).isFalse();
    }

    @Test
    void what_is_known_to_be_revoked_is_refused_in_silence_too() {
        TokenVerifier verifier = connected(Silence.accept(Duration.ofSeconds(2)));
        String token = issuer.token().sessionId("s1").sign();
        issuer.revokeSession("s1");
        await(() -> reason(verifier.verify(token)) == Reason.REVOKED);

        issuer.feed().beSilent();

        await(() -> feed(verifier).status().stale());
        assertThat(reason(verifier.verify(token))).isEqualTo(Reason.REVOKED);
    }

    @Test
    void a_verifier_that_accepts_in_silence_warns_once() {
        TokenVerifier verifier = connected(Silence.accept(Duration.ofSeconds(2)));
        String token = issuer.token().sign();
        issuer.feed().beSilent();
        await(() -> feed(verifier).status().stale());

        List<String> log = RecordedLog.of(() -> {
            for (int i = 0; i < 3; i++) assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
        });

        assertThat(log)
                .filteredOn(line -> line.contains("have not been heard for"))
                .hasSize(1);
    }

    @Test
    void a_verifier_that_introspects_in_silence_asks_and_hears_of_the_revocation() {
        TokenVerifier verifier = connected(Silence.introspect(Duration.ofSeconds(2)));
        String token = issuer.token().sign();
        issuer.feed().beSilent();
        await(() -> feed(verifier).status().stale());

        assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
        issuer.revoke(token);
        assertThat(reason(verifier.verify(token))).isEqualTo(Reason.INACTIVE);
        assertThat(issuer.introspectionRequests()).isEqualTo(2);
    }

    @Test
    void a_reader_that_was_cut_goes_on_from_where_it_was() {
        TokenVerifier verifier = connected(PATIENT);
        String token = issuer.token().sessionId("s1").sign();
        issuer.feed().cut();
        issuer.revokeSession("s1");

        await(() -> reason(verifier.verify(token)) == Reason.REVOKED);
        assertThat(issuer.feed().snapshots()).isEqualTo(1);
        assertThat(feed(verifier).status().reconnects()).isPositive();
    }

    @Test
    void a_gap_is_noticed_and_closed() {
        TokenVerifier verifier = connected(PATIENT);
        String token = issuer.token().sessionId("s1").sign();
        issuer.feed().loseRevocations();
        issuer.revokeSession("s1");
        await(() -> feed(verifier).status().reconnects() > 0);
        assertThat(verifier.verify(token)).isInstanceOf(Verified.class);

        issuer.feed().behave();

        await(() -> reason(verifier.verify(token)) == Reason.REVOKED);
    }

    @Test
    void a_relay_that_signs_by_itself_is_not_believed() {
        TokenVerifier verifier = connected(REFUSE);
        String token = issuer.token().sign();
        assertThat(verifier.verify(token)).isInstanceOf(Verified.class);

        issuer.feed().signWrongly();

        await(() -> reason(verifier.verify(token)) == Reason.REVOCATIONS_UNKNOWN);
        assertThat(feed(verifier).status().problem().orElseThrow()).contains("a key that the issuer does not publish");
    }

    @Test
    void a_relay_that_holds_events_back_does_not_make_them_look_new() {
        TokenVerifier verifier = connected(REFUSE);
        assertThat(feed(verifier).status().stale()).isFalse();

        List<String> log = RecordedLog.of(() -> {
            // Slowly enough for the connection not to fall silent.
            issuer.feed().holdBack(Duration.ofSeconds(2));
            await(() -> feed(verifier).status().age().orElseThrow().compareTo(Duration.ofSeconds(1)) > 0);
            await(() -> feed(verifier).status().age().orElseThrow().compareTo(Duration.ofMillis(2_500)) < 0);
            issuer.feed().holdBack(Duration.ofSeconds(4));
            await(() -> feed(verifier).status().reconnects() > 0);
        });

        assertThat(log).anyMatch(line -> line.contains("late"));
    }

    @Test
    void a_clock_that_is_two_minutes_off_is_measured_and_the_feed_goes_on() {
        issuer.feed().clockOffset(Duration.ofMinutes(2));
        TokenVerifier verifier = connected(REFUSE);
        String token = issuer.token().sessionId("s1").sign();
        assertThat(feed(verifier).status().clockSkew()).isBetween(Duration.ofSeconds(110), Duration.ofSeconds(130));

        assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
        issuer.revokeSession("s1");
        await(() -> reason(verifier.verify(token)) == Reason.REVOKED);
    }

    @Test
    void a_recording_is_refused() {
        issuer.feed().clockOffset(Duration.ofMinutes(-6));

        RevocationFeed feed = feed(REFUSE, builder -> {});

        await(() -> feed.status().reconnects() > 0);
        assertThat(feed.status().problem().orElseThrow()).contains("a recording");
        assertThat(feed.status().age()).isEmpty();
    }

    @Test
    void a_relay_that_holds_back_from_the_first_event_on_does_not_make_them_look_new() {
        issuer.feed().holdBack(Duration.ofSeconds(2));

        RevocationFeed feed = feed(REFUSE, builder -> {});

        await(() -> feed.status().age().isPresent());
        assertThat(feed.status().connectedTo()).isPresent();
        assertThat(feed.status().age().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(feed.status().stale()).isTrue();
    }

    @Test
    void what_a_relay_has_recorded_of_another_connection_vouches_for_nothing() throws Exception {
        try (var relay = new RecordingRelay(URI.create(issuer.feedAddress()))) {
            RevocationFeed first = feed(PATIENT, builder -> builder.servers(relay.address()));
            assertThat(first.awaitConnected(Duration.ofSeconds(60))).isTrue();
            await(() -> relay.has("hello") && relay.has("snapshot") && relay.has("heartbeat"));

            RevocationFeed misled = feed(REFUSE, builder -> builder.servers(relay.address()));

            await(() -> relay.played() > 1 && misled.status().reconnects() > 1);
            assertThat(misled.status().age()).isEmpty();
            assertThat(misled.status().problem().orElseThrow()).contains("not for this connection");
        }
    }

    @Test
    void a_log_that_went_back_is_taken_as_a_new_snapshot_only() {
        TokenVerifier verifier = connected(PATIENT);
        String token = issuer.token().sessionId("s1").sign();
        issuer.revokeSession("s1");
        await(() -> reason(verifier.verify(token)) == Reason.REVOKED);

        issuer.feed().forgetEverything();

        await(() -> verifier.verify(token) instanceof Verified);
        assertThat(issuer.feed().snapshots()).isEqualTo(2);
    }

    @Test
    void when_one_server_is_lost_another_is_read() throws Exception {
        try (var proxy = TestProxy.to(URI.create(issuer.feedAddress()));
                var other = TestProxy.to(URI.create(issuer.feedAddress()))) {
            RevocationFeed feed = feed(PATIENT, builder -> builder.servers(proxy.address(), other.address()));
            assertThat(feed.awaitConnected(Duration.ofSeconds(60))).isTrue();
            URI first = feed.status().connectedTo().orElseThrow();

            (first.equals(proxy.address()) ? proxy : other).blackHole();

            await(() -> feed.status()
                    .connectedTo()
                    .filter(now -> !now.equals(first))
                    .isPresent());
            issuer.revokeSession("s1");
            await(() -> feed.status().size() == 1);
        }
    }

    @Test
    void before_anything_is_known_a_token_waits_a_while_and_is_then_refused() {
        issuer.feed().beSilent();
        TokenVerifier verifier = verifier(REFUSE).build();
        opened.add(verifier);

        assertThat(reason(verifier.verify(issuer.token().sign()))).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
    }

    @Test
    void a_sleep_shows_in_the_clock_that_went_on() {
        var clock = new AtomicReference<>(Duration.ZERO);
        TokenVerifier verifier = verifier(REFUSE)
                .clock(() -> Instant.now().plus(clock.get()))
                .loadAtStart()
                .build();
        opened.add(verifier);
        String token = issuer.token().expiresAt(Instant.now().plusSeconds(7200)).sign();
        assertThat(verifier.verify(token)).isInstanceOf(Verified.class);

        String ended = issuer.token()
                .sessionId("s1")
                .expiresAt(Instant.now().plusSeconds(7200))
                .sign();
        assertThat(verifier.verify(ended)).isInstanceOf(Verified.class);

        issuer.feed().beSilent();
        issuer.revokeSession("s1");
        clock.set(Duration.ofHours(1));

        for (String each : List.of(token, ended)) {
            assertThat(reason(verifier.verify(each))).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        }
        assertThat(feed(verifier).status().age().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofHours(1));

        issuer.feed().behave();
        issuer.feed().clockOffset(Duration.ofHours(1)); // An hour has passed there too.
        await(() -> verifier.verify(token) instanceof Verified);
        assertThat(reason(verifier.verify(ended))).isEqualTo(Reason.REVOKED);
    }

    @Test
    void the_explanation_says_how_old_the_knowledge_is_and_what_follows() {
        TokenVerifier verifier = connected(REFUSE);
        String token = issuer.token().sign();
        assertThat(verifier.explain(token).toString())
                .containsPattern("revocations of " + issuer.issuer() + " are \\d+ ms old, at position 0")
                .doesNotContain("too old");

        issuer.feed().beSilent();
        await(() -> feed(verifier).status().stale());

        Explanation.Step failure = verifier.explain(token).failure().orElseThrow();
        assertThat(failure.check()).isEqualTo(Explanation.Check.REVOCATION);
        assertThat(failure.sentence()).contains("ms old, at position 0", "too old, so FailClosed");
    }

    @Test
    void pauses_grow_to_ten_seconds_at_most_and_are_not_the_same_for_all() {
        var random = new Random(7);
        Set<Long> first = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            long pause = RevocationFeed.pauseMillis(1, 1, random);
            assertThat(pause).isBetween(25L, 125L);
            first.add(pause);
            assertThat(RevocationFeed.pauseMillis(100, 1, random)).isBetween(2_000L, 10_000L);
            // Each of three servers is tried once before the pauses grow.
            assertThat(RevocationFeed.pauseMillis(3, 3, random)).isBetween(25L, 125L);
        }
        assertThat(first).hasSizeGreaterThan(20);
    }

    @Test
    void a_file_keeps_the_signed_events_for_the_next_start(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("revocations");
        try (RevocationFeed first = feed(PATIENT, builder -> builder.cacheFile(file))) {
            assertThat(first.awaitConnected(Duration.ofSeconds(60))).isTrue();
            issuer.revokeSession("s1");
            await(() -> first.status().size() == 1);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        issuer.feed().beSilent();

        RevocationFeed second = feed(PATIENT, builder -> builder.cacheFile(file));

        await(() -> second.status().size() == 1);
        assertThat(second.status().fromCache()).isTrue();
        assertThat(second.status().position()).isEqualTo(1);
        assertThat(second.status().stale()).isFalse();
        issuer.feed().behave();
        assertThat(second.awaitConnected(Duration.ofSeconds(60))).isTrue();
        assertThat(second.status().fromCache()).isFalse();
        assertThat(issuer.feed().snapshots()).isEqualTo(1);
    }

    @Test
    void a_file_that_is_older_than_the_policy_allows_says_so_and_vouches_for_nothing(@TempDir Path folder)
            throws Exception {
        Path file = folder.resolve("revocations");
        Instant end = Instant.now().plusSeconds(7200);
        String token = issuer.token().expiresAt(end).sign();
        String ended = issuer.token().sessionId("s1").expiresAt(end).sign();
        try (RevocationFeed first = feed(PATIENT, builder -> builder.cacheFile(file))) {
            assertThat(first.awaitConnected(Duration.ofSeconds(60))).isTrue();
            issuer.revokeSession("s1");
            await(() -> first.status().size() == 1);
        }
        issuer.feed().beSilent();
        InstantSource anHourLater = () -> Instant.now().plusSeconds(3600);

        List<String> log = RecordedLog.of(() -> {
            RevocationFeed second = feed(
                    Silence.failClosed(Duration.ofMinutes(1)),
                    builder -> builder.cacheFile(file).clock(anHourLater));
            TokenVerifier verifier = TokenVerifier.builder()
                    .issuer(issuer.issuer())
                    .audience(API)
                    .clock(anHourLater)
                    .revocation(second)
                    .build();
            opened.add(verifier);
            await(() -> second.status().size() == 1);

            assertThat(second.status().fromCache()).isTrue();
            assertThat(second.status().stale()).isTrue();
            assertThat(second.status().age().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofHours(1));
            assertThat(reason(verifier.verify(token))).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
            assertThat(reason(verifier.verify(ended))).isEqualTo(Reason.REVOKED);
        });

        assertThat(log).anyMatch(line -> line.contains("from the cache, as they stood PT1H"));
    }

    @Test
    void a_changed_file_is_believed_up_to_the_change(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("revocations");
        try (RevocationFeed first = feed(PATIENT, builder -> builder.cacheFile(file))) {
            assertThat(first.awaitConnected(Duration.ofSeconds(60))).isTrue();
            issuer.revokeSession("s1");
            await(() -> first.status().size() == 1);
            issuer.revokeSession("s2");
            await(() -> first.status().size() == 2);
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        int last = lines.size() - 1;
        lines.set(last, lines.get(last).substring(0, lines.get(last).length() - 9));
        Files.write(file, String.join("\n", lines).getBytes(StandardCharsets.US_ASCII));
        issuer.feed().beSilent();

        RevocationFeed second = feed(PATIENT, builder -> builder.cacheFile(file));

        await(() -> second.status().age().isPresent());
        await(() -> second.status().size() == 1);
        issuer.feed().behave();
        await(() -> second.status().size() == 2);
    }

    @Test
    void without_a_policy_there_is_no_feed() {
        assertThatThrownBy(() -> RevocationFeed.builder(issuer.issuer())
                        .credentials(API, SECRET)
                        .start())
                .hasMessageContaining("whenSilent");
        assertThatThrownBy(() -> Silence.failClosed(Duration.ofMillis(1_900))).hasMessageContaining("2 seconds");
    }

    @Test
    void a_wrong_secret_is_named_in_the_problem() {
        RevocationFeed feed = RevocationFeed.builder(issuer.issuer())
                .credentials(API, "another secret")
                .whenSilent(REFUSE)
                .start();
        opened.add(feed);

        await(() -> feed.status().problem().orElse("").contains("answered 401"));
    }

    @Test
    void a_secret_is_never_sent_in_the_clear() {
        assertThatThrownBy(() -> RevocationFeed.builder("https://login.example")
                        .servers(URI.create("http://node1.login.example/revocations")))
                .hasMessageContaining("https");
    }

    @Test
    void hs256_tokens_are_refused_by_the_feed_too() {
        issuer.key(Algorithm.HS256);
        byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> TokenVerifier.builder()
                        .issuer(issuer.issuer())
                        .audience(API)
                        .introspection(API, SECRET)
                        .revocationFeed(SECRET, REFUSE)
                        .build())
                .hasMessageContaining("revocationFeed");
        TokenVerifier verifier = TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience(API)
                .sharedSecret(secret)
                .revocationFeed(SECRET, REFUSE)
                .loadAtStart()
                .build();
        opened.add(verifier);

        assertThat(feed(verifier).status().connectedTo()).isPresent();
    }

    private TokenVerifier.Builder verifier(Silence policy) {
        return TokenVerifier.builder().issuer(issuer.issuer()).audience(API).revocationFeed(SECRET, policy);
    }

    private TokenVerifier connected(Silence policy) {
        TokenVerifier verifier = verifier(policy).loadAtStart().build();
        opened.add(verifier);
        return verifier;
    }

    private RevocationFeed feed(Silence policy, Consumer<RevocationFeed.Builder> more) {
        RevocationFeed.Builder builder =
                RevocationFeed.builder(issuer.issuer()).credentials(API, SECRET).whenSilent(policy);
        more.accept(builder);
        RevocationFeed feed = builder.start();
        opened.add(feed);
        return feed;
    }

    private static RevocationFeed feed(TokenVerifier verifier) {
        return verifier.revocationFeed().orElseThrow();
    }

    private static Reason reason(Verification verification) {
        return verification instanceof Rejected rejected ? rejected.reason() : null;
    }

    private static void await(BooleanSupplier condition) {
        Deadline deadline = Deadline.in(Duration.ofSeconds(60));
        while (!condition.getAsBoolean()) {
            assertThat(deadline.isOver()).as("in time").isFalse();
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
