package dev.handstamp.server.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4Connection;

/// One connection to the database file, owned by one thread.
///
/// Transactions are begun and ended by statements of ours: the driver's own way holds the file's write lock between
/// them.
final class SqliteConnection implements AutoCloseable {

    /// How long to wait for another process (the command line) to let go of the file.
    static final int PATIENCE_MILLIS = 5_000;

    private static final int BUSY = 5;

    private final SQLiteConnection connection;
    private final Statements statements;

    private SqliteConnection(SQLiteConnection connection) {
        this.connection = connection;
        this.statements = new Statements(connection);
    }

    static SqliteConnection writer(Path file) throws SQLException {
        SqliteConnection writer = open(file);
        writer.pragma("journal_mode = WAL");
        writer.pragma("synchronous = FULL"); // Each commit is on the disk before it is answered.
        writer.pragma("fullfsync = ON"); // On macOS, where fsync alone does not reach the disk.
        writer.pragma("journal_size_limit = 67108864");
        writer.pragma("busy_timeout = 0"); // begin() waits by itself.
        return writer;
    }

    static SqliteConnection reader(Path file) throws SQLException {
        SqliteConnection reader = open(file);
        reader.pragma("query_only = ON");
        return reader;
    }

    private static SqliteConnection open(Path file) throws SQLException {
        SQLiteConnection connection = new JDBC4Connection("jdbc:sqlite:" + file, file.toString(), new Properties());
        connection.getConnectionConfig().setAutoCommit(false); // The driver adds no transaction to a statement.
        SqliteConnection opened = new SqliteConnection(connection);
        opened.pragma("busy_timeout = " + PATIENCE_MILLIS);
        opened.pragma("foreign_keys = ON");
        opened.pragma("trusted_schema = OFF");
        opened.pragma("cache_size = -2000"); // KiB; the system caches the file, once for all connections.
        opened.pragma("temp_store = MEMORY");
        return opened;
    }

    /// Makes the file and its directory, both for the owner only. What SQLite puts beside the file gets the same
    /// mode.
    static void create(Path file) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null && !Files.exists(directory)) {
                if (posix) Files.createDirectories(directory, ownerOnly("rwx------"));
                else Files.createDirectories(directory);
            }
            if (!posix) return;
            try {
                Files.createFile(file, ownerOnly("rw-------"));
            } catch (FileAlreadyExistsException e) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
        } catch (IOException e) {
            throw new StoreException("cannot make the database file " + file + " for its owner only", e);
        }
    }

    private static FileAttribute<?> ownerOnly(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    Transaction transaction() {
        return new Transaction(statements, Dialect.SQLITE);
    }

    /// Takes the write lock. Asks every millisecond: the driver's own waiting grows to 100 ms a turn, and a busy
    /// server leaves shorter gaps than that between its groups.
    void beginImmediate() throws SQLException {
        for (int millis = 0; ; millis++) {
            try {
                execute("BEGIN IMMEDIATE");
                return;
            } catch (SQLException e) {
                boolean patient = (e.getErrorCode() & 0xff) == BUSY && millis < PATIENCE_MILLIS;
                if (!patient || !slept()) throw e;
            }
        }
    }

    private static boolean slept() {
        try {
            Thread.sleep(1);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void execute(String sql) throws SQLException {
        statements.of(sql).execute();
    }

    private void pragma(String assignment) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA " + assignment);
        }
    }

    @Override
    public void close() throws SQLException {
        statements.close();
        connection.close();
    }
}
