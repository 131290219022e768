package dev.handstamp.server.issuance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.MasterKey;
import dev.handstamp.server.crypto.NewKeys;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.UnusableMasterKey;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.key.KeySlot;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.key.SigningKey.State;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.SigningKeyStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The life of signing keys, on one kind of database, which two nodes share.
abstract class SigningKeysContract {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Audience ORDERS = new Audience("https://api.example/orders");
    private static final Audience STOCK = new Audience("https://api.example/stock");
    private static final KeySlot SHARED = KeySlot.of(Algorithm.HS256, STOCK);

    @TempDir
    Path directory;

    final AtomicReference<Instant> time = new AtomicReference<>(NOW);
    final Secrets secrets = new Secrets(new SecureRandom());
    final SigningKeyStore store = new SigningKeyStore();
    private final ApiStore apis = new ApiStore();
    KeyEncryption encryption;
    Database database;
    private Database elsewhere;
    SigningKeys keys;
    private SigningKeys otherNode;

    abstract DatabaseLocation emptyDatabase() throws Exception;

    @BeforeEach
    void open() throws Exception {
        DatabaseLocation location = emptyDatabase();
        database = Database.open(location);
        elsewhere = Database.open(location);
        encryption = encryption("master.key");
        keys = new SigningKeys(database, encryption, time::get);
        otherNode = new SigningKeys(elsewhere, encryption, time::get);
    }

    @AfterEach
    void close() {
        database.close();
        elsewhere.close();
    }

    @Test
    void the_first_start_remembers_the_master_key_and_later_ones_know_it_again() {
        keys.unlock();
        keys.unlock();
        otherNode.unlock();
        assertThat(database.read(store::checkValue)).contains(encryption.checkValue());
    }

    @Test
    void another_master_key_is_refused_and_nothing_is_written() {
        keys.unlock();
        keys.ensure(Author.named("test"));
        List<SigningKey> before = stored();
        SigningKeys wrong = new SigningKeys(database, encryption("other.key"), time::get);
        assertThatThrownBy(wrong::unlock)
                .isInstanceOf(UnusableMasterKey.class)
                .hasMessageContaining("nothing was changed");
        assertThat(stored()).isEqualTo(before);
        assertThat(database.read(store::checkValue)).contains(encryption.checkValue());
    }

    @Test
    void keys_without_a_check_value_still_tell_a_wrong_master_key() {
        keys.ensure(Author.named("test"));
        SigningKeys wrong = new SigningKeys(database, encryption("other.key"), time::get);
        assertThatThrownBy(wrong::unlock).isInstanceOf(UnusableMasterKey.class);
        assertThat(database.read(store::checkValue)).isEmpty();
        keys.unlock();
        assertThat(database.read(store::checkValue)).isPresent();
    }

    @Test
    void every_slot_in_use_gets_a_current_and_a_next_key_once() {
        register(ORDERS, Algorithm.ES256, Api.DEFAULT_TOKEN_LIFETIME);
        register(STOCK, Algorithm.HS256, Api.DEFAULT_TOKEN_LIFETIME);
        keys.ensure(Author.named("test"));
        for (KeySlot slot : List.of(KeySlot.DEFAULT, KeySlot.of(Algorithm.ES256, ORDERS), SHARED)) {
            assertThat(states(slot)).containsExactlyInAnyOrder(State.CURRENT, State.NEXT);
        }
        assertThat(stored()).hasSize(6);
        long position = database.read(new RevisionStore()::position).position();
        keys.ensure(Author.named("test"));
        assertThat(database.read(new RevisionStore()::position).position()).isEqualTo(position);
    }

    @Test
    void nodes_that_start_at_once_make_the_keys_once() throws Exception {
        atOnce(node -> node.ensure(Author.named("test")));
        assertThat(states(KeySlot.DEFAULT)).containsExactlyInAnyOrder(State.CURRENT, State.NEXT);
    }

    @Test
    void an_api_gets_its_keys_in_the_transaction_that_registers_it() {
        SigningKeys.Fresh fresh = keys.fresh(Algorithm.HS256, STOCK);
        database.inTransaction(tx -> {
            apis.insert(tx, api(STOCK, Algorithm.HS256, Api.DEFAULT_TOKEN_LIFETIME));
            keys.ensure(tx, fresh, NOW, Author.named("cli"));
            return true;
        });
        assertThat(states(SHARED)).containsExactlyInAnyOrder(State.CURRENT, State.NEXT);
    }

