package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.Answer;
import dev.handstamp.testing.TestIssuer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class RemoteJwkSetTest {

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final TestIssuer issuer = open(TestIssuer.start());

    @AfterEach
    void end() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) opened.get(i).close();
    }

    @Test
    void nothing_is_fetched_before_the_first_token() {
        open(verifier().build());

        assertThat(issuer.metadataRequests() + issuer.keyRequests()).isZero();
    }

    @Test
    void a_malformed_token_does_not_make_a_verifier_fetch() {
        TokenVerifier verifier = open(verifier().build());

        assertThat(reason(verifier.verify("a.b.c"))).isEqualTo(Reason.MALFORMED);
        assertThat(issuer.metadataRequests()).isZero();
    }

    @Test
    void the_keys_can_be_there_before_the_first_token() {
        open(verifier().loadAtStart().build());

        assertThat(issuer.keyRequests()).isEqualTo(1);
    }

    @Test
    void many_first_tokens_at_once_cause_one_fetch() throws Exception {
        TokenVerifier verifier = open(verifier().build());
        String token = issuer.token().sign();

        List<Verification> verifications = inParallel(64, 64, () -> verifier.verify(token));

        assertThat(verifications).hasSize(64).allMatch(Verified.class::isInstance);
        assertThat(issuer.metadataRequests()).isEqualTo(1);
        assertThat(issuer.keyRequests()).isEqualTo(1);
    }

    @Test
    void an_issuer_with_a_path_is_found() {
        TestIssuer tenant = open(TestIssuer.startAt("/tenants/blue"));
        TokenVerifier verifier = open(verifier(tenant).build());

        assertThat(verifier.verify(tenant.token().sign())).isInstanceOf(Verified.class);
        assertThat(tenant.metadataRequests()).isEqualTo(1);
    }

    @Test
    void an_issuer_that_only_knows_openid_connect_is_found() {
        TestIssuer tenant = open(TestIssuer.startAt("/tenants/blue"));
        tenant.publishOnlyOpenIdConfiguration();
        TokenVerifier verifier = open(verifier(tenant).build());

        assertThat(verifier.verify(tenant.token().sign())).isInstanceOf(Verified.class);
    }

    @Test
    void a_key_set_at_a_given_address_needs_no_metadata() {
        TokenVerifier verifier = open(verifier(keys().jwksUri(URI.create(issuer.jwksUri()))));

        assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);
        assertThat(issuer.metadataRequests()).isZero();
    }

    @Test
    @DisplayName("K-04: a storm of 1000 unknown keys from 64 threads causes at most one fetch, and known keys go on")
    void a_storm_of_unknown_keys_causes_at_most_one_fetch() throws Exception {
        TokenVerifier verifier = open(verifier().build());
        String good = issuer.token().sign();
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
        int before = issuer.keyRequests();

        List<Verification> verifications = inParallel(64, 1000, () -> {
            assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
            return verifier.verify(
                    issuer.token().header("kid", UUID.randomUUID().toString()).sign());
        });

        assertThat(verifications).hasSize(1000).allMatch(refused -> reason(refused) == Reason.UNKNOWN_KEY);
        assertThat(issuer.keyRequests() - before).isLessThanOrEqualTo(1);
        assertThat(issuer.metadataRequests()).isEqualTo(1);
    }

    @Test
    @DisplayName("K-04: on a cold verifier too")
    void a_storm_on_a_cold_verifier_causes_one_fetch() throws Exception {
        TokenVerifier verifier = open(verifier().build());

        inParallel(
                64,
                1000,
                () -> verifier.verify(issuer.token()
                        .header("kid", UUID.randomUUID().toString())
                        .sign()));

        assertThat(issuer.keyRequests()).isEqualTo(1);
        assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);
    }

    @Test
    void after_the_cool_down_an_unknown_key_is_looked_for_again() {
        TokenVerifier verifier = open(verifier(keys().coolDown(Duration.ofSeconds(1))));
        assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);
        assertThat(reason(
                        verifier.verify(issuer.token().header("kid", "unknown").sign())))
                .isEqualTo(Reason.UNKNOWN_KEY);

        issuer.rotateKey();
        issuer.rotateKey();
        String token = issuer.token().sign();

        eventually(() -> verifier.verify(token) instanceof Verified);
    }

    @Test
    void a_fetch_that_brought_the_key_starts_no_cool_down() {
        TokenVerifier verifier = open(verifier().build());
        assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);

        for (int i = 0; i < 5; i++) {
            issuer.rotateKey();
            issuer.rotateKey();
            issuer.rotateKey();
            assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);
        }
    }

    @Test
    void known_keys_do_not_wait_for_a_fetch_that_hangs() throws Exception {
        TokenVerifier verifier = open(verifier().build());
        String good = issuer.token().sign();
        String unknown = issuer.token().header("kid", "unknown").sign();
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
        issuer.answerKeysWith(Answer.status(200).after(Duration.ofMinutes(1)));

        Future<Verification> waiting = CompletableFuture.supplyAsync(() -> verifier.verify(unknown));
        eventually(() -> issuer.keyRequests() == 2);
        for (int i = 0; i < 100; i++) assertThat(verifier.verify(good)).isInstanceOf(Verified.class);

        assertThat(waiting).isNotDone();
        assertThat(reason(waiting.get())).isEqualTo(Reason.UNKNOWN_KEY);
    }

    static Stream<Answer> uselessAnswers() {
        String deep = "{\"keys\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        String set = "{\"keys\":[{\"kty\":\"EC\"}]}";
        return Stream.of(
                Answer.status(200).after(Duration.ofMinutes(1)),
                Answer.json(set).dripping(Duration.ofSeconds(1)),
                Answer.status(500),
                Answer.status(204),
                Answer.huge(8 << 20),
                Answer.html(),
                Answer.status(200),
                Answer.json("{\"keys\":[]}"),
                Answer.json("{}"),
                Answer.json("[]"),
                Answer.json(set).withoutLast(7),
                Answer.json(set.substring(0, 12)),
                Answer.json(deep),
                Answer.json(set).header("Content-Encoding", "gzip"),
                Answer.redirect("http://127.0.0.1:1/jwks"));
    }

    @ParameterizedTest
    @MethodSource("uselessAnswers")
    @DisplayName("K-05: whatever the issuer answers, the last good set is kept and known keys go on working")
    void a_useless_answer_leaves_the_known_keys_in_use(Answer answer) {
        TokenVerifier verifier = open(verifier().build());
        String good = issuer.token().sign();
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
        issuer.answerKeysWith(answer);

        assertThat(reason(
                        verifier.verify(issuer.token().header("kid", "unknown").sign())))
                .isEqualTo(Reason.UNKNOWN_KEY);

        // The JDK's client repeats a GET once when a kept connection breaks off before the answer.
        assertThat(issuer.keyRequests()).isBetween(2, 3);
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
    }

    @ParameterizedTest
    @MethodSource("uselessAnswers")
    @DisplayName("K-05: without any key a token is refused as not judged, and the verifier recovers by itself")
    void a_useless_first_answer_is_recovered_from(Answer answer) {
        issuer.answerKeysWith(answer);
        TokenVerifier verifier = open(verifier().build());
        String good = issuer.token().sign();

        assertThat(reason(verifier.verify(good))).isEqualTo(Reason.KEYS_UNAVAILABLE);
        issuer.answerNormally();

        eventually(() -> verifier.verify(good) instanceof Verified);
    }

    @Test
    void the_reason_that_there_are_no_keys_is_in_the_detail() {
        issuer.answerKeysWith(Answer.status(500));
        TokenVerifier verifier = open(verifier().build());

        assertThat(((Rejected) verifier.verify(issuer.token().sign())).detail()).contains("/jwks answered 500");
    }

    @Test
    void an_issuer_that_is_down_and_comes_back_is_not_noticed() {
        TokenVerifier verifier = open(verifier(keys().refreshInterval(Duration.ofSeconds(1))));
        String good = issuer.token().sign();
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
        issuer.goDown();
        List<String> log = RecordedLog.of(() -> eventually(() -> false, Duration.ofSeconds(3)));
        assertThat(log).anyMatch(line -> line.contains("cannot be renewed"));
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);

        issuer.rotateKey();
        issuer.rotateKey();
        issuer.comeBack();

        String later = issuer.token().sign();
        eventually(() -> verifier.verify(later) instanceof Verified);
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
    }

    @Test
    void an_issuer_that_is_down_for_an_hour_changes_nothing_for_known_keys_and_one_for_a_day_does() {
        AtomicLong passed = new AtomicLong();
        RemoteJwkSet keys =
                open(keys().ticks(() -> System.nanoTime() + passed.get()).build());
        TokenVerifier verifier = open(verifier().keys(keys).build());
        String good = issuer.token().sign();
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
        issuer.goDown();

        passed.set(Duration.ofHours(1).toNanos());
        List<String> log = RecordedLog.of(() -> assertThat(reason(
                        verifier.verify(issuer.token().header("kid", "first").sign())))
                .isEqualTo(Reason.UNKNOWN_KEY));
        assertThat(log).anyMatch(line -> line.contains("cannot be renewed"));
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);

        passed.set(Duration.ofHours(25).toNanos());
        verifier.verify(issuer.token().header("kid", "second").sign());
        eventually(() ->
                verifier.verify(good) instanceof Rejected rejected && rejected.reason() == Reason.KEYS_UNAVAILABLE);
    }

    @Test
    void a_set_that_cannot_be_renewed_is_dropped_when_it_is_too_old() {
        TokenVerifier verifier =
                open(verifier(keys().maximumAge(Duration.ofSeconds(2)).refreshInterval(Duration.ofSeconds(1))));
        String good = issuer.token().sign();
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
        issuer.goDown();

        eventually(() -> verifier.verify(good) instanceof Rejected rejected
                && rejected.reason() == Reason.KEYS_UNAVAILABLE
                && rejected.detail().contains("older than"));
        issuer.comeBack();
        eventually(() -> verifier.verify(good) instanceof Verified);
    }

    @Test
    void the_set_is_renewed_ahead_of_need() {
        TokenVerifier verifier = open(verifier(keys().refreshInterval(Duration.ofSeconds(1))));
        assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);

        eventually(() -> issuer.keyRequests() >= 3);
    }

    @Test
    void the_first_use_of_another_key_brings_the_one_after_it() {
        RemoteJwkSet keys = open(keys().build());
        TokenVerifier verifier = verifier().keys(keys).build();
        assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);

        for (int i = 0; i < 5; i++) {
            issuer.rotateKey();
            assertThat(keys.current().find(issuer.key(Algorithm.ES256).keyId())).isPresent();
            assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);
            eventually(() -> issuer.keys().keys().stream()
                    .allMatch(key -> keys.current().find(key.keyId()).isPresent()));
        }
        assertThat(issuer.keyRequests()).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example",
                "http://127.0.0.1.evil.example",
                "http://localhost.evil.example",
                "http://2130706433",
                "http://127.1",
                "ftp://127.0.0.1",
                "https://user@login.example",
                "https://login.example?x",
                "https://login.example#x",
                "login.example",
                "",
                "file:///etc"
            })
    @DisplayName("K-06: only https, or loopback, without anything hidden in the address")
    void an_issuer_that_is_not_confidential_is_refused(String address) {
        assertThatThrownBy(() -> RemoteJwkSet.builder(address).build()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("K-06: a key set over http from elsewhere is refused")
    void a_key_set_over_plain_http_is_refused() {
        assertThatThrownBy(() -> keys().jwksUri(URI.create("http://keys.example/jwks")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys().trustOrigin(URI.create("http://keys.example")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("K-06: another key under a known kid is an alarm, and the set is refused")
    void a_changed_key_under_a_known_kid_is_an_alarm() throws Exception {
        TokenVerifier verifier = open(verifier(keys().coolDown(Duration.ofSeconds(1))));
        String good = issuer.token().sign();
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
        Map<String, Object> attackers =
                new LinkedHashMap<>(PrivateJwk.generate(Algorithm.ES256).toJson());
        attackers.put("kid", issuer.key(Algorithm.ES256).keyId());
        PrivateJwk attackersKey = PrivateJwk.parse(attackers);
        issuer.answerKeysWith(set(List.of(attackersKey.publicJwk().orElseThrow().toJson())));

        List<String> log = RecordedLog.of(
                () -> verifier.verify(issuer.token().header("kid", "unknown").sign()));

        assertThat(issuer.keyRequests()).isEqualTo(2);
        assertThat(log).anyMatch(line -> line.contains("ALARM"));
        assertThat(reason(verifier.verify(issuer.token().signedBy(attackersKey).sign())))
                .isEqualTo(Reason.BAD_SIGNATURE);
        assertThat(verifier.verify(good)).isInstanceOf(Verified.class);
    }

    @Test
    @DisplayName("K-06, T-44: secrets and private keys in a key set never verify, and are reported")
    void secrets_and_private_keys_in_a_key_set_never_verify() {
        PrivateJwk secret = PrivateJwk.generate(Algorithm.HS256);
        PrivateJwk leaked = PrivateJwk.generate(Algorithm.ES256);
        issuer.answerKeysWith(set(List.of(
                secret.toJson(),
                leaked.toJson(),
                issuer.key(Algorithm.ES256).publicJwk().orElseThrow().toJson())));
        TokenVerifier verifier =
                open(verifier().algorithms(Algorithm.ES256, Algorithm.HS256).build());

        List<String> log = RecordedLog.of(
                () -> assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class));

        assertThat(log).anyMatch(line -> line.contains(leaked.keyId()));
        assertThat(reason(verifier.verify(issuer.token().signedBy(secret).sign())))
                .isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(reason(verifier.verify(issuer.token().signedBy(leaked).sign())))
                .isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    @DisplayName("K-06: 10,000 keys")
    void a_set_of_too_many_keys_is_refused() {
        issuer.answerKeysWith(Answer.json("{\"keys\":[" + "{},".repeat(9_999) + "{}]}"));
        TokenVerifier verifier = open(verifier().build());

        assertThat(reason(verifier.verify(issuer.token().sign()))).isEqualTo(Reason.KEYS_UNAVAILABLE);
    }

    @Test
    @DisplayName("T-45: two keys with one kid")
    void a_set_with_two_keys_of_one_kid_is_refused() {
        Map<String, Object> one =
                issuer.key(Algorithm.ES256).publicJwk().orElseThrow().toJson();
        Map<String, Object> other = new LinkedHashMap<>(
                PrivateJwk.generate(Algorithm.ES256).publicJwk().orElseThrow().toJson());
        other.put("kid", one.get("kid"));
        issuer.answerKeysWith(set(List.of(one, other)));
        TokenVerifier verifier = open(verifier().build());

        assertThat(reason(verifier.verify(issuer.token().sign()))).isEqualTo(Reason.KEYS_UNAVAILABLE);
    }

    static Stream<UnaryOperator<String>> otherIssuers() {
        return Stream.of(
                own -> own + "/",
                own -> own.replace("http", "HTTP"),
                own -> "https://evil.example",
                own -> own + ".evil.example",
                own -> "");
    }

    @ParameterizedTest
    @MethodSource("otherIssuers")
    @DisplayName("K-07: metadata that names another issuer")
    void metadata_of_another_issuer_is_refused(UnaryOperator<String> other) {
        issuer.answerMetadataWith(metadata("issuer", other.apply(issuer.issuer())));
        TokenVerifier verifier = open(verifier().build());

        assertThat(reason(verifier.verify(issuer.token().sign()))).isEqualTo(Reason.KEYS_UNAVAILABLE);
        assertThat(issuer.keyRequests()).isZero();
        assertThatThrownBy(() -> verifier().loadAtStart().build())
                .isInstanceOf(KeysUnavailableException.class)
                .hasMessageContaining("names another issuer");
    }

    @Test
    @DisplayName("K-07: a jwks_uri on another origin")
    void a_key_set_on_another_origin_is_only_fetched_when_it_was_allowed() {
        TestIssuer other = open(TestIssuer.start());
        issuer.answerMetadataWith(metadata("jwks_uri", other.jwksUri()));
        TokenVerifier strict = open(verifier().build());
        TokenVerifier told = open(verifier(keys().trustOrigin(URI.create(other.issuer()))));

        assertThat(reason(strict.verify(issuer.token().sign()))).isEqualTo(Reason.KEYS_UNAVAILABLE);
        assertThat(other.keyRequests()).isZero();
        String vouchedFor = issuer.token().signedBy(other.key(Algorithm.ES256)).sign();
        assertThat(told.verify(vouchedFor)).isInstanceOf(Verified.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/jwks",
                "file:///etc/passwd",
                "http://x@127.0.0.1/jwks",
                "jar:http://127.0.0.1!/",
                "http:///jwks"
            })
    @DisplayName("K-07: a jwks_uri that is no address of the issuer")
    void a_strange_jwks_uri_is_refused(String address) {
        issuer.answerMetadataWith(metadata("jwks_uri", address));

        assertThatThrownBy(() -> verifier().loadAtStart().build()).isInstanceOf(KeysUnavailableException.class);
        assertThat(issuer.keyRequests()).isZero();
    }

    @Test
    @DisplayName("K-07: a redirect is not followed")
    void redirects_are_not_followed() {
        TestIssuer other = open(TestIssuer.start());
        issuer.answerKeysWith(Answer.redirect(other.jwksUri()));
        assertThatThrownBy(() -> verifier().loadAtStart().build()).isInstanceOf(KeysUnavailableException.class);
        issuer.answerMetadataWith(Answer.redirect(other.issuer() + "/.well-known/oauth-authorization-server"));
        assertThatThrownBy(() -> verifier().loadAtStart().build()).isInstanceOf(KeysUnavailableException.class);

        assertThat(other.keyRequests() + other.metadataRequests()).isZero();
    }

    @Test
    void a_start_without_the_issuer_fails_in_plain_words() {
        issuer.goDown();

        assertThatThrownBy(() -> verifier().loadAtStart().build())
                .isInstanceOf(KeysUnavailableException.class)
                .hasMessageContaining("no keys of " + issuer.issuer());
    }

    @Test
    @DisplayName("K-09: keys rotate five times a second under load, and no valid token is refused")
    void no_valid_token_is_refused_while_keys_rotate() throws Exception {
        TokenVerifier warm = open(verifier().loadAtStart().build());
        AtomicInteger verified = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Collection<Verification> wrong = new ConcurrentLinkedQueue<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
        try {
            List<Future<?>> load = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                load.add(threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        String token = issuer.token().sign();
                        check(warm, token, wrong, verified);
                    }
                }));
            }
            while (System.nanoTime() < end) {
                Thread.sleep(200);
                issuer.rotateKey();
                TokenVerifier cold = verifier().build();
                check(cold, issuer.token().sign(), wrong, verified);
                cold.close();
            }
            for (Future<?> each : load) each.get();
        } finally {
            threads.shutdownNow();
        }
        assertThat(wrong).isEmpty();
        assertThat(verified.get()).isGreaterThan(100);
    }

    @Test
    void the_first_keys_come_although_every_thread_of_the_common_pool_waits_for_them() {
        TokenVerifier verifier = open(verifier().build());
        String token = issuer.token().sign();
        List<CompletableFuture<Verification>> waiting = new ArrayList<>();
        for (int i = 0; i <= ForkJoinPool.commonPool().getParallelism(); i++) {
            waiting.add(CompletableFuture.supplyAsync(() -> verifier.verify(token)));
        }

        for (CompletableFuture<Verification> each : waiting)
            assertThat(each.join()).isInstanceOf(Verified.class);
    }

    @Test
    void a_renewed_set_without_a_change_is_the_same_set() {
        RemoteJwkSet keys =
                open(keys().refreshInterval(Duration.ofSeconds(1)).loadAtStart().build());
        JwkSet first = keys.current();

        eventually(() -> issuer.keyRequests() >= 3);

        assertThat(keys.current()).isSameAs(first);
    }

    @Test
    void a_key_that_was_announced_is_known_before_it_signs_and_without_a_fetch() {
        RemoteJwkSet keys = open(keys().build());
        TokenVerifier verifier = verifier().keys(keys).build();
        assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);
        issuer.rotateKey();
        issuer.rotateKey();

        keys.announced(issuer.keys());
        issuer.goDown();

        assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);
        assertThat(issuer.keyRequests()).isEqualTo(1);
    }

    @Test
    void what_is_announced_during_a_fetch_is_newer_than_the_fetch() {
        RemoteJwkSet keys = open(keys().build());
        TokenVerifier verifier = verifier().keys(keys).build();
        String former = new String(issuer.keys().toJson(), StandardCharsets.UTF_8);
        var released = new CountDownLatch(1);
        issuer.answerKeysWith(Answer.json(former).heldUntil(released));
        CompletableFuture.runAsync(() -> verifier.verify(issuer.token().sign()));
        eventually(() -> issuer.keyRequests() == 1);

        issuer.rotateKey();
        issuer.rotateKey();
        keys.announced(issuer.keys());
        String later = issuer.token().sign();
        assertThat(verifier.verify(later)).isInstanceOf(Verified.class);
        issuer.answerNormally();
        released.countDown();

        eventually(() -> issuer.keyRequests() >= 2); // The first fetch has landed, and another has left after it.
        assertThat(verifier.verify(later)).isInstanceOf(Verified.class);
    }

    @Test
    @DisplayName("K-06: an announcement cannot change the key under a known kid, nor bring a secret")
    void an_announcement_is_held_to_the_rules_of_a_key_set() throws Exception {
        RemoteJwkSet keys = open(keys().loadAtStart().build());
        Map<String, Object> attackers =
                new LinkedHashMap<>(PrivateJwk.generate(Algorithm.ES256).toJson());
        attackers.put("kid", issuer.key(Algorithm.ES256).keyId());
        PrivateJwk attackersKey = PrivateJwk.parse(attackers);
        JwkSet known = keys.current();

        List<String> log = RecordedLog.of(() -> keys.announced(JwkSet.of(List.of(attackersKey.verificationKey()))));

        assertThat(log).anyMatch(line -> line.contains("ALARM"));
        assertThat(keys.current()).isSameAs(known);
        var secret = JwkSet.of(List.of(PrivateJwk.generate(Algorithm.HS256).verificationKey()));
        assertThatThrownBy(() -> keys.announced(secret)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_closed_source_ends_its_thread_and_trusts_no_one() {
        RemoteJwkSet keys = keys().build();
        TokenVerifier verifier = verifier().keys(keys).build();
        assertThat(verifier.verify(issuer.token().sign())).isInstanceOf(Verified.class);

        keys.close();

        assertThat(((Rejected) verifier.verify(issuer.token().sign())).detail()).isEqualTo("closed");
        eventually(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("handstamp-keys")));
    }

    @Test
    void a_bound_that_makes_no_sense_is_refused() {
        assertThatThrownBy(() -> keys().refreshInterval(Duration.ZERO)).hasMessageContaining("refreshInterval must be");
        assertThatThrownBy(() -> keys().maximumAge(Duration.ofDays(31))).hasMessageContaining("maximumAge must be");
        assertThatThrownBy(() -> keys().coolDown(Duration.ofMillis(999))).hasMessageContaining("coolDown must be");
    }

    private static void check(
            TokenVerifier verifier, String token, Collection<Verification> wrong, AtomicInteger verified) {
        Verification verification = verifier.verify(token);
        if (verification instanceof Verified) verified.incrementAndGet();
        else wrong.add(verification);
    }

    private static Answer set(List<Map<String, Object>> keys) {
        return Answer.json(Json.text(Map.of("keys", keys)));
    }

    private Answer metadata(String name, String value) {
        Map<String, Object> metadata = issuer.metadata();
        metadata.put(name, value);
        return Answer.json(Json.text(metadata));
    }

    private TokenVerifier.Builder verifier() {
        return verifier(issuer);
    }

    private static TokenVerifier.Builder verifier(TestIssuer issuer) {
        return TokenVerifier.builder().issuer(issuer.issuer()).audience("https://api.example");
    }

    private TokenVerifier verifier(RemoteJwkSet.Builder keys) {
        return verifier().keys(open(keys.build())).build();
    }

    private RemoteJwkSet.Builder keys() {
        return RemoteJwkSet.builder(issuer.issuer());
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    private static Reason reason(Verification verification) {
        assertThat(verification).isInstanceOf(Rejected.class);
        return ((Rejected) verification).reason();
    }

    private static <T> List<T> inParallel(int threads, int times, Callable<T> task) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int i = 0; i < times; i++) tasks.add(task);
            List<T> results = new ArrayList<>();
            for (Future<T> result : pool.invokeAll(tasks)) results.add(result.get());
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private static void eventually(BooleanSupplier condition) {
        assertThat(eventually(condition, Duration.ofSeconds(60))).isTrue();
    }

    private static boolean eventually(BooleanSupplier condition, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) return false;
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return true;
    }
}
