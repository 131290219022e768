package dev.handstamp.server.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/// One real PostgreSQL for all tests of this JVM; it ends with it.
public final class PostgresqlServer {

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static EmbeddedPostgres server;

    private PostgresqlServer() {}

    public static DatabaseLocation.Postgresql emptyDatabase() throws IOException, SQLException {
        String name = "handstamp_" + NUMBERS.incrementAndGet();
        execute("CREATE DATABASE " + name);
        return new DatabaseLocation.Postgresql(running().getJdbcUrl("postgres", name), "", "");
    }

    /// Ends a connection from the server's side.
    static void cut(long backend) {
        try {
            execute("SELECT pg_terminate_backend(" + backend + ", 5000)");
        } catch (IOException | SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void execute(String sql) throws IOException, SQLException {
        try (var connection = running().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static synchronized EmbeddedPostgres running() throws IOException {
        if (server == null) server = EmbeddedPostgres.builder().start();
        return server;
    }
}
