package dev.handstamp.server.store;

import java.util.function.Function;

/// How transactions run on one kind of database.
sealed interface Engine extends AutoCloseable permits SqliteEngine, PostgresqlEngine {

    Dialect dialect();

    <T> T read(Function<Transaction, T> work);

    /// Reads for one thread, which owns what it reads with.
    DatabaseReader reader();

    <T> T write(Function<Transaction, T> work);

    /// How many writes wait for their turn.
    int waitingWrites();

    /// Writes without any limit of time.
    <T> T migrate(Function<Transaction, T> work);

    /// Has somebody told of commits by other processes, if the database can: sooner than by asking, but not surely.
    void follow(Runnable onCommit);

    @Override
    void close();
}
