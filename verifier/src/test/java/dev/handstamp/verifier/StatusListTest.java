package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestIssuer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class StatusListTest {

    private static final String API = "https://api.example";

    private final TestIssuer issuer = TestIssuer.start();
    private final HttpServer host;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile byte[] answer = new byte[0];
    private final StatusList list;
    private final TokenVerifier verifier;

    StatusListTest() throws IOException {
        host = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 50);
        host.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(answer.length == 0 ? 503 : 200, answer.length == 0 ? -1 : answer.length);
            if (answer.length > 0) exchange.getResponseBody().write(answer);
            exchange.close();
        });
        host.start();
        list = StatusList.builder(issuer.issuer())
                .trustOrigin(URI.create(address()))
                .build();
        verifier = TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience(API)
                .revocation(list)
                .build();
        publish(claims -> {});
    }

    @AfterEach
    void end() {
        verifier.close();
        list.close();
        host.stop(0);
        issuer.close();
    }

    @Test
    void a_token_is_good_as_long_as_its_bit_is_zero() {
        assertThat(verify(0)).isEqualTo(Reason.REVOKED);
        assertThat(verify(1)).isNull();
        assertThat(verify(3)).isEqualTo(Reason.REVOKED);
        assertThat(verify(6)).isNull();
        assertThat(requests.get()).isEqualTo(1);
    }

    @Test
    @DisplayName("T-43: an index beyond the list, negative or no number is a failure, never valid")
    void an_index_that_is_not_in_the_list_is_refused() {
        assertThat(verify(16)).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        assertThat(verify(-1)).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        assertThat(verify(Long.MAX_VALUE)).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        for (Object wrong : List.of("1", new java.math.BigDecimal("1.5"), true, Map.of())) {
            Map<String, Object> status = Map.of("status_list", Map.of("uri", address(), "idx", wrong));
            assertThat(reason(verifier.verify(
                            issuer.token().claim("status", status).sign())))
                    .isEqualTo(Reason.MALFORMED_CLAIMS);
        }
    }

    @Test
    void a_token_that_names_no_list_is_refused_unless_allowed() {
        assertThat(reason(verifier.verify(issuer.token().sign()))).isEqualTo(Reason.MISSING_CLAIM);
        try (StatusList lenient = StatusList.builder(issuer.issuer())
                        .acceptWithoutStatus()
                        .build();
                TokenVerifier other = TokenVerifier.builder()
                        .issuer(issuer.issuer())
                        .audience(API)
                        .revocation(lenient)
                        .build()) {
            assertThat(other.verify(issuer.token().sign())).isInstanceOf(Verified.class);
        }
    }

    @Test
    void a_list_on_another_origin_is_not_fetched() {
        Map<String, Object> status = Map.of("status_list", Map.of("uri", issuer.issuer() + "0/list", "idx", 1));
        assertThat(reason(verifier.verify(issuer.token().claim("status", status).sign())))
                .isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        assertThat(requests.get()).isZero();
    }

    @Test
    @DisplayName("T-43: a list of another type, subject, issuer, time or signature is refused")
    void a_wrong_list_is_refused() {
        long now = Instant.now().getEpochSecond();
        List<Consumer<Map<String, Object>>> wrong = List.of(
                claims -> claims.put("sub", address() + "/other"),
                claims -> claims.remove("sub"),
                claims -> claims.put("iss", "https://other.example"),
                claims -> claims.put("exp", now - 1),
                claims -> claims.put("exp", "never"),
                claims -> claims.put("iat", now + 3600),
                claims -> claims.remove("iat"),
                claims -> claims.put("ttl", 0),
                claims -> claims.put("status_list", Map.of("bits", 3, "lst", "eNrbuRgAAhcBXQ")),
                claims -> claims.remove("status_list"));
        for (int i = 0; i < wrong.size(); i++) {
            assertThat(with(wrong.get(i))).as("case %d", i).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        }
        answer = signed(issuer.key(Algorithm.ES256), "at+jwt", claims());
        assertThat(fresh()).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        answer = signed(PrivateJwk.generate(Algorithm.ES256), "statuslist+jwt", claims());
        assertThat(fresh()).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        answer = "<!doctype html>".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(fresh()).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        assertThat(with(claims -> {})).isNull();
    }

    @Test
    void a_list_that_cannot_be_had_refuses_and_is_not_asked_for_at_every_request() {
        answer = new byte[0];
        for (int i = 0; i < 20; i++) assertThat(verify(1)).isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        assertThat(requests.get()).isLessThan(5);
    }

    @Test
    void many_who_ask_at_once_cause_one_fetch() throws Exception {
        var threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Reason>> asking = java.util.Collections.nCopies(64, () -> verify(1));
            for (Future<Reason> answered : threads.invokeAll(asking))
                assertThat(answered.get()).isNull();
        } finally {
            threads.shutdownNow();
        }
        assertThat(requests.get()).isEqualTo(1);
    }

    @Test
    void a_revocation_is_known_when_the_ttl_is_over() {
        publish(claims -> claims.put("ttl", 1));
        assertThat(verify(1)).isNull();

        publish(claims -> claims.put("status_list", Map.of("bits", 1, "lst", deflated(new byte[] {2}))));

        Deadline deadline = Deadline.in(Duration.ofSeconds(60));
        while (verify(1) != Reason.REVOKED) assertThat(deadline.isOver()).isFalse();
    }

    @Test
    @DisplayName("T-43: a list that inflates to gigabytes is refused")
    void a_bomb_is_refused() {
        String bomb = deflated(new byte[Statuses.MAXIMUM_BYTES + 1]);
        assertThat(with(claims -> claims.put("status_list", Map.of("bits", 1, "lst", bomb))))
                .isEqualTo(Reason.REVOCATIONS_UNKNOWN);
        String greatest = deflated(new byte[Statuses.MAXIMUM_BYTES]);
        assertThat(with(claims -> claims.put("status_list", Map.of("bits", 1, "lst", greatest))))
                .isNull();
    }

    @Test
    @DisplayName("Token Status List §4.1, §5.1 and the section Test vectors")
    void the_examples_of_the_specification() throws Exception {
        List<?> cases = (List<?>) read("short.json").get("cases");
        for (Object each : cases) {
            var vector = (Map<?, ?>) each;
            Statuses statuses = Statuses.parse(vector);
            List<?> expected = (List<?>) vector.get("expected");
            for (int i = 0; i < expected.size(); i++) {
                assertThat((long) statuses.at(i)).isEqualTo(expected.get(i));
            }
        }
        for (String file : List.of("long_1bit.json", "long_2bit.json")) {
            Map<String, Object> vector = read(file);
            Statuses statuses = Statuses.parse(vector);
            Map<?, ?> expected = (Map<?, ?>) vector.get("expected");
            for (long i = 0; i < 1 << 20; i++) {
                Object wanted = expected.containsKey(Long.toString(i)) ? expected.get(Long.toString(i)) : 0L;
                if (!wanted.equals((long) statuses.at(i))) throw new AssertionError(file + " at " + i);
            }
        }
    }

    @Test
    @DisplayName("T-43: crafted lists and indexes")
    void the_crafted_vectors() throws Exception {
        List<?> cases = (List<?>) read("crafted.json").get("cases");
        assertThat(cases).hasSizeGreaterThan(15);
        for (Object each : cases) {
            var vector = (Map<?, ?>) each;
            var members = (Map<?, ?>) vector.get("status_list");
            if (vector.get("expect") instanceof Long expected) {
                assertThat((long) Statuses.parse(members).at((Long) vector.get("idx")))
                        .as("%s", vector.get("id"))
                        .isEqualTo(expected);
            } else if (vector.get("idx") instanceof Long index) {
                assertThatThrownBy(() -> Statuses.parse(members).at(index))
                        .as("%s", vector.get("id"))
                        .isInstanceOf(UnusableAnswerException.class);
            } else {
                Map<String, Object> reference = new HashMap<>(Map.of("uri", address()));
                reference.put("idx", vector.get("idx"));
                assertThat(reason(verifier.verify(issuer.token()
                                .claim("status", Map.of("status_list", reference))
                                .sign())))
                        .as("%s", vector.get("id"))
                        .isEqualTo(Reason.MALFORMED_CLAIMS);
            }
        }
    }

    private String address() {
        return "http://127.0.0.1:" + host.getAddress().getPort() + "/lists/1";
    }

    private Reason verify(long index) {
        return verify(verifier, index);
    }

    private Reason verify(TokenVerifier asked, long index) {
        Map<String, Object> status = Map.of("status_list", Map.of("uri", address(), "idx", index));
        return reason(asked.verify(issuer.token().claim("status", status).sign()));
    }

    /// What a verifier that knows no list yet says of the token at 1.
    private Reason fresh() {
        try (StatusList reader = StatusList.builder(issuer.issuer())
                        .trustOrigin(URI.create(address()))
                        .build();
                TokenVerifier other = TokenVerifier.builder()
                        .issuer(issuer.issuer())
                        .audience(API)
                        .revocation(reader)
                        .build()) {
            return verify(other, 1);
        }
    }

    private Reason with(Consumer<Map<String, Object>> change) {
        publish(change);
        return fresh();
    }

    private void publish(Consumer<Map<String, Object>> change) {
        Map<String, Object> claims = claims();
        change.accept(claims);
        answer = signed(issuer.key(Algorithm.ES256), "statuslist+jwt", claims);
    }

    private Map<String, Object> claims() {
        Map<String, Object> claims = new HashMap<>();
        claims.put("sub", address());
        claims.put("iat", Instant.now().getEpochSecond());
        claims.put("exp", Instant.now().getEpochSecond() + 3600);
        claims.put("ttl", 300);
        claims.put("status_list", Map.of("bits", 1, "lst", "eNrbuRgAAhcBXQ"));
        return claims;
    }

    private static byte[] signed(PrivateJwk key, String type, Map<String, Object> claims) {
        return new JwsSigner(key, type).sign(Json.write(claims)).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static String deflated(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(out)) {
            deflater.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
    }

    private static Map<String, Object> read(String file) throws Exception {
        try (var in = StatusListTest.class.getResourceAsStream("/vectors/status-list/" + file)) {
            return Json.parseObject(in.readAllBytes());
        }
    }

    private static Reason reason(Verification verification) {
        return verification instanceof Rejected rejected ? rejected.reason() : null;
    }
}
