package dev.handstamp.server.store;

import dev.handstamp.server.domain.user.Subject;
import java.util.List;
import java.util.Optional;

/// Whose the identifiers are that only one sector's clients know.
public final class PairwiseSubjectStore {

    private static final String INSERT = """
        INSERT INTO pairwise_subject (pairwise, subject) VALUES (?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND = """
        SELECT subject FROM pairwise_subject WHERE pairwise = ?""";

    private static final String LIST = """
        SELECT pairwise FROM pairwise_subject WHERE subject = ? ORDER BY pairwise""";

    private static final String COUNT_USERS = """
        SELECT COUNT(DISTINCT subject) AS users FROM pairwise_subject""";

    /// How many users have such an identifier.
    public long countUsers(Transaction tx) {
        return tx.find(COUNT_USERS, row -> row.number("users")).orElse(0L);
    }

    public void put(Transaction tx, Subject pairwise, Subject subject) {
        tx.execute(INSERT, pairwise.value(), subject.value());
    }

    /// The user behind an identifier; empty if it is no pairwise one.
    public Optional<Subject> find(Transaction tx, Subject pairwise) {
        return tx.find(FIND, row -> new Subject(row.text("subject")), pairwise.value());
    }

    /// Every such identifier of a user.
    public List<Subject> list(Transaction tx, Subject subject) {
        return tx.list(LIST, row -> new Subject(row.text("pairwise")), subject.value());
    }
}
