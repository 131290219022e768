package dev.handstamp.server.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.handstamp.server.log.Log;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/// Listens for the commits of other nodes on a connection of its own (LISTEN). A notice may be lost with its
/// connection: it saves waiting for the next look at the log, and never replaces that look.
final class PostgresqlNotices implements AutoCloseable {

    static final String CHANNEL = "handstamp_revision";

    private static final int PATIENCE_MILLIS = 5_000;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final HikariDataSource pool;
    private final Runnable listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    PostgresqlNotices(HikariDataSource pool, Runnable listener) {
        this.pool = pool;
        this.listener = listener;
        this.thread = Thread.ofPlatform().name("store-notices").daemon().start(this::run);
    }

    /// Stops listening, at the latest when the pool is closed.
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        try {
            while (!isClosed()) {
                listen();
                if (closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(true);
            // Past the pool, which would tell of a fault when it is closed under a statement that runs.
            try (Statement statement = connection.unwrap(Connection.class).createStatement()) {
                statement.execute("LISTEN " + CHANNEL);
                await(connection.unwrap(PGConnection.class), statement);
            } finally {
                pool.evictConnection(connection); // Nobody else should hear what is meant for us.
            }
        } catch (SQLException | RuntimeException e) { // A pool that is closed meanwhile throws what it likes.
            if (!isClosed()) Log.debug("the commits of other nodes are not heard of", "reason", e.getMessage());
        }
    }

    private void await(PGConnection connection, Statement statement) throws SQLException {
        listener.run(); // What was committed while nobody listened.
        while (!isClosed()) {
            PGNotification[] notices = connection.getNotifications(PATIENCE_MILLIS);
            if (notices != null && notices.length > 0) listener.run();
            else statement.execute("SELECT 1"); // A connection that is dead is known only by using it.
        }
    }
}
