package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.KeySchedule;
import dev.handstamp.server.domain.key.SigningKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class KeyRingTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Duration RETENTION = Duration.ofMinutes(7);
    private static final String ISSUER = "https://login.example";
    private static final Audience ORDERS = new Audience("https://api.example/orders");
    private static final Audience STOCK = new Audience("https://api.example/stock");

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final KeyEncryption encryption = new KeyEncryption(masterKey(), secrets);
    private final NewKeys newKeys = new NewKeys(encryption);

    @Test
    void an_empty_ring_signs_nothing_and_publishes_an_empty_set() {
        assertThat(KeyRing.EMPTY.signer(Algorithm.RS256, ORDERS, "at+jwt")).isEmpty();
        assertThat(KeyRing.EMPTY.jwksJson()).asString().isEqualTo("{\"keys\":[]}");
    }

    @Test
    void the_current_key_signs_and_next_current_and_retired_ones_are_published() {
        SigningKey next = generate(Algorithm.ES256);
        SigningKey current = activated(generate(Algorithm.ES256));
        SigningKey retired = retired(activated(generate(Algorithm.ES256)), NOW.plus(RETENTION));
        SigningKey removed = retired(activated(generate(Algorithm.ES256)), NOW);
        KeyRing ring = ring(next, current, retired, removed);

        assertThat(signer(ring, Algorithm.ES256, ORDERS).keyId()).isEqualTo(current.keyId());
        assertThat(signer(ring, Algorithm.ES256, STOCK).keyId()).isEqualTo(current.keyId());
        assertThat(keyIds(ring)).containsExactlyInAnyOrder(next.keyId(), current.keyId(), retired.keyId());
    }

    @Test
    void a_key_that_is_next_does_not_sign() {
        assertThat(ring(generate(Algorithm.ES256)).signer(Algorithm.ES256, ORDERS, "at+jwt"))
                .isEmpty();
    }

    @Test
    void a_shared_secret_signs_for_its_api_only_and_is_never_published() {
        KeyRing ring = ring(activated(generate(Algorithm.HS256, ORDERS)), generate(Algorithm.HS256, ORDERS));
        assertThat(ring.signer(Algorithm.HS256, ORDERS, "at+jwt")).isPresent();
        assertThat(ring.signer(Algorithm.HS256, STOCK, "at+jwt")).isEmpty();
        assertThat(ring.signer(Algorithm.RS256, ORDERS, "at+jwt")).isEmpty();
        assertThat(ring.jwksJson()).asString().isEqualTo("{\"keys\":[]}");
    }

    @Test
    void a_retired_key_leaves_the_set_when_its_last_token_has_expired() {
        SigningKey retired = retired(activated(generate(Algorithm.ES256)), NOW.plus(RETENTION));
        KeyRing ring = ring(retired, activated(generate(Algorithm.ES256)));
        assertThat(ring.at(NOW.plus(RETENTION).minusNanos(1))).isSameAs(ring);
        assertThat(keyIds(ring.at(NOW.plus(RETENTION)))).hasSize(1).doesNotContain(retired.keyId());
    }

    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA", "HS256"})
    void no_private_part_is_published_in_any_state_of_a_keys_life(Algorithm algorithm) {
        List<SigningKey> keys = new ArrayList<>();
        Instant now = NOW;
        for (int rotation = 0; rotation < 4; rotation++) {
            List<SigningKey> fresh = List.of(generate(algorithm, ORDERS), generate(algorithm, ORDERS));
            KeySchedule.Change change = new KeySchedule(keys).rotate(fresh, RETENTION, now);
            for (SigningKey changed : change.changed())
                keys.replaceAll(key -> key.keyId().equals(changed.keyId()) ? changed : key);
            keys.addAll(change.created());
            assertThatNothingPrivateIsIn(KeyRing.of(keys, encryption, KeyRing.EMPTY, now), keys);
            now = now.plusSeconds(200);
            assertThatNothingPrivateIsIn(KeyRing.of(keys, encryption, KeyRing.EMPTY, now), keys);
        }
    }

    @Test
    void the_keys_of_the_ring_before_are_not_opened_again() {
        SigningKey known = activated(generate(Algorithm.ES256));
        KeyRing ring = ring(known);
        KeyEncryption blind = new KeyEncryption(masterKey(), secrets);
        SigningKey retired = retired(known, NOW.plus(RETENTION));
        assertThat(keyIds(KeyRing.of(List.of(retired), blind, ring, NOW))).containsExactly(known.keyId());
        assertThatThrownBy(() -> KeyRing.of(List.of(generate(Algorithm.ES256)), blind, ring, NOW))
                .isInstanceOf(DamagedKey.class);
    }

    @Test
    void a_row_whose_ciphertext_or_api_changed_is_opened_again_and_refused() {
        SigningKey orders = activated(generate(Algorithm.HS256, ORDERS));
        SigningKey stock = activated(generate(Algorithm.HS256, STOCK));
        KeyRing ring = ring(orders, stock);
        SigningKey swapped = row(orders, stock.encryptedKey(), orders.api());
        SigningKey moved = row(orders, orders.encryptedKey(), Optional.of(STOCK));
        for (SigningKey damaged : List.of(swapped, moved)) {
            assertThatThrownBy(() -> KeyRing.of(List.of(damaged), encryption, ring, NOW))
                    .isInstanceOf(DamagedKey.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RS256", "ES256", "EDDSA", "HS256"})
    void a_token_of_the_ring_passes_its_check(Algorithm algorithm) {
        KeyRing ring = ring(activated(generate(algorithm, ORDERS)), activated(generate(Algorithm.HS256, STOCK)));
        String token = signer(ring, algorithm, ORDERS).sign(claims(ORDERS.value()));
        assertThat(check(ring, token)).isInstanceOf(Verified.class);
    }

    @Test
    void the_holder_of_a_shared_secret_cannot_make_tokens_for_another_api() {
        KeyRing ring = ring(
                activated(generate(Algorithm.HS256, ORDERS)),
                activated(generate(Algorithm.HS256, STOCK)),
                activated(generate(Algorithm.RS256)));
        JwsSigner stolen = signer(ring, Algorithm.HS256, ORDERS);
        for (Object audience : List.of(
                STOCK.value(), List.of(ORDERS.value(), STOCK.value()), List.of(STOCK.value(), ORDERS.value()))) {
            assertThat(check(ring, stolen.sign(claims(audience))))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.WRONG_AUDIENCE));
        }
        assertThat(check(ring, stolen.sign(claims(List.of(ORDERS.value()))))).isInstanceOf(Verified.class);
    }

    @Test
    void a_ring_of_more_shared_secrets_than_a_set_may_hold_still_checks() {
        List<SigningKey> keys = new ArrayList<>();
        for (int i = 0; i < 300; i++)
            keys.add(activated(generate(Algorithm.HS256, new Audience("https://api.example/" + i))));
        KeyRing ring = ring(keys.toArray(SigningKey[]::new));
        Audience api = new Audience("https://api.example/299");
        assertThat(check(ring, signer(ring, Algorithm.HS256, api).sign(claims(api.value()))))
                .isInstanceOf(Verified.class);
    }

    @Test
    void malformed_and_foreign_tokens_are_refused() {
        KeyRing ring = ring(activated(generate(Algorithm.HS256, ORDERS)), activated(generate(Algorithm.RS256)));
        KeyRing other = ring(activated(generate(Algorithm.RS256)));
        String foreign = signer(other, Algorithm.RS256, ORDERS).sign(claims(ORDERS.value()));
        for (String token : List.of("", ".", "..", "a.b.c", foreign, foreign + "x", "x".repeat(100_000))) {
            assertThat(check(ring, token)).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void a_ring_prints_no_key() {
        SigningKey key = activated(generate(Algorithm.HS256, ORDERS));
        String secret = (String) encryption.decrypt(key).toJson().get("k");
        assertThat(ring(key).toString()).contains(key.keyId()).doesNotContain(secret);
    }

    private void assertThatNothingPrivateIsIn(KeyRing ring, List<SigningKey> keys) {
        String json = new String(ring.jwksJson(), StandardCharsets.UTF_8);
        for (String name : List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")) {
            assertThat(json).doesNotContain("\"" + name + "\":");
        }
        for (SigningKey key : keys) {
            PrivateJwk opened = encryption.decrypt(key);
            Map<String, Object> published =
                    opened.publicJwk().map(jwk -> jwk.toJson()).orElse(Map.of());
            opened.toJson().forEach((name, value) -> {
                if (!published.containsKey(name) && ((String) value).length() > 8)
                    assertThat(json).doesNotContain((String) value);
            });
        }
        assertThat(ring.published().keys())
                .allSatisfy(key -> assertThat(json).contains("\"kid\":\"" + key.keyId() + "\""));
    }

    private static Verification check(KeyRing ring, String token) {
        TokenPolicy policy = TokenPolicy.builder()
                .issuer(ISSUER)
                .anyAudience()
                .algorithms(Algorithm.RS256, Algorithm.ES256, Algorithm.EDDSA, Algorithm.HS256)
                .build();
        return ring.check(token, policy, NOW.plusSeconds(1));
    }

    private static byte[] claims(Object audience) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("sub", "usr_vera");
        claims.put("aud", audience);
        claims.put("client_id", "shop");
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.getEpochSecond() + 300);
        claims.put("jti", "one");
        return Json.write(claims);
    }

    private static JwsSigner signer(KeyRing ring, Algorithm algorithm, Audience api) {
        return ring.signer(algorithm, api, "at+jwt").orElseThrow();
    }

    private static List<String> keyIds(KeyRing ring) {
        return ring.published().keys().stream().map(key -> key.keyId()).toList();
    }

    private KeyRing ring(SigningKey... keys) {
        return KeyRing.of(List.of(keys), encryption, KeyRing.EMPTY, NOW);
    }

    private SigningKey generate(Algorithm algorithm) {
        return newKeys.generate(algorithm, Optional.empty(), NOW);
    }

    private SigningKey generate(Algorithm algorithm, Audience api) {
        return newKeys.generate(algorithm, Optional.of(api), NOW);
    }

    private MasterKey masterKey() {
        return MasterKey.parse("test", Base64.getUrlEncoder().encodeToString(secrets.bytes(32)));
    }

    private static SigningKey activated(SigningKey key) {
        return new SigningKey(
                key.keyId(),
                key.algorithm(),
                key.api(),
                key.encryptedKey(),
                key.createdAt(),
                Optional.of(NOW),
                Optional.empty(),
                Optional.empty());
    }

    private static SigningKey retired(SigningKey key, Instant removedAt) {
        return new SigningKey(
                key.keyId(),
                key.algorithm(),
                key.api(),
                key.encryptedKey(),
                key.createdAt(),
                key.activatedAt(),
                Optional.of(NOW),
                Optional.of(removedAt));
    }

    private static SigningKey row(SigningKey key, String encryptedKey, Optional<Audience> api) {
        return new SigningKey(
                key.keyId(),
                key.algorithm(),
                api,
                encryptedKey,
                key.createdAt(),
                key.activatedAt(),
                key.retiredAt(),
                key.removedAt());
    }
}
