package dev.handstamp.server.live;

import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.PostgresqlServer;

class PostgresqlLiveTest extends LiveContract {

    @Override
    DatabaseLocation emptyDatabase() throws Exception {
        return PostgresqlServer.emptyDatabase();
    }
}
