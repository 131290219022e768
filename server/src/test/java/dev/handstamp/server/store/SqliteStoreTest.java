package dev.handstamp.server.store;

import static dev.handstamp.server.store.Fixtures.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {

    @TempDir
    Path directory;

    private int databases;

    @Override
    DatabaseLocation emptyDatabase() {
        databases++;
        return new DatabaseLocation.Sqlite(file());
    }

    private Path file() {
        return directory.resolve("data" + databases + "/deep/handstamp.db");
    }

    @Test
    void the_file_and_what_stands_beside_it_are_for_the_owner_only() throws IOException {
        signIn();
        assertThat(permissions(file().getParent())).isEqualTo("rwx------");
        assertThat(permissions(file().getParent().getParent())).isEqualTo("rwx------");
        for (String suffix : List.of("", "-wal", "-shm")) {
            assertThat(permissions(Path.of(file() + suffix))).as(suffix).isEqualTo("rw-------");
        }
    }

    @Test
    void a_file_that_others_could_read_is_closed_to_them() throws IOException {
        database.close();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        database = Database.open(location);
        assertThat(permissions(file())).isEqualTo("rw-------");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void every_commit_reaches_the_disk_before_it_is_answered() {
        assertThat(pragma("journal_mode")).isEqualTo("wal");
        assertThat(pragma("synchronous")).as("FULL").isEqualTo("2");
        assertThat(pragma("foreign_keys")).isEqualTo("1");
    }

    private String pragma(String name) {
        return database.inTransaction(tx -> tx.list("PRAGMA " + name, row -> row.text(name)))
                .getFirst();
    }

    @Test
    void nobody_is_answered_before_the_group_is_committed() throws Exception {
        var held = new CountDownLatch(1);
        var second = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var first = occupied(held);
        var insert = inBackground(tx -> users.insert(tx, vera));
        awaitWaitingWrites(1);
        var last = inBackground(tx -> {
            second.countDown();
            return waiting(release);
        });
        awaitWaitingWrites(2);
        held.countDown();
        second.await();

        assertThat(insert.answer()).isNotDone();
        assertThat(found(tx -> users.find(tx, vera.subject()))).isEmpty();

        release.countDown();
        assertThat(insert.answer().get()).isTrue();
        assertThat(first.answer().get()).isTrue();
        assertThat(last.answer().get()).isTrue();
        assertThat(found(tx -> users.find(tx, vera.subject()))).isPresent();
    }

    private record Background<T>(Thread thread, CompletableFuture<T> answer) {}

    private <T> Background<T> inBackground(Function<Transaction, T> work) {
        var answer = new CompletableFuture<T>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                answer.complete(database.inTransaction(work));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return new Background<>(thread, answer);
    }

    /// A write that the writer is busy with from now on, until the latch opens: whatever comes later waits.
    private Background<Boolean> occupied(CountDownLatch latch) throws InterruptedException {
        var begun = new CountDownLatch(1);
        var work = inBackground(tx -> {
            begun.countDown();
            return waiting(latch);
        });
        begun.await();
        return work;
    }

    private void awaitWaitingWrites(int number) throws InterruptedException {
        while (database.waitingWrites() != number) Thread.sleep(1);
    }

    private static boolean waiting(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_caller_who_gives_up_before_its_turn_has_changed_nothing() throws Exception {
        var held = new CountDownLatch(1);
        var first = occupied(held);
        var insert = inBackground(tx -> users.insert(tx, vera));
        awaitWaitingWrites(1);
        insert.thread().interrupt();
        assertThatThrownBy(insert.answer()::get).hasCauseInstanceOf(StoreUnavailable.class);
        held.countDown();
        first.answer().get();
        assertThat(found(tx -> users.find(tx, vera.subject()))).isEmpty();
    }

    @Test
    void an_error_of_one_caller_does_not_end_the_writer() {
        assertThatThrownBy(() -> write(tx -> {
                    throw new StackOverflowError("on purpose");
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> database.read(tx -> {
                    throw new OutOfMemoryError("on purpose");
                }))
                .isInstanceOf(OutOfMemoryError.class);
        signIn();
        assertThat(found(tx -> users.find(tx, vera.subject()))).isPresent();
    }

    @Test
    void another_process_gets_its_turn_while_this_one_writes_without_pause() throws Exception {
        var stop = new CountDownLatch(1);
        for (int caller = 0; caller < 16; caller++) {
            Thread.ofVirtual().start(() -> {
                while (stop.getCount() > 0) write(tx -> revisions.lock(tx));
            });
        }
        try (Database commandLine = Database.open(location)) {
            for (int i = 0; i < 20; i++) {
                var user = user("user" + i);
                assertThat(commandLine.<Boolean>inTransaction(tx -> users.insert(tx, user)))
                        .isTrue();
                assertThat(found(tx -> users.find(tx, user.subject()))).hasValue(user);
            }
        } finally {
            stop.countDown();
        }
    }

    @Test
    void while_another_process_keeps_the_file_reads_go_on_and_writes_are_refused_until_it_lets_go() throws Exception {
        signIn();
        try (var other = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> write(tx -> users.delete(tx, vera.subject())))
                    .isInstanceOf(StoreUnavailable.class);
            assertThat(found(tx -> users.find(tx, vera.subject()))).isPresent();
            statement.execute("ROLLBACK");
        }
        write(tx -> users.delete(tx, vera.subject()));
        assertThat(found(tx -> users.find(tx, vera.subject()))).isEmpty();
    }

    @Test
    void a_full_disk_is_unavailable_and_writing_goes_on_once_there_is_room() {
        signIn();
        String long1 = "x".repeat(100_000);
        database.inTransaction(tx -> tx.list("PRAGMA max_page_count = 1", row -> row.text("max_page_count")));
        assertThatThrownBy(() -> write(tx -> users.update(tx, named(long1)))).isInstanceOf(StoreUnavailable.class);
        assertThat(found(tx -> users.find(tx, vera.subject()))).hasValue(vera);
        // The connection that met it was given up, and with it the limit that stands for the full disk.
        write(tx -> users.update(tx, named(long1)));
        assertThat(found(tx -> users.find(tx, vera.subject()))).hasValue(named(long1));
    }
}
