package dev.handstamp.server.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {

    @TempDir
    Path directory;

    @Override
    DatabaseLocation emptyDatabase() {
        return new DatabaseLocation.Sqlite(directory.resolve("data/handstamp.db"));
    }
}