    @Test
    void a_rotation_lets_the_published_key_sign_and_keeps_the_old_one_published() {
        keys.ensure(Author.named("test"));
        SigningKey current = key(KeySlot.DEFAULT, State.CURRENT);
        SigningKey next = key(KeySlot.DEFAULT, State.NEXT);
        var rotated = (SigningKeys.Rotated) keys.rotate(List.of(KeySlot.DEFAULT), Author.named("test"));
        assertThat(rotated.current()).extracting(SigningKey::keyId).containsExactly(next.keyId());
        assertThat(key(KeySlot.DEFAULT, State.CURRENT).keyId()).isEqualTo(next.keyId());
        assertThat(key(KeySlot.DEFAULT, State.RETIRED).keyId()).isEqualTo(current.keyId());
        assertThat(key(KeySlot.DEFAULT, State.NEXT).keyId()).isNotIn(current.keyId(), next.keyId());
        assertThat(events())
                .extracting(AuditEvent::type, AuditEvent::target)
                .contains(
                        tuple(AuditEvent.Type.KEY_RETIRED, current.keyId()),
                        tuple(AuditEvent.Type.KEY_ACTIVATED, next.keyId()));
    }

    @Test
    void a_retired_key_stays_until_the_longest_lived_token_has_expired() {
        register(ORDERS, Algorithm.RS256, Duration.ofHours(2));
        keys.ensure(Author.named("test"));
        String retired = key(KeySlot.DEFAULT, State.CURRENT).keyId();
        keys.rotate(List.of(KeySlot.DEFAULT), Author.named("test"));
        time.set(NOW.plus(Duration.ofHours(2)).plusSeconds(60));
        assertThat(key(KeySlot.DEFAULT, State.RETIRED).keyId()).isEqualTo(retired);
        time.set(NOW.plus(Duration.ofHours(2)).plusSeconds(90));
        assertThat(states(KeySlot.DEFAULT)).contains(State.REMOVED).doesNotContain(State.RETIRED);
    }

    @Test
    void keys_turn_when_their_interval_is_over_and_shared_secrets_only_by_hand() {
        register(STOCK, Algorithm.HS256, Api.DEFAULT_TOKEN_LIFETIME);
        keys.ensure(Author.named("test"));
        String pair = key(KeySlot.DEFAULT, State.CURRENT).keyId();
        String secret = key(SHARED, State.CURRENT).keyId();

        time.set(NOW.plus(MONTH).minusSeconds(1));
        keys.rotateDue(MONTH, Author.named("server"));
        assertThat(key(KeySlot.DEFAULT, State.CURRENT).keyId()).isEqualTo(pair);

        time.set(NOW.plus(MONTH));
        keys.rotateDue(MONTH, Author.named("server"));
        assertThat(key(KeySlot.DEFAULT, State.CURRENT).keyId()).isNotEqualTo(pair);
        assertThat(key(SHARED, State.CURRENT).keyId()).isEqualTo(secret);

        keys.rotate(List.of(SHARED), Author.named("cli"));
        assertThat(key(SHARED, State.CURRENT).keyId()).isNotEqualTo(secret);
    }

    @Test
    @DisplayName("S-11: a clock that jumps to and fro turns the keys once, not at every jump")
    void a_jumping_clock_does_not_make_rotations_storm() {
        keys.ensure(Author.named("test"));
        String next = key(KeySlot.DEFAULT, State.NEXT).keyId();
        for (int i = 0; i < 10; i++) {
            time.set(NOW.plus(MONTH.multipliedBy(2)));
            keys.rotateDue(MONTH, Author.named("server"));
            otherNode.rotateDue(MONTH, Author.named("server"));
            time.set(NOW.minus(MONTH));
            keys.rotateDue(MONTH, Author.named("server"));
            otherNode.rotateDue(MONTH, Author.named("server"));
        }
        time.set(NOW.plus(MONTH.multipliedBy(2)));
        assertThat(key(KeySlot.DEFAULT, State.CURRENT).keyId()).isEqualTo(next);
        assertThat(states(KeySlot.DEFAULT)).containsExactlyInAnyOrder(State.RETIRED, State.CURRENT, State.NEXT);
    }

    @Test
    void two_nodes_that_find_a_rotation_due_at_once_turn_once() throws Exception {
        keys.ensure(Author.named("test"));
        String next = key(KeySlot.DEFAULT, State.NEXT).keyId();
        time.set(NOW.plus(MONTH));
        atOnce(node -> node.rotateDue(MONTH, Author.named("server")));
        assertThat(states(KeySlot.DEFAULT)).containsExactlyInAnyOrder(State.RETIRED, State.CURRENT, State.NEXT);
        assertThat(key(KeySlot.DEFAULT, State.CURRENT).keyId()).isEqualTo(next);
    }

    @Test
    void a_node_whose_clock_is_behind_sees_the_same_current_key() {
        keys.ensure(Author.named("test"));
        time.set(NOW.plusSeconds(10));
        keys.rotate(List.of(KeySlot.DEFAULT), Author.named("test"));
        String current = key(KeySlot.DEFAULT, State.CURRENT).keyId();
        time.set(NOW.minusSeconds(3600));
        assertThat(key(KeySlot.DEFAULT, State.CURRENT).keyId()).isEqualTo(current);
    }

