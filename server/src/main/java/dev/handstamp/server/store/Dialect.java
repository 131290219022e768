package dev.handstamp.server.store;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What truly differs between the two databases.
public enum Dialect {
    SQLITE("SQLite") {
        @Override
        String schema(String migration) {
            return migration
                    .replace("{key}", "TEXT")
                    .replace("{sequence}", "INTEGER PRIMARY KEY AUTOINCREMENT")
                    .replace("{position}", "instr");
        }

        // A write begins with the write lock of the whole file.
        @Override
        Optional<String> migrationLock() {
            return Optional.empty();
        }

        @Override
        String announced(String statement) {
            return statement;
        }

        @Override
        String shared(String query) {
            return query;
        }

        @Override
        String exclusive(String query) {
            return query;
        }

        @Override
        boolean isUnavailable(SQLException e) {
            return PASSING_RESULTS.contains(e.getErrorCode() & 0xff);
        }

        @Override
        boolean isConflict(SQLException e) {
            return false;
        }
    },

    POSTGRESQL("PostgreSQL") {
        // Identifiers are compared byte by byte: no index depends on a language's sort order, which changes with the
        // system.
        @Override
        String schema(String migration) {
            return migration
                    .replace("{key}", "TEXT COLLATE \"C\"")
                    .replace("{sequence}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
                    .replace("{position}", "strpos");
        }

        @Override
        Optional<String> migrationLock() {
            return Optional.of("SELECT pg_advisory_xact_lock(4830158372)");
        }

        @Override
        String announced(String statement) {
            return statement + ", pg_notify('" + PostgresqlNotices.CHANNEL + "', '')";
        }

        @Override
        String shared(String query) {
            return query + " FOR SHARE";
        }

        @Override
        String exclusive(String query) {
            return query + " FOR UPDATE";
        }

        @Override
        boolean isUnavailable(SQLException e) {
            @Nullable String state = e.getSQLState();
            return state == null // the pool: no connection in time
                    || (state.startsWith("08") && !state.equals("08P01")) // connection lost or refused, no bug
                    || state.startsWith("53") // too many connections, disk full
                    || state.startsWith("57P") // shutting down, starting up
                    || state.equals("57014") // statement timeout
                    || state.equals("55P03") // lock timeout
                    || state.equals("25006") // a standby, read only
                    || isConflict(e);
        }

        // A deadlock or a serialization failure: the same transaction, run again, succeeds.
        @Override
        boolean isConflict(SQLException e) {
            return "40P01".equals(e.getSQLState()) || "40001".equals(e.getSQLState());
        }
    };

    /// Primary result codes that may pass: BUSY, LOCKED, NOMEM, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
    private static final Set<Integer> PASSING_RESULTS = Set.of(5, 6, 7, 9, 10, 13, 14, 15);

    private final String title;

    Dialect(String title) {
        this.title = title;
    }

    /// The name of the database, as its makers write it.
    public String title() {
        return title;
    }

    /// The text of a migration with its placeholders filled: `{key}`, a short text that is compared byte by byte,
    /// `{sequence}`, a primary key that the database counts up, and `{position}`, the function that says where in a
    /// text another one begins.
    abstract String schema(String migration);

    /// A query that keeps other migrations out until the transaction ends.
    abstract Optional<String> migrationLock();

    /// The statement, which has RETURNING, and at its commit whoever follows the database from elsewhere is woken.
    abstract String announced(String statement);

    /// The query, and its rows stay as they are until the commit: whoever would change them waits.
    abstract String shared(String query);

    /// The query, and its rows are this transaction's until the commit.
    abstract String exclusive(String query);

    abstract boolean isUnavailable(SQLException e);

    abstract boolean isConflict(SQLException e);

    /// The exception for a failure of the driver, whose own text may quote values and is kept as the cause only.
    StoreException failure(String what, SQLException e) {
        String message = what + " (" + name().toLowerCase(Locale.ROOT) + " " + code(e) + ")";
        return isUnavailable(e) ? new StoreUnavailable(message, e) : new StoreException(message, e);
    }

    private static String code(SQLException e) {
        return e.getSQLState() == null ? "error " + e.getErrorCode() : "state " + e.getSQLState();
    }
}
