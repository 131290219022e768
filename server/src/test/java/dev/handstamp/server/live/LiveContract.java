package dev.handstamp.server.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.MasterKey;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.KeySlot;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.StoreClosed;
import dev.handstamp.server.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the server knows, on one kind of database. `elsewhere` stands for another node or the command line.
abstract class LiveContract {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path directory;

    private final AtomicReference<Instant> time = new AtomicReference<>(NOW);
    private final Secrets secrets = new Secrets(new SecureRandom());
    private final RoleStore roles = new RoleStore();
    private final RevocationStore revocations = new RevocationStore();
    private KeyEncryption encryption;
    private Database database;
    private Database elsewhere;
    private Live live;

    abstract DatabaseLocation emptyDatabase() throws Exception;

    @BeforeEach
    void open() throws Exception {
        DatabaseLocation location = emptyDatabase();
        database = Database.open(location);
        elsewhere = Database.open(location);
        encryption = new KeyEncryption(
                MasterKey.readOrMake(directory.resolve("master.key"), secrets).key(), secrets);
        live = new Live(database, encryption, time::get);
    }

    @AfterEach
    void close() {
        live.close();
        database.close();
        elsewhere.close();
    }

    @Test
    void a_change_committed_elsewhere_is_known_to_the_next_call() {
        for (int i = 0; i < 100; i++) {
            Role role = role("role-" + i);
            put(role);
            assertThat(live.current().directory().role(role.name())).contains(role);
        }
    }

    @Test
    void a_revocation_committed_elsewhere_is_known_to_the_next_call() {
        for (int i = 0; i < 100; i++) {
            String session = "session-" + i;
            assertThat(isRevoked(live.latest(), session)).isFalse();
            revoke(elsewhere, session);
            assertThat(isRevoked(live.current(), session)).isTrue();
        }
    }

    @Test
    void whoever_does_not_hold_a_thread_is_told_the_same() {
        for (int i = 0; i < 100; i++) {
            String session = "session-" + i;
            revoke(elsewhere, session);
            assertThat(live.next()
                            .thenApply(snapshot -> isRevoked(snapshot, session))
                            .toCompletableFuture()
                            .join())
                    .isTrue();
        }
    }

