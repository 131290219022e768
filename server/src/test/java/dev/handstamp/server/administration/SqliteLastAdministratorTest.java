package dev.handstamp.server.administration;

import dev.handstamp.server.store.DatabaseLocation;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteLastAdministratorTest extends LastAdministratorContract {

    @TempDir
    Path directory;

    @Override
    DatabaseLocation emptyDatabase() {
        return new DatabaseLocation.Sqlite(directory.resolve("handstamp.db"));
    }
}
