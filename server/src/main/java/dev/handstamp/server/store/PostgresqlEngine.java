package dev.handstamp.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL server: each transaction on the caller's thread, on a connection of the pool, READ COMMITTED.
final class PostgresqlEngine implements Engine {

    private static final int CONNECTIONS = Math.max(10, 4 * Runtime.getRuntime().availableProcessors());
    private static final int CAPACITY = 10_000;
    private static final int LONGEST_WAIT_AT_CLOSE_SECONDS = 5;
    private static final int ATTEMPTS = 5;

    private static final String ONE_STATE = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    private static final String NO_LIMIT = "SET LOCAL statement_timeout = 0";

    private static final Duration PROBE_PAUSE = Duration.ofMillis(100);

    private final HikariDataSource pool;
    private final AtomicBoolean down = new AtomicBoolean();
    private final Semaphore places = new Semaphore(CAPACITY);
    private volatile @Nullable PostgresqlNotices notices;
    private volatile boolean closed;

    private PostgresqlEngine(HikariDataSource pool) {
        this.pool = pool;
    }

    static PostgresqlEngine open(DatabaseLocation.Postgresql location) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("store");
        config.setJdbcUrl(location.url());
        if (!location.user().isEmpty()) config.setUsername(location.user());
        if (!location.password().isEmpty()) config.setPassword(location.password());
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setMaximumPoolSize(CONNECTIONS + 1); // One listens.
        config.setMinimumIdle(2);
        config.setConnectionTimeout(2_000);
        config.setValidationTimeout(1_000);
        config.addDataSourceProperty("ApplicationName", "handstamp");
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", "15");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("logServerErrorDetail", "false"); // It quotes values.
        config.addDataSourceProperty("options", "-c statement_timeout=10s -c idle_in_transaction_session_timeout=30s");
        try {
            return new PostgresqlEngine(new HikariDataSource(config));
        } catch (HikariPool.PoolInitializationException e) {
            throw notOpened(location, e);
        }
    }

    /// What an operator can put right is told apart from a database that may come back by itself.
    private static StoreException notOpened(DatabaseLocation.Postgresql location, RuntimeException e) {
        String state =
                e.getCause() instanceof SQLException cause && cause.getSQLState() != null ? cause.getSQLState() : "";
        if (state.startsWith("28")) {
            return new StoreException("the database " + location + " refuses the user name or the password", e);
        }
        if (state.equals("3D000")) return new StoreException("there is no database " + location, e);
        return new StoreUnavailable("cannot reach the database " + location, e);
    }

    @Override
    public Dialect dialect() {
        return Dialect.POSTGRESQL;
    }

    @Override
    public <T> T read(Function<Transaction, T> work) {
        return admitted(() -> transaction(connection -> committed(connection, work, ONE_STATE)));
    }

    /// Every transaction runs on its caller's thread anyway.
    @Override
    public DatabaseReader reader() {
        return new DatabaseReader() {
            @Override
            public <T> T read(Function<Transaction, T> work) {
                return PostgresqlEngine.this.read(work);
            }

            @Override
            public void close() {
                // The connection went back to the pool after each read.
            }
        };
    }

    @Override
    public <T> T write(Function<Transaction, T> work) {
        return admitted(() -> repeated(() -> transaction(connection -> committed(connection, work))));
    }

    @Override
    public int waitingWrites() {
        return pool.getHikariPoolMXBean().getThreadsAwaitingConnection(); // Reads wait in the same line.
    }

    @Override
    public <T> T migrate(Function<Transaction, T> work) {
        return transaction(connection -> {
            connection.setNetworkTimeout(Runnable::run, 0);
            return committed(connection, work, NO_LIMIT);
        });
    }

    @Override
    public void follow(Runnable onCommit) {
        notices = new PostgresqlNotices(pool, onCommit);
    }

    @Override
    public void close() {
        closed = true;
        PostgresqlNotices listening = notices;
        if (listening != null) listening.close();
        awaitRunning();
        pool.close();
    }

    /// A transaction under way may finish: its connection is not taken out of its hands.
    private void awaitRunning() {
        try {
            boolean _ = places.tryAcquire(CAPACITY, LONGEST_WAIT_AT_CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A bound on who may wait for a connection.
    private <T> T admitted(Supplier<T> transaction) {
        if (closed) throw new StoreClosed();
        if (!places.tryAcquire()) {
            throw closed ? new StoreClosed() : new StoreBusy(CAPACITY + " transactions wait for the database");
        }
        try {
            return transaction.get();
        } finally {
            places.release();
        }
    }

    /// Of two transactions that wait for each other PostgreSQL ends one, which then runs again.
    private static <T> T repeated(Supplier<T> transaction) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.get();
            } catch (StoreException e) {
                if (attempt == ATTEMPTS || !isConflict(e)) throw e;
            }
        }
    }

    private static boolean isConflict(StoreException e) {
        return e.getCause() instanceof SQLException cause && Dialect.POSTGRESQL.isConflict(cause);
    }

    /// What is done with a connection of the pool.
    private interface Use<T> {
        T apply(Connection connection) throws SQLException;
    }

    private <T> T transaction(Use<T> use) {
        if (pool.isClosed()) throw new StoreClosed();
        if (down.get()) throw new StoreUnavailable("the database is down");
        try (Connection connection = connection()) {
            return use.apply(connection);
        } catch (SQLException e) {
            if (pool.isClosed()) throw new StoreClosed(e);
            throw Dialect.POSTGRESQL.failure("no transaction with the database", e);
        }
    }

    private Connection connection() throws SQLException {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            // Busy is another thing: then there are connections, and others have them.
            boolean isDown = pool.getHikariPoolMXBean().getTotalConnections() == 0;
            if (isDown && down.compareAndSet(false, true)) Thread.ofVirtual().start(this::awaitDatabase);
            throw e;
        }
    }

    /// Until it is back nobody else waits for it: every call is refused at once.
    private void awaitDatabase() {
        while (!pool.isClosed()) {
            try (Connection _ = pool.getConnection()) {
                down.set(false);
                return;
            } catch (SQLException e) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PROBE_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T committed(Connection connection, Function<Transaction, T> work, String... preparations)
            throws SQLException {
        boolean done = false;
        try (Statements statements = new Statements(connection)) {
            Transaction tx = new Transaction(statements, Dialect.POSTGRESQL);
            for (String preparation : preparations) tx.execute(preparation);
            T result = work.apply(tx);
            tx.end();
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done) rollBack(connection);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The connection is gone, and with it the transaction. What the work threw says why.
        }
    }
}
