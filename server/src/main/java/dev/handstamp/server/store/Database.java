package dev.handstamp.server.store;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/// The database: runs works in transactions.
///
/// A work does nothing but talk to stores: it may run on another thread than its caller's, and on PostgreSQL it may
/// run again after a deadlock. It never begins another transaction. What it answers reaches the caller only once it
/// is durable.
public final class Database implements AutoCloseable {

    private static final ScopedValue<Boolean> INSIDE = ScopedValue.newInstance();

    private final Engine engine;
    private final Consumer<Transaction> check;
    private volatile Runnable onRevision = () -> {};
    private volatile Runnable onMail = () -> {};

    private Database(Engine engine, Consumer<Transaction> check) {
        this.engine = engine;
        this.check = check;
    }

    /// Connects, and brings the schema to what this program knows.
    ///
    /// @throws StoreUnavailable if the database cannot be reached
    /// @throws StoreException   if it was written by a newer version, or its migrations are not this program's
    public static Database open(DatabaseLocation location) {
        return open(location, Migrations.SHIPPED);
    }

    static Database open(DatabaseLocation location, Migrations migrations) {
        Engine engine = switch (location) {
            case DatabaseLocation.Sqlite sqlite -> SqliteEngine.open(sqlite.file());
            case DatabaseLocation.Postgresql postgresql -> PostgresqlEngine.open(postgresql);
        };
        try {
            migrations.apply(engine);
            return new Database(engine, _ -> {});
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /// Reads one consistent state.
    ///
    /// @throws StoreUnavailable if the database cannot answer now
    public <T> T read(Function<Transaction, T> work) {
        return engine.read(alone(work));
    }

    /// A reader for one platform thread that reads all day. Whoever takes it closes it, before the database.
    public DatabaseReader reader() {
        return engine.reader();
    }

    /// Runs a work that is done whole or not at all. Any exception undoes it and is rethrown; its neighbours are not
    /// touched.
    ///
    /// @throws StoreUnavailable if the database cannot take it now
    public <T> T inTransaction(Function<Transaction, T> work) {
        AtomicBoolean revised = new AtomicBoolean();
        AtomicBoolean mailed = new AtomicBoolean();
        T result = engine.write(alone(tx -> {
            check.accept(tx);
            T done = work.apply(tx);
            revised.set(tx.isRevised());
            mailed.set(tx.hasMail());
            return done;
        }));
        if (revised.get()) onRevision.run();
        if (mailed.get()) onMail.run();
        return result;
    }

    /// The same database for somebody who may lose the right to write at any moment: the check comes first in each
    /// transaction, may hold there what the right depends on, and throws if there is none any more.
    public Database checkedBy(Consumer<Transaction> right) {
        Database checked = new Database(engine, right);
        checked.onRevision = () -> onRevision.run();
        checked.onMail = () -> onMail.run();
        return checked;
    }

    /// Has somebody told right after each commit that counted the revision up, by this process or, if the database
    /// tells, another one. It must be quick and must not wait.
    public void onRevision(Runnable listener) {
        onRevision = listener;
        engine.follow(listener);
    }

    /// Has somebody told right after each commit of this process that queued a mail. It must be quick and must not
    /// wait.
    public void onMail(Runnable listener) {
        onMail = listener;
    }

    /// How many writes wait for their turn at this moment.
    public int waitingWrites() {
        return engine.waitingWrites();
    }

    public Dialect dialect() {
        return engine.dialect();
    }

    /// Finishes what is waiting, refuses what comes later, and lets go of the database.
    @Override
    public void close() {
        engine.close();
    }

    private static <T> Function<Transaction, T> alone(Function<Transaction, T> work) {
        if (INSIDE.isBound()) throw new IllegalStateException("a transaction within a transaction");
        return tx -> ScopedValue.where(INSIDE, true).call(() -> work.apply(tx));
    }
}
