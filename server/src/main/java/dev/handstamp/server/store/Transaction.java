package dev.handstamp.server.store;

import dev.handstamp.server.domain.user.Subject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a work may do with the database until it returns. Stores take it as their first argument.
///
/// Once a statement has failed, the transaction can only be undone, on both databases.
public final class Transaction {

    /// Something of a user's.
    private record Owned<R>(Subject subject, R value) {}

    private final Statements statements;
    private final Dialect dialect;
    private boolean ended;
    private boolean revised;
    private boolean mailed;
    private @Nullable StoreException broken;

    Transaction(Statements statements, Dialect dialect) {
        this.statements = statements;
        this.dialect = dialect;
    }

    Dialect dialect() {
        return dialect;
    }

    /// The rows of a query, or of a statement with RETURNING.
    <R> List<R> list(String sql, Function<Row, R> mapping, Object... parameters) {
        try {
            PreparedStatement statement = bound(sql, parameters);
            try (ResultSet result = statement.executeQuery()) {
                List<R> rows = new ArrayList<>();
                Row row = new Row(result, dialect);
                while (result.next()) rows.add(mapping.apply(row));
                return rows;
            }
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    /// The row of a query that has at most one.
    <R> Optional<R> find(String sql, Function<Row, R> mapping, Object... parameters) {
        List<R> rows = list(sql, mapping, parameters);
        if (rows.size() > 1) throw new IllegalStateException("more than one row");
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
    }

    /// The rows of a query, in its order, by the user whom the column `subject` of each names.
    <R> Map<Subject, List<R>> listByUser(String sql, Function<Row, R> mapping, Object... parameters) {
        Map<Subject, List<R>> byUser = new LinkedHashMap<>();
        for (Owned<R> row : list(sql, row -> owned(row, mapping), parameters)) {
            byUser.computeIfAbsent(row.subject, _ -> new ArrayList<>()).add(row.value);
        }
        return byUser;
    }

    /// The rows of a query that has at most one for each user.
    <R> Map<Subject, R> findByUser(String sql, Function<Row, R> mapping, Object... parameters) {
        Map<Subject, R> byUser = new LinkedHashMap<>();
        for (Owned<R> row : list(sql, row -> owned(row, mapping), parameters)) {
            if (byUser.put(row.subject, row.value) != null) throw new IllegalStateException("more than one row");
        }
        return byUser;
    }

    /// Changes rows and tells how many.
    int execute(String sql, Object... parameters) {
        try {
            return bound(sql, parameters).executeUpdate();
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    /// Notes that what running servers keep in memory changes with this transaction.
    void revise() {
        revised = true;
    }

    boolean isRevised() {
        return revised;
    }

    /// Notes that a mail waits to be sent from the commit on.
    void mail() {
        mailed = true;
    }

    boolean hasMail() {
        return mailed;
    }

    /// No more statements from here on. Throws if one had failed, though the work kept that to itself.
    void end() {
        ended = true;
        if (broken != null) throw broken;
    }

    private static <R> Owned<R> owned(Row row, Function<Row, R> mapping) {
        return new Owned<>(new Subject(row.text("subject")), mapping.apply(row));
    }

    private PreparedStatement bound(String sql, Object[] parameters) throws SQLException {
        if (ended) throw new IllegalStateException("the transaction has ended");
        if (broken != null) throw broken;
        PreparedStatement statement = statements.of(sql);
        for (int i = 0; i < parameters.length; i++) bind(statement, i + 1, parameters[i]);
        return statement;
    }

    private static void bind(PreparedStatement statement, int index, Object parameter) throws SQLException {
        switch (parameter) {
            case String text -> statement.setString(index, storable(text));
            case Long number -> statement.setLong(index, number);
            case Integer number -> statement.setLong(index, number);
            case Boolean flag -> statement.setLong(index, flag ? 1 : 0);
            case Instant instant -> statement.setLong(index, Micros.of(instant));
            case Duration duration -> statement.setLong(index, Micros.of(duration));
            case Optional<?> optional -> {
                if (optional.isPresent()) bind(statement, index, optional.get());
                else statement.setNull(index, Types.NULL);
            }
            default -> throw new IllegalArgumentException("no column holds a " + parameter.getClass());
        }
    }

    /// PostgreSQL has no NUL in a text. No identifier has one; a text from outside (an audit detail) might.
    private static String storable(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }

    private StoreException broken(SQLException e) {
        broken = dialect.failure("a statement failed", e);
        return broken;
    }
}
