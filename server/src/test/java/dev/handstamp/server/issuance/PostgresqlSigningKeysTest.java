package dev.handstamp.server.issuance;

import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.PostgresqlServer;

class PostgresqlSigningKeysTest extends SigningKeysContract {

    @Override
    DatabaseLocation emptyDatabase() throws Exception {
        return PostgresqlServer.emptyDatabase();
    }
}
