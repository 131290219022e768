package dev.handstamp.server.store;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads from a SQLite file, over a connection that its one thread owns. After a failure it begins afresh.
final class SqliteReader implements DatabaseReader {

    private final Path file;
    private final BooleanSupplier isOver;
    private @Nullable SqliteConnection connection;

    /// @param isOver whether the database was closed
    SqliteReader(Path file, BooleanSupplier isOver) {
        this.file = file;
        this.isOver = isOver;
    }

    @Override
    public <T> T read(Function<Transaction, T> function) {
        if (isOver.getAsBoolean()) throw new StoreClosed();
        Work<T> work = new Work<>(function);
        try {
            read(work);
        } catch (Throwable e) {
            throw SqliteEngine.failure("nothing could be read", e);
        }
        work.answer();
        return work.await();
    }

    /// Runs a work, which is still to be answered.
    void read(Work<?> work) throws Exception {
        try {
            if (connection == null) connection = SqliteConnection.reader(file);
            connection.execute("BEGIN");
            work.run(connection.transaction());
            connection.execute("ROLLBACK");
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        connection = SqliteEngine.closed(connection);
    }
}
