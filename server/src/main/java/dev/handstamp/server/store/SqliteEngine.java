package dev.handstamp.server.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A SQLite file: one platform thread writes, a few read. Callers wait on a future, because a native call must not
/// hold the carrier of a virtual thread.
///
/// The writer commits in groups. Each work runs in a savepoint of its own, so one that fails is undone alone; one
/// commit, and so one wait for the disk, serves all that were waiting; then they are answered.
final class SqliteEngine implements Engine {

    private static final int CAPACITY = 10_000;
    private static final int LARGEST_GROUP = 500;
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration SHUTDOWN = Duration.ofSeconds(10);

    private final Path file;
    private final WorkQueue writes = new WorkQueue(CAPACITY);
    private final WorkQueue reads = new WorkQueue(CAPACITY);
    private final List<Thread> threads = new ArrayList<>();

    private SqliteEngine(Path file) {
        this.file = file;
    }

    static SqliteEngine open(Path file) {
        SqliteConnection.create(file);
        SqliteEngine engine = new SqliteEngine(file);
        engine.start("store-writer", engine::write);
        int readers = Math.max(2, Runtime.getRuntime().availableProcessors());
        for (int i = 1; i <= readers; i++) engine.start("store-reader-" + i, engine::read);
        return engine;
    }

    private void start(String name, Runnable loop) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(loop));
    }

    @Override
    public Dialect dialect() {
        return Dialect.SQLITE;
    }

    @Override
    public <T> T read(Function<Transaction, T> function) {
        Work<T> work = new Work<>(function);
        reads.add(work);
        return work.await(LIMIT);
    }

    @Override
    public DatabaseReader reader() {
        return new SqliteReader(file, reads::isClosed);
    }

    @Override
    public <T> T write(Function<Transaction, T> function) {
        Work<T> work = new Work<>(function);
        writes.add(work);
        return work.await(LIMIT);
    }

    @Override
    public int waitingWrites() {
        return writes.size();
    }

    @Override
    public <T> T migrate(Function<Transaction, T> function) {
        Work<T> work = new Work<>(function);
        writes.add(work);
        return work.await();
    }

    /// Another process that writes to the file cannot tell: the log has to be looked at.
    @Override
    public void follow(Runnable onCommit) {}

    @Override
    public void close() {
        writes.close();
        reads.close();
        try {
            for (Thread thread : threads) thread.join(SHUTDOWN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        @Nullable SqliteConnection connection = null;
        for (Work<?> work = writes.take(); work != null; work = writes.take()) {
            List<Work<?>> group = new ArrayList<>(List.of(work));
            try {
                if (connection == null) connection = SqliteConnection.writer(file);
                commit(group, connection);
                group.forEach(Work::answer);
            } catch (Throwable e) { // The one writer outlives everything.
                StoreException reason = failure("nothing could be written", e);
                group.forEach(each -> each.fail(reason));
                connection = closed(connection); // The next group begins afresh, without what may be left of this one.
            }
        }
        closed(connection);
    }

    /// Runs the first work of the group and those that arrive meanwhile, and makes them last.
    private void commit(List<Work<?>> group, SqliteConnection connection) throws SQLException {
        connection.beginImmediate();
        run(group.getFirst(), connection);
        while (group.size() < LARGEST_GROUP) {
            Work<?> next = writes.poll();
            if (next == null) break;
            group.add(next);
            run(next, connection);
        }
        connection.execute("COMMIT");
    }

    private static void run(Work<?> work, SqliteConnection connection) throws SQLException {
        if (work.isAbandoned()) {
            work.fail(new StoreUnavailable("nobody waits"));
            return;
        }
        connection.execute("SAVEPOINT work");
        if (!work.run(connection.transaction())) undo(connection);
        connection.execute("RELEASE work");
    }

    /// Undoes the last work alone. If the disk is full SQLite has undone the whole group by itself, and there is no
    /// savepoint.
    private static void undo(SqliteConnection connection) {
        try {
            connection.execute("ROLLBACK TO work");
        } catch (SQLException e) {
            throw new StoreUnavailable("the database gave a group of transactions up", e);
        }
    }

    private void read() {
        try (SqliteReader reader = new SqliteReader(file, () -> false)) { // What waits at the end is still read.
            for (Work<?> work = reads.take(); work != null; work = reads.take()) {
                if (work.isAbandoned()) continue;
                try {
                    reader.read(work);
                    work.answer();
                } catch (Throwable e) {
                    work.fail(failure("nothing could be read", e));
                }
            }
        }
    }

    static StoreException failure(String what, Throwable e) {
        return switch (e) {
            case StoreException known -> known;
            case SQLException refused -> Dialect.SQLITE.failure(what, refused);
            default -> new StoreUnavailable(what, e);
        };
    }

    static @Nullable SqliteConnection closed(@Nullable SqliteConnection connection) {
        try {
            if (connection != null) connection.close();
        } catch (SQLException e) {
            // It is given up either way; the file is whole without it.
        }
        return null;
    }
}