    @Test
    void no_caller_among_many_misses_what_was_committed_before_it_asked() throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> results = new ArrayList<>();
            for (int caller = 0; caller < 32; caller++) {
                String name = "caller-" + caller;
                Database where = caller % 2 == 0 ? database : elsewhere;
                results.add(callers.submit(() -> {
                    int missed = 0;
                    for (int i = 0; i < 20; i++) {
                        String session = name + "-" + i;
                        revoke(where, session);
                        if (!isRevoked(live.current(), session)) missed++;
                    }
                    return missed;
                }));
            }
            for (Future<Integer> missed : results) assertThat(missed.get()).isZero();
        }
    }

    @Test
    void the_latest_snapshot_follows_without_being_asked() {
        Role role = role("vip");
        put(role);
        revoke(elsewhere, "ended");
        await(() -> live.latest().directory().role(role.name()).isPresent());
        await(() -> isRevoked(live.latest(), "ended"));
    }

    @Test
    void a_snapshot_that_nothing_changed_is_the_same_one() {
        Snapshot before = live.current();
        revoke(elsewhere, "ended");
        assertThat(live.current()).isSameAs(before);
    }

    @Test
    void a_new_key_and_a_rotation_elsewhere_are_known_to_the_next_call() {
        SigningKeys keys = new SigningKeys(elsewhere, encryption, time::get);
        keys.ensure(Author.named("test"));
        Audience any = new Audience("https://api.example");
        String first = live.current()
                .keys()
                .signer(KeySlot.DEFAULT.algorithm(), any, "at+jwt")
                .orElseThrow()
                .keyId();
        assertThat(live.latest().keys().published().keys()).hasSize(4);
        keys.rotate(List.of(KeySlot.DEFAULT), Author.named("test"));
        String second = live.current()
                .keys()
                .signer(KeySlot.DEFAULT.algorithm(), any, "at+jwt")
                .orElseThrow()
                .keyId();
        assertThat(second).isNotEqualTo(first);
        assertThat(live.latest().keys().published().find(first)).isPresent();
    }

    @Test
    void a_retired_key_leaves_the_set_in_its_time_although_nothing_changes_in_the_database() {
        SigningKeys keys = new SigningKeys(database, encryption, time::get);
        keys.ensure(Author.named("test"));
        keys.rotate(List.of(KeySlot.DEFAULT), Author.named("test"));
        assertThat(live.current().keys().published().keys()).hasSize(5);
        time.set(NOW.plus(Duration.ofHours(1)));
        assertThat(live.current().keys().published().keys()).hasSize(4);
    }

    @Test
    void a_revocation_is_forgotten_when_no_token_is_left_that_it_concerns() {
        revoke(database, "ended");
        assertThat(live.current().revocations().size()).isOne();
        time.set(NOW.plus(Duration.ofMinutes(20)));
        assertThat(live.current().revocations().size()).isOne();
        time.set(NOW.plus(Duration.ofHours(2)));
        assertThat(live.current().revocations().size()).isZero();
    }

    @Test
    void a_start_knows_what_was_committed_before_it() {
        Role role = role("vip");
        put(role);
        revoke(elsewhere, "ended");
        try (Live later = new Live(database, encryption, time::get)) {
            assertThat(later.latest().directory().role(role.name())).contains(role);
            assertThat(isRevoked(later.latest(), "ended")).isTrue();
        }
    }

    @Test
    void without_the_database_a_call_is_refused_and_the_last_knowledge_stays() {
        Role role = role("vip");
        put(role);
        live.current();
        database.close();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> live.current()).isInstanceOf(StoreException.class);
            assertThat(live.latest().directory().role(role.name())).contains(role);
        }
        assertThat(live.next()).failsWithin(Duration.ofSeconds(30));
    }

    @Test
    void after_its_end_a_call_is_refused_and_nobody_waits_for_ever() throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> callersThatEnd = new ArrayList<>();
            for (int i = 0; i < 8; i++) callersThatEnd.add(callers.submit(this::callUntilRefused));
            live.close();
            for (Future<Boolean> caller : callersThatEnd)
                assertThat(caller.get()).isTrue();
        }
        assertThatThrownBy(() -> live.current()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_database_that_this_process_closes_is_the_end_and_no_fault() {
        String logged = logOf(() -> {
            database.close();
            assertThatThrownBy(() -> live.current()).isInstanceOf(StoreClosed.class);
            live.close();
            assertThat(live.next()).isCompletedExceptionally();
        });
        assertThat(logged).isEmpty();
    }

    @Test
    void whoever_is_interrupted_at_the_end_waits_for_the_last_read_all_the_same() {
        Thread.currentThread().interrupt();
        live.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(live.next()).isCompletedExceptionally();
    }

    private static String logOf(Runnable work) {
        var written = new ByteArrayOutputStream();
        Log.threshold(Log.Level.INFO);
        Log.writeTo(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            Log.writeTo(System.out);
        }
        return written.toString(StandardCharsets.UTF_8);
    }

    private boolean callUntilRefused() {
        try {
            while (true) live.current();
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private void put(Role role) {
        elsewhere.inTransaction(tx -> {
            roles.put(tx, role);
            return role;
        });
    }

    private void revoke(Database where, String session) {
        Instant forgetAt = NOW.plus(Duration.ofMinutes(10));
        where.inTransaction(tx ->
                revocations.append(tx, Kind.SESSION, session, AuditEvent.Type.LOGGED_OUT, Set.of(), NOW, forgetAt));
    }

    private static boolean isRevoked(Snapshot snapshot, String session) {
        return snapshot.revocations()
                .revoke(new TokenFacts(
                        "jti",
                        session,
                        "grant",
                        "usr_vera",
                        "shop",
                        List.of("https://api.example"),
                        new Issuance(NOW, 0)));
    }

    private static Role role(String name) {
        return new Role(new RoleName(name), Map.of());
    }

    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
