package dev.handstamp.server.administration;

import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.PostgresqlServer;

class PostgresqlLastAdministratorTest extends LastAdministratorContract {

    @Override
    DatabaseLocation emptyDatabase() throws Exception {
        return PostgresqlServer.emptyDatabase();
    }
}