    @Test
    void a_current_key_that_is_withdrawn_is_gone_at_once_and_the_next_one_signs() {
        keys.ensure(Author.named("test"));
        String current = key(KeySlot.DEFAULT, State.CURRENT).keyId();
        String next = key(KeySlot.DEFAULT, State.NEXT).keyId();
        var retired = (SigningKeys.Retired) keys.retire(current, Author.named("cli"));
        assertThat(retired.key().stateAt(NOW)).isEqualTo(State.REMOVED);
        assertThat(retired.successor()).map(SigningKey::keyId).contains(next);
        assertThat(states(KeySlot.DEFAULT)).containsExactlyInAnyOrder(State.REMOVED, State.CURRENT, State.NEXT);
        assertThat(events()).extracting(AuditEvent::type).contains(AuditEvent.Type.KEY_REMOVED);
    }

    @Test
    void a_next_or_a_retired_key_can_be_withdrawn_too() {
        keys.ensure(Author.named("test"));
        String next = key(KeySlot.DEFAULT, State.NEXT).keyId();
        assertThat(keys.retire(next, Author.named("cli"))).isInstanceOf(SigningKeys.Retired.class);
        assertThat(key(KeySlot.DEFAULT, State.NEXT).keyId()).isNotEqualTo(next);
        keys.rotate(List.of(KeySlot.DEFAULT), Author.named("cli"));
        String retired = key(KeySlot.DEFAULT, State.RETIRED).keyId();
        assertThat(keys.retire(retired, Author.named("cli"))).isInstanceOf(SigningKeys.Retired.class);
        assertThat(states(KeySlot.DEFAULT)).doesNotContain(State.RETIRED);
        assertThat(keys.retire(retired, Author.named("cli"))).isEqualTo(new SigningKeys.UnknownKey());
        assertThat(keys.retire("unknown", Author.named("cli"))).isEqualTo(new SigningKeys.UnknownKey());
    }

    @Test
    void a_rotation_that_would_publish_more_keys_than_a_verifier_takes_is_refused() {
        keys.ensure(Author.named("test"));
        NewKeys newKeys = new NewKeys(encryption);
        int missing = SigningKeys.MOST_PUBLISHED - 2 * KeySlot.inUse(List.of()).size();
        database.inTransaction(tx -> {
            for (int i = 0; i < missing; i++) {
                store.insert(tx, newKeys.generate(Algorithm.EDDSA, Optional.empty(), NOW));
            }
            return true;
        });
        String current = key(KeySlot.DEFAULT, State.CURRENT).keyId();
        assertThat(keys.rotate(List.of(KeySlot.DEFAULT), Author.named("cli")))
                .isEqualTo(new SigningKeys.TooManyPublished(SigningKeys.MOST_PUBLISHED));
        assertThat(key(KeySlot.DEFAULT, State.CURRENT).keyId()).isEqualTo(current);
    }

    private interface Step {
        void on(SigningKeys node);
    }

    private void atOnce(Step step) throws Exception {
        List<SigningKeys> nodes = List.of(keys, otherNode, keys, otherNode);
        CyclicBarrier barrier = new CyclicBarrier(nodes.size());
        try (var threads = Executors.newFixedThreadPool(nodes.size())) {
            List<Future<?>> done = new ArrayList<>();
            for (SigningKeys node : nodes) {
                done.add(threads.submit(() -> {
                    barrier.await();
                    step.on(node);
                    return true;
                }));
            }
            for (Future<?> each : done) each.get();
        }
    }

    void register(Audience audience, Algorithm algorithm, Duration lifetime) {
        boolean isNew = database.inTransaction(tx -> apis.insert(tx, api(audience, algorithm, lifetime)));
        assertThat(isNew).isTrue();
    }

    private Api api(Audience audience, Algorithm algorithm, Duration lifetime) {
        return new Api(
                audience,
                Scopes.NONE,
                algorithm,
                lifetime,
                List.of(),
                secrets.clientSecret().hash(),
                NOW);
    }

    private KeyEncryption encryption(String file) {
        return new KeyEncryption(
                MasterKey.readOrMake(directory.resolve(file), secrets).key(), secrets);
    }

    List<SigningKey> stored() {
        return database.read(store::list);
    }

    private List<State> states(KeySlot slot) {
        return stored().stream()
                .filter(key -> key.slot().equals(slot))
                .map(key -> key.stateAt(time.get()))
                .toList();
    }

    private SigningKey key(KeySlot slot, State state) {
        Map<State, SigningKey> byState = stored().stream()
                .filter(key -> key.slot().equals(slot) && key.stateAt(time.get()) != State.REMOVED)
                .collect(Collectors.toMap(key -> key.stateAt(time.get()), key -> key));
        assertThat(byState).containsKey(state);
        return byState.get(state);
    }

    private List<AuditEvent> events() {
        return database.read(tx -> new AuditStore().list(tx, Instant.EPOCH, 1000));
    }
}
