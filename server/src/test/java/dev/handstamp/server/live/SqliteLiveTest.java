package dev.handstamp.server.live;

import dev.handstamp.server.store.DatabaseLocation;

class SqliteLiveTest extends LiveContract {

    @Override
    DatabaseLocation emptyDatabase() {
        return new DatabaseLocation.Sqlite(directory.resolve("handstamp.db"));
    }
}
