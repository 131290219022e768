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
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/// The users.
public final class UserStore {

    /// Behind everything that goes on after a beginning: bytes are compared, and no text has a greater character.
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    /// A user, and by what.
    public record Found(Place place, User user) {}

    private static final String INSERT = """
        INSERT INTO app_user
            (username, name, email, roles, attributes, password_hash, disabled, created_at,
             name_key, family_key, email_key, mail_key, verified_email, subject)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";

    private static final String FIND = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE subject = ?""";

    private static final int NAMED_AT_ONCE = 40;

    private static final String LIST_NAMES = """
        SELECT subject, username FROM app_user WHERE subject IN (%s)""".formatted(marks(NAMED_AT_ONCE));

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

    /// How many users are a page where everybody is read with all that is theirs.
    public static final int PAGE_OF_EVERYBODY = 500;

    /// The users of such a page, for the stores that keep what is theirs. The number stands in the text: PostgreSQL
    /// takes a parameter in its place for a tenth of all users, and reads whole tables for them.
    static final String SUBJECTS_OF_PAGE = """
        SELECT subject FROM app_user WHERE username > ? ORDER BY username LIMIT\s""" + PAGE_OF_EVERYBODY;

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

    private static final String LIST_HOLDERS = """
        SELECT u.subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM role_holder h JOIN app_user u ON u.subject = h.subject
         WHERE h.role = ? AND h.subject > ? ORDER BY h.subject LIMIT ?""";

    private static final String COUNT_HOLDERS = """
        SELECT COUNT(*) AS holders FROM (SELECT 1 FROM role_holder WHERE role = ? LIMIT ?) AS by_role""";

    private static final String LIST_HELD = """
        SELECT role FROM role_holder WHERE subject = ?""";

    private static final String ADD_HOLDER = """
        INSERT INTO role_holder (role, subject) VALUES (?, ?) ON CONFLICT DO NOTHING""";

    private static final String REMOVE_HOLDER = """
        DELETE FROM role_holder WHERE role = ? AND subject = ?""";

    private static final String LIST_WITHOUT_KEYS = """
        SELECT subject, username, name, email, roles, attributes, password_hash, disabled, created_at
          FROM app_user WHERE name_key IS NULL LIMIT ?""";

    private static final String UPDATE = """
        UPDATE app_user
           SET username = ?, name = ?, email = ?, roles = ?, attributes = ?, password_hash = ?, disabled = ?,
               created_at = ?, name_key = ?, family_key = ?, email_key = ?, mail_key = ?, verified_email = ?
         WHERE subject = ?""";

    private static final String UPDATE_WITH_ROLES_AS_THEY_ARE = UPDATE + " AND roles = ?";

    private static final String DELETE = """
        DELETE FROM app_user WHERE subject = ?""";

    private static final int FEW = 10;
    private static final int PAGE = 100;

    /// Adds a user.
    ///
    /// @return false if the name is taken, or another user has shown to read the address
    public boolean insert(Transaction tx, User user) {
        if (tx.execute(INSERT, columns(user)) == 0) return false;
        keepHeld(tx, user);
        return true;
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

    /// What users are called, by subject; whoever is gone is not among them.
    public Map<Subject, Username> names(Transaction tx, Collection<Subject> subjects) {
        List<Subject> all = List.copyOf(new LinkedHashSet<>(subjects));
        Map<Subject, Username> names = new HashMap<>();
        for (int from = 0; from < all.size(); from += NAMED_AT_ONCE) {
            Object[] some = new Object[NAMED_AT_ONCE];
            // One statement for every number of them: the last one is asked for again.
            for (int i = 0; i < some.length; i++) {
                some[i] = all.get(Math.min(from + i, all.size() - 1)).value();
            }
            names.putAll(tx.findByUser(LIST_NAMES, row -> new Username(row.text("username")), some));
        }
        return names;
    }

    private static String marks(int parameters) {
        return String.join(", ", Collections.nCopies(parameters, "?"));
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

    /// The users who have a role behind a subject, in the order of subjects; from the first on after an empty text.
    public List<User> holders(Transaction tx, RoleName role, String afterSubject, int limit) {
        return tx.list(LIST_HOLDERS, UserStore::from, role.value(), afterSubject, limit);
    }

    /// Whether somebody who has a role is wanted.
    public boolean hasHolder(Transaction tx, RoleName role, Predicate<User> wanted) {
        List<User> page = holders(tx, role, "", PAGE);
        while (!page.isEmpty()) {
            if (page.stream().anyMatch(wanted)) return true;
            page = holders(tx, role, page.getLast().subject().value(), PAGE);
        }
        return false;
    }

    /// How many users have a role; no more than `most` are counted.
    public long countHolders(Transaction tx, RoleName role, long most) {
        return tx.find(COUNT_HOLDERS, row -> row.number("holders"), role.value(), most)
                .orElse(0L);
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
        Object[] columns = columns(user);
        Object[] and = Arrays.copyOf(columns, columns.length + 1);
        and[columns.length] = Stored.names(user.roles());
        // Mostly, and at every sign-in that hashes a password anew, the roles stay: their holders are as noted.
        if (tx.execute(UPDATE_WITH_ROLES_AS_THEY_ARE, and) > 0) return true;
        if (tx.execute(UPDATE, columns) == 0) return false;
        keepHeld(tx, user);
        return true;
    }

    /// Notes of which roles the user is a holder, who is this transaction's by now.
    private static void keepHeld(Transaction tx, User user) {
        String subject = user.subject().value();
        Set<RoleName> noted = new HashSet<>(tx.list(LIST_HELD, row -> new RoleName(row.text("role")), subject));
        for (RoleName role : user.roles()) {
            if (!noted.remove(role)) tx.execute(ADD_HOLDER, role.value(), subject);
        }
        for (RoleName role : noted) tx.execute(REMOVE_HOLDER, role.value(), subject);
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
