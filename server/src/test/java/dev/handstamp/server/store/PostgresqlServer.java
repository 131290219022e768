package dev.handstamp.server.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/// One real PostgreSQL for all tests of this JVM; it ends with it.
final class PostgresqlServer {

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static EmbeddedPostgres server;

    private PostgresqlServer() {}

    static DatabaseLocation.Postgresql emptyDatabase() throws IOException, SQLException {
        EmbeddedPostgres running = running();
        String name = "handstamp_" + NUMBERS.incrementAndGet();
        try (var connection = running.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return new DatabaseLocation.Postgresql(running.getJdbcUrl("postgres", name), "", "");
    }

    private static synchronized EmbeddedPostgres running() throws IOException {
        if (server == null) server = EmbeddedPostgres.builder().start();
        return server;
    }
}
