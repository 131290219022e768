package dev.handstamp.server.store;

import java.nio.file.Path;
import java.util.Optional;

/// Where the data is.
public sealed interface DatabaseLocation {

    String FORM = "jdbc:sqlite:FILE or jdbc:postgresql://HOST:PORT/DATABASE";

    /// One file, for one server; the file and its directory are made when they are missing.
    record Sqlite(Path file) implements DatabaseLocation {

        @Override
        public String toString() {
            return SQLITE + file;
        }
    }

    /// A server that several nodes share.
    ///
    /// @param user     empty when the URL names it
    /// @param password empty when the URL names it or none is needed
    record Postgresql(String url, String user, String password) implements DatabaseLocation {

        /// Without parameters: one of them may be a password.
        @Override
        public String toString() {
            int parameters = url.indexOf('?');
            return parameters < 0 ? url : url.substring(0, parameters);
        }
    }

    String SQLITE = "jdbc:sqlite:";
    String POSTGRESQL = "jdbc:postgresql:";

    /// Reads a JDBC URL. SQLite's is a plain path: no parameters, and no database in memory, which would not last.
    static Optional<DatabaseLocation> parse(String url) {
        if (url.startsWith(POSTGRESQL)) return Optional.of(new Postgresql(url, "", ""));
        if (!url.startsWith(SQLITE)) return Optional.empty();

        String path = url.substring(SQLITE.length());
        boolean fits = !path.isEmpty() && !path.startsWith(":") && !path.startsWith("file:") && path.indexOf('?') < 0;
        return fits ? Optional.of(new Sqlite(Path.of(path))) : Optional.empty();
    }
}
