package dev.handstamp.server.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.ClientSite;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.outbound.OutboundHttp.Reach;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A client's keys behind an address, fetched from a real server on loopback.
class ClientKeySetsTest {

    private static final PrivateJwk ONE = PrivateJwk.generate(Algorithm.ES256);
    private static final PrivateJwk OTHER = PrivateJwk.generate(Algorithm.ES256);
    private static final Duration A_WHILE = ClientKeySets.COOL_DOWN.plusSeconds(1);

    private final ClientSite site = new ClientSite();
    private final AtomicLong time = new AtomicLong();
    private final ClientKeySets sets = new ClientKeySets(outbound(Reach.PRIVATE_TOO), time::get);
    private final Client client = client(site.url("/keys"));

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void a_set_is_asked_for_once_and_kept() {
        publish(ONE);
        for (int i = 0; i < 5; i++) assertThat(find(ONE)).isTrue();
        pass(Duration.ofMinutes(9));
        assertThat(find(ONE)).isTrue();
        assertThat(asked()).isEqualTo(1);
        pass(Duration.ofMinutes(2));
        assertThat(find(ONE)).isTrue();
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    @DisplayName("K-04: a storm of unknown kids makes one request in a cool-down")
    void an_unknown_key_has_the_set_fetched_anew_but_not_at_once() {
        publish(ONE);
        assertThat(find(ONE)).isTrue();
        publish(ONE, OTHER);
        for (int i = 0; i < 100; i++) assertThat(find(OTHER)).isFalse();
        assertThat(asked()).isEqualTo(1);
        pass(A_WHILE);
        assertThat(find(OTHER)).isTrue();
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void whoever_needs_a_set_at_the_same_time_waits_for_one_request() throws Exception {
        publish(ONE);
        site.shut();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> found = IntStream.range(0, 20)
                    .mapToObj(_ -> many.submit(() -> find(ONE)))
                    .toList();
            while (asked() == 0) Thread.onSpinWait();
            site.open();
            for (Future<Boolean> each : found) assertThat(each.get()).isTrue();
        }
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    @DisplayName("K-05: the last good set goes on while a client is down, or answers rubbish, for a day")
    void the_last_good_set_is_kept_for_a_day() {
        publish(ONE);
        assertThat(find(ONE)).isTrue();
        for (String rubbish :
                List.of("", "<html>", "{\"keys\":[]}", "[]", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}")) {
            site.put(rubbish.isEmpty() ? 500 : 200, "/keys", rubbish);
            pass(Duration.ofHours(2));
            assertThat(find(ONE)).as(rubbish).isTrue();
        }
        pass(Duration.ofHours(15));
        assertThat(find(ONE)).isFalse();
        publish(ONE);
        pass(A_WHILE);
        assertThat(find(ONE)).isTrue();
    }

    @Test
    void a_client_says_how_long_its_set_may_be_kept_within_an_hour() {
        site.put("/keys", set(ONE), "Cache-Control", "public, max-age=60");
        assertThat(find(ONE)).isTrue();
        pass(Duration.ofSeconds(61));
        assertThat(find(ONE)).isTrue();
        assertThat(asked()).isEqualTo(2);
        site.put("/keys", set(ONE), "Cache-Control", "max-age=999999");
        pass(Duration.ofSeconds(61));
        assertThat(find(ONE)).isTrue();
        pass(Duration.ofMinutes(59));
        assertThat(find(ONE)).isTrue();
        assertThat(asked()).isEqualTo(3);
        pass(Duration.ofMinutes(2));
        assertThat(find(ONE)).isTrue();
        assertThat(asked()).isEqualTo(4);
    }

    @Test
    @DisplayName("K-01: an address inside is never asked")
    void an_address_inside_is_never_asked() {
        publish(ONE);
        ClientKeySets filtered = new ClientKeySets(outbound(Reach.PUBLIC_ONLY), time::get);
        assertThat(filtered.find(client, Optional.of(ONE.keyId()), Algorithm.ES256))
                .isEmpty();
        assertThat(asked()).isZero();
    }

    private static OutboundHttp outbound(Reach reach) {
        try {
            return OutboundHttp.of(reach, Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean find(PrivateJwk key) {
        return sets.find(client, Optional.of(key.keyId()), Algorithm.ES256).isPresent();
    }

    private int asked() {
        return site.asked("/keys");
    }

    private void pass(Duration duration) {
        time.addAndGet(duration.toNanos());
    }

    private void publish(PrivateJwk... keys) {
        site.put("/keys", set(keys));
    }

    private static String set(PrivateJwk... keys) {
        return Json.text(Map.of(
                "keys",
                Arrays.stream(keys)
                        .map(key -> key.publicJwk().orElseThrow().toJson())
                        .toList()));
    }

    private static Client client(String address) {
        return new Client(
                new ClientId("keyed"),
                Set.of(),
                Set.of(),
                Scopes.NONE,
                Optional.empty(),
                Redirection.NONE,
                (ClientMetadata) ClientMetadata.parse(
                        Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks_uri", address)),
                Instant.EPOCH);
    }
}
