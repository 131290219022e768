package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The users.
public final class UserStore {

    private static final String INSERT = """
        INSERT INTO app_user
            (username, name, email, roles, attributes, password_hash, disabled, created_at, subject)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE subject = ?""";

    private static final String FIND_BY_USERNAME = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE username = ?""";

    private static final String LIST = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE username > ? ORDER BY username LIMIT ?""";

    private static final String UPDATE = """
        UPDATE app_user
           SET username = ?, name = ?, email = ?, roles = ?, attributes = ?, password_hash = ?, disabled = ?,
               created_at = ?
         WHERE subject = ?""";

    private static final String DELETE = """
        DELETE FROM app_user WHERE subject = ?""";

    /// Adds a user.
    ///
    /// @return false if the name is taken
    public boolean insert(Transaction tx, User user) {
        return tx.execute(INSERT, columns(user)) > 0;
    }

    public Optional<User> find(Transaction tx, Subject subject) {
        return tx.find(FIND, UserStore::from, subject.value());
    }

    /// The user, whom nobody changes, disables or deletes before the commit. For a transaction that gives them
    /// something: whoever takes it all back waits, and finds it.
    public Optional<User> hold(Transaction tx, Subject subject) {
        return tx.find(tx.dialect().shared(FIND), UserStore::from, subject.value());
    }

    /// The user, for a transaction that is going to change them or take back what they have: whoever is giving them
    /// something has finished, or comes after the commit.
    public Optional<User> lock(Transaction tx, Subject subject) {
        return tx.find(tx.dialect().exclusive(FIND), UserStore::from, subject.value());
    }

    public Optional<User> findByUsername(Transaction tx, Username username) {
        return tx.find(FIND_BY_USERNAME, UserStore::from, username.value());
    }

    /// The users behind a name, in the order of their names; from the first on after an empty text.
    public List<User> list(Transaction tx, String afterUsername, int limit) {
        return tx.list(LIST, UserStore::from, afterUsername, limit);
    }

    /// Replaces everything but the subject.
    ///
    /// @return false if there is none
    public boolean update(Transaction tx, User user) {
        return tx.execute(UPDATE, columns(user)) > 0;
    }

    /// Deletes a user with all sessions, grants and refresh tokens.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, Subject subject) {
        return tx.execute(DELETE, subject.value()) > 0;
    }

    private static Object[] columns(User user) {
        return new Object[] {
            user.username().value(),
            user.name(),
            user.email(),
            Stored.names(user.roles()),
            Json.text(user.attributes()),
            user.passwordHash().value(),
            user.disabled(),
            user.createdAt(),
            user.subject().value()
        };
    }

    private static User from(Row row) {
        TreeSet<RoleName> roles = new TreeSet<>();
        for (String role : Stored.names(row.text("roles"))) roles.add(new RoleName(role));
        return new User(
                new Subject(row.text("subject")),
                new Username(row.text("username")),
                row.text("name"),
                row.text("email"),
                roles,
                Stored.object(row.text("attributes")),
                new PasswordHash(row.text("password_hash")),
                row.flag("disabled"),
                row.instant("created_at"));
    }
}
