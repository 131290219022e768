package dev.handstamp.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// One row of an answer, read by column name while it is the current one.
final class Row {

    private final ResultSet result;
    private final Dialect dialect;

    Row(ResultSet result, Dialect dialect) {
        this.result = result;
        this.dialect = dialect;
    }

    String text(String column) {
        return optionalText(column).orElseThrow(() -> new StoreException("column " + column + " is empty"));
    }

    Optional<String> optionalText(String column) {
        try {
            return Optional.ofNullable(result.getString(column));
        } catch (SQLException e) {
            throw dialect.failure("cannot read column " + column, e);
        }
    }

    long number(String column) {
        return optionalNumber(column).orElseThrow(() -> new StoreException("column " + column + " is empty"));
    }

    Optional<Long> optionalNumber(String column) {
        try {
            long number = result.getLong(column);
            return result.wasNull() ? Optional.empty() : Optional.of(number);
        } catch (SQLException e) {
            throw dialect.failure("cannot read column " + column, e);
        }
    }

    boolean flag(String column) {
        return number(column) != 0;
    }

    Instant instant(String column) {
        return Micros.toInstant(number(column));
    }

    Optional<Instant> optionalInstant(String column) {
        return optionalNumber(column).map(Micros::toInstant);
    }
}
