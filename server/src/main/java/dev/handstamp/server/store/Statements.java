package dev.handstamp.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// The prepared statements of one connection, each text prepared once.
///
/// Their number is bounded because every text is a constant of a store.
final class Statements implements AutoCloseable {

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    PreparedStatement of(String sql) throws SQLException {
        PreparedStatement known = prepared.get(sql);
        if (known != null) return known;

        PreparedStatement fresh = connection.prepareStatement(sql);
        prepared.put(sql, fresh);
        return fresh;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : prepared.values()) statement.close();
        prepared.clear();
    }
}
