package dev.handstamp.server.store;

class PostgresqlStoreTest extends StoreContract {

    @Override
    DatabaseLocation emptyDatabase() throws Exception {
        return PostgresqlServer.emptyDatabase();
    }
}
