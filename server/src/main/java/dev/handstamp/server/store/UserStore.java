package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.SearchKeys;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.UserQuery;
import dev.handstamp.server.domain.user.UserQuery.Place;
import dev.handstamp.server.domain.user.Username;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/// The users.
public final class UserStore {

    /// Behind everything that goes on after a beginning: bytes are compared, and no text has a greater character.
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    /// A user, and by what.
    public record Found(Place place, User user) {}

    /// How many have the very same roles.
    private record Counted(String roles, long users) {}

    private static final String INSERT = """
        INSERT INTO app_user
            (username, name, email, roles, attributes, password_hash, disabled, created_at,
             name_key, family_key, email_key, mail_key, verified_email, subject)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE subject = ?""";

    private static final String FIND_BY_USERNAME = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE username = ?""";

    private static final String FIND_BY_EMAIL = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE mail_key = ? LIMIT ?""";

    private static final String FIND_BY_VERIFIED_EMAIL = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE verified_email = ?""";

    private static final String LIST = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE username > ? ORDER BY username LIMIT ?""";

    private static final String SEARCH_USERNAME = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE username >= ? AND (username, subject) > (?, ?) AND username < ?
         ORDER BY username, subject LIMIT ?""";

    private static final String SEARCH_SUBJECT = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE subject >= ? AND (subject, subject) > (?, ?) AND subject < ?
         ORDER BY subject LIMIT ?""";

    private static final String SEARCH_NAME = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE name_key >= ? AND (name_key, subject) > (?, ?) AND name_key < ?
         ORDER BY name_key, subject LIMIT ?""";

    private static final String SEARCH_FAMILY = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE family_key >= ? AND (family_key, subject) > (?, ?) AND family_key < ?
         ORDER BY family_key, subject LIMIT ?""";

    private static final String SEARCH_EMAIL = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE email_key >= ? AND (email_key, subject) > (?, ?) AND email_key < ?
         ORDER BY email_key, subject LIMIT ?""";

    private static final String LIST_BY_ROLE = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE username > ? AND roles LIKE ? ORDER BY username LIMIT ?""";

    private static final String COUNT_BY_ROLES = """
        SELECT roles, COUNT(*) AS users FROM app_user GROUP BY roles""";

    private static final String LIST_WITHOUT_KEYS = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE name_key IS NULL LIMIT ?""";

    private static final String UPDATE = """
        UPDATE app_user
           SET username = ?, name = ?, email = ?, roles = ?, attributes = ?, password_hash = ?, disabled = ?,
               created_at = ?, name_key = ?, family_key = ?, email_key = ?, mail_key = ?, verified_email = ?
         WHERE subject = ?""";

    private static final String DELETE = """
        DELETE FROM app_user WHERE subject = ?""";

    private static final int FEW = 10;
    private static final int PAGE = 100;

    /// Adds a user.
    ///
    /// @return false if the name is taken, or another user has shown to read the address
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

    /// The users of an address, in its normal form; not all, if there are many.
    public List<User> listByEmail(Transaction tx, String emailKey) {
        return tx.list(FIND_BY_EMAIL, UserStore::from, emailKey, FEW);
    }

    /// The one user who has shown to read an address, in its normal form.
    public Optional<User> findByVerifiedEmail(Transaction tx, String emailKey) {
        return tx.find(FIND_BY_VERIFIED_EMAIL, UserStore::from, emailKey);
    }

    /// The users behind a name, in the order of their names; from the first on after an empty text.
    public List<User> list(Transaction tx, String afterUsername, int limit) {
        return tx.list(LIST, UserStore::from, afterUsername, limit);
    }

    /// The first user, by name, who has a role and of whom something more is true.
    public Optional<User> findHolder(Transaction tx, RoleName role, Predicate<User> wanted) {
        // A name that only contains that of the role is read and left out.
        String like = "%" + role.value() + "%";
        List<User> page = tx.list(LIST_BY_ROLE, UserStore::from, "", like, PAGE);
        while (!page.isEmpty()) {
            for (User user : page) {
                if (user.roles().contains(role) && wanted.test(user)) return Optional.of(user);
            }
            page = tx.list(
                    LIST_BY_ROLE, UserStore::from, page.getLast().username().value(), like, PAGE);
        }
        return Optional.empty();
    }

    /// How many users have each role that somebody has. It reads all of them.
    public Map<RoleName, Long> countByRole(Transaction tx) {
        Map<RoleName, Long> counts = new HashMap<>();
        for (Counted each : tx.list(COUNT_BY_ROLES, row -> new Counted(row.text("roles"), row.number("users")))) {
            for (String role : Stored.names(each.roles)) counts.merge(new RoleName(role), each.users, Long::sum);
        }
        return counts;
    }

    /// The users of whom something begins with a text, each where it was found, behind a place, in the order of places
    /// for each kind of text. At most `limit` of each kind; whoever is found twice is there twice.
    public List<Found> search(Transaction tx, UserQuery query, Place after, int limit) {
        List<Found> found = new ArrayList<>();
        found(
                found,
                tx,
                SEARCH_USERNAME,
                query.username(),
                user -> user.username().value(),
                after,
                limit);
        found(
                found,
                tx,
                SEARCH_NAME,
                query.folded(),
                user -> SearchKeys.of(user).name(),
                after,
                limit);
        found(
                found,
                tx,
                SEARCH_FAMILY,
                query.folded(),
                user -> SearchKeys.of(user).family(),
                after,
                limit);
        found(
                found,
                tx,
                SEARCH_EMAIL,
                query.folded(),
                user -> SearchKeys.of(user).email(),
                after,
                limit);
        found(found, tx, SEARCH_SUBJECT, query.subject(), user -> user.subject().value(), after, limit);
        return found;
    }

    private static void found(
            List<Found> to,
            Transaction tx,
            String search,
            String beginning,
            Function<User, String> key,
            Place after,
            int limit) {
        // Whatever begins with a text comes behind the text itself with no subject.
        Place first = new Place(beginning, "");
        Place from = first.compareTo(after) > 0 ? first : after;
        for (User user :
                tx.list(search, UserStore::from, from.key(), from.key(), from.subject(), beginning + LAST, limit)) {
            to.add(new Found(new Place(key.apply(user), user.subject().value()), user));
        }
    }

    /// Makes the keys of users who have none yet, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int makeKeys(Transaction tx) {
        List<User> without = tx.list(LIST_WITHOUT_KEYS, UserStore::from, Housekeeping.PORTION);
        for (User user : without) lock(tx, user.subject()).ifPresent(locked -> update(tx, locked));
        return without.size();
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
        SearchKeys keys = SearchKeys.of(user);
        return new Object[] {
            user.username().value(),
            user.name(),
            user.email(),
            Stored.names(user.roles()),
            Json.text(user.attributes()),
            user.passwordHash().value(),
            user.disabled(),
            user.createdAt(),
            keys.name(),
            keys.family(),
            keys.email(),
            user.emailKey(),
            user.hasVerifiedEmail() ? Optional.of(user.emailKey()) : Optional.empty(),
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
