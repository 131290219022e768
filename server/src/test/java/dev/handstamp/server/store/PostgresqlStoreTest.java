package dev.handstamp.server.store;

import static dev.handstamp.server.store.Fixtures.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PostgresqlStoreTest extends StoreContract {

    @Override
    DatabaseLocation emptyDatabase() throws Exception {
        return PostgresqlServer.emptyDatabase();
    }

    @Test
    void a_connection_that_is_cut_undoes_its_transaction_and_the_next_one_works() {
        assertThatThrownBy(() -> write(tx -> {
                    users.insert(tx, vera);
                    long backend = tx.list("SELECT pg_backend_pid() AS pid", row -> row.number("pid"))
                            .getFirst();
                    PostgresqlServer.cut(backend);
                    sessions.insert(tx, session);
                }))
                .isInstanceOf(StoreUnavailable.class);
        assertThat(found(tx -> users.find(tx, vera.subject()))).isEmpty();
        signIn();
        assertThat(found(tx -> users.find(tx, vera.subject()))).hasValue(vera);
    }

    @Test
    void a_commit_of_another_node_wakes_whoever_follows() throws Exception {
        var woken = new AtomicInteger();
        database.onRevision(woken::incrementAndGet);
        untilMoreThan(woken, 0); // It listens.
        try (Database elsewhere = Database.open(location)) {
            int before = woken.get();
            elsewhere.inTransaction(tx -> new RevisionStore().bump(tx));
            untilMoreThan(woken, before);
        }
    }

    private static void untilMoreThan(AtomicInteger count, int before) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(30);
        while (count.get() <= before) {
            assertThat(Instant.now()).isBefore(end);
            Thread.sleep(5);
        }
    }

    @Test
    void two_transactions_that_wait_for_each_other_both_succeed() throws Exception {
        signIn();
        var nick = user("nick");
        write(tx -> users.insert(tx, nick));
        var numbers = new AtomicInteger();
        var runs = new AtomicInteger();
        var bothHoldOne = new CyclicBarrier(2);
        together(2, () -> {
            boolean even = numbers.getAndIncrement() % 2 == 0;
            var met = new AtomicInteger();
            write(tx -> {
                runs.incrementAndGet();
                users.update(tx, even ? vera : nick);
                if (met.getAndIncrement() == 0) await(bothHoldOne);
                users.update(tx, even ? nick : vera);
            });
            return true;
        });
        // Three, unless the machine is so slow that both are ended at once.
        assertThat(runs).hasValueGreaterThanOrEqualTo(3);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
