package dev.handstamp.server.administration;

import dev.handstamp.server.crypto.Busy;
import dev.handstamp.server.crypto.Hashed;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.UnacceptablePassword;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.issuance.Administrators;
import dev.handstamp.server.issuance.Notices;
import dev.handstamp.server.issuance.PasswordPolicy;
import dev.handstamp.server.issuance.SignInNames;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The users: adding, changing, disabling, deleting them. What narrows a user's privileges or ends them takes effect
/// at once.
public final class Users {

    private static final int MOST_ATTRIBUTES = 100;
    private static final int PAGE = 500;

    /// What every user has besides, so that no attribute may take its name.
    private static final Set<String> BUILT_IN = Set.of("name", "email", "preferred_username");

    /// A user to be. Attributes are texts by name.
    public record NewUser(
            String username, String name, String email, Collection<String> roles, Map<String, String> attributes) {}

    /// The user, and the roles that had to be made because nobody had added them yet.
    public record Added(User user, List<RoleName> newRoles) {}

    /// What is to become different; empty parts stay as they are.
    public record Change(
            Optional<String> name,
            Optional<String> email,
            Collection<String> addedRoles,
            Collection<String> removedRoles,
            Map<String, String> setAttributes,
            Collection<String> unsetAttributes) {}

    private final Database database;
    private final Supplier<PasswordHasher> hasher;
    private final PasswordPolicy policy;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Administrator administrator;
    private final Journal journal;
    private final Notices notices;
    private final Administrators administrators = new Administrators();
    private final SignInNames names = new SignInNames();
    private final UserStore users = new UserStore();
    private final RoleStore roles = new RoleStore();
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();
    private final RevisionStore revisions = new RevisionStore();

    /// Works on the given store, and takes the passwords that are taken where nothing is set.
    public Users(
            Database database,
            Supplier<PasswordHasher> hasher,
            Secrets secrets,
            InstantSource clock,
            Administrator administrator) {
        this(database, hasher, PasswordPolicy.SHIPPED, secrets, clock, administrator);
    }

    /// Works on the given store.
    ///
    /// @param hasher made when a password has to be hashed, and closed by whoever made it
    public Users(
            Database database,
            Supplier<PasswordHasher> hasher,
            PasswordPolicy policy,
            Secrets secrets,
            InstantSource clock,
            Administrator administrator) {
        this.database = database;
        this.hasher = hasher;
        this.policy = policy;
        this.secrets = secrets;
        this.clock = clock;
        this.administrator = administrator;
        this.journal = new Journal(administrator);
        this.notices = new Notices(secrets, clock);
    }

    /// Adds a user. A role that does not exist yet is made, and allows nothing until it is given scopes; only
    /// `administrator` is left to the server's first start.
    public Added add(NewUser wanted, String password) {
        Username username = Parsed.username(wanted.username());
        String name = Parsed.name(wanted.name());
        String email = Parsed.email(wanted.email());
        Set<RoleName> wantedRoles = Parsed.roles(wanted.roles());
        Map<String, Object> attributes = attributes(wanted.attributes());
        if (database.read(tx -> users.findByUsername(tx, username)).isPresent()) throw taken(username);

        PasswordHash hash = hash(password, username, name, email);
        Subject subject = secrets.subject();
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            List<RoleName> newRoles = makeMissing(tx, wantedRoles, now);
            User user =
                    new User(subject, username, name, email, new TreeSet<>(wantedRoles), attributes, hash, false, now);
            refuseForeign(tx, user);
            refuseNameOfAnother(tx, user);
            refuseAddressOfAnother(tx, user);
            if (!users.insert(tx, user)) throw taken(username);
            boolean hasRoles = !user.roles().isEmpty();
            journal.note(tx, AuditEvent.Type.USER_CREATED, subject.value(), details(user, hasRoles), now);
            return new Added(user, newRoles);
        });
    }

    /// Every user, by name.
    public List<User> list() {
        List<User> all = new ArrayList<>();
        List<User> page = page("");
        while (!page.isEmpty()) {
            all.addAll(page);
            page = page(page.getLast().username().value());
        }
        return all;
    }

    /// The user of this name, or of this subject.
    public User find(String nameOrSubject) {
        return database.read(tx -> find(tx, nameOrSubject));
    }

    /// Lets nobody in by this name and ends every session, grant and token of the user.
    public User disable(String nameOrSubject) {
        return setDisabled(nameOrSubject, true);
    }

    public User enable(String nameOrSubject) {
        return setDisabled(nameOrSubject, false);
    }

    /// Sets another password and ends every session, grant and token: whoever knew the old one is out.
    public User changePassword(String nameOrSubject, String password) {
        User before = find(nameOrSubject);
        PasswordHash hash = hash(password, before.username(), before.name(), before.email());
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            User user = lock(tx, nameOrSubject);
            User changed = user.withPasswordHash(hash);
            users.update(tx, changed);
            note(tx, AuditEvent.Type.PASSWORD_CHANGED, changed, now);
            notices.tell(tx, changed, Notice.PASSWORD_CHANGED);
            endEverything(tx, changed, AuditEvent.Type.PASSWORD_CHANGED, now);
            return changed;
        });
    }

    /// Deletes a user with all that was theirs. The subject is never given again.
    public User delete(String nameOrSubject) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            User user = lock(tx, nameOrSubject);
            refuseLast(tx, user);
            Set<Audience> audiences = grants.audiences(tx, user.subject());
            journal.cutOff(tx, Kind.SUBJECT, user.subject().value(), AuditEvent.Type.USER_DELETED, audiences, now);
            sessions.endAll(tx, user.subject(), now); // They go with the user; clients are told.
            users.delete(tx, user.subject()); // After the cut-off, which asks the grants for their places.
            note(tx, AuditEvent.Type.USER_DELETED, user, now);
            notices.tell(tx, user, Notice.ACCOUNT_DELETED);
            return user;
        });
    }

    /// Changes what a user is. Unless it only adds roles or corrects the name, every token issued until now is
    /// refused: the next one tells the new truth.
    public Added change(String nameOrSubject, Change change) {
        return change(nameOrSubject, _ -> change);
    }

    /// The same, as it follows from what the user is at that moment.
    ///
    /// @param decide may throw: then nothing is changed
    public Added change(String nameOrSubject, Function<User, Change> decide) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            User user = lock(tx, nameOrSubject);
            Change change = decide.apply(user);
            Set<RoleName> added = Parsed.roles(change.addedRoles());
            Set<RoleName> removed = Parsed.roles(change.removedRoles());
            Map<String, Object> set = attributes(change.setAttributes());
            User changed = user.withRoles(rolesAfter(user, added, removed))
                    .withProfile(
                            change.name().map(Parsed::name).orElse(user.name()),
                            change.email().map(Parsed::email).orElse(user.email()),
                            attributesAfter(user, change.email().map(Parsed::email), set, change.unsetAttributes()));
            refuseForeign(tx, changed);
            boolean isOtherAddress = !changed.emailKey().equals(user.emailKey());
            boolean isNewlyRead = changed.hasVerifiedEmail() && !user.hasVerifiedEmail();
            if (isOtherAddress || isNewlyRead) refuseAddressOfAnother(tx, changed);
            if (!removed.isEmpty() && !administrators.isOne(tx, changed)) refuseLast(tx, user);
            List<RoleName> newRoles = makeMissing(tx, added, now);
            users.update(tx, changed);
            boolean hasOtherRoles = !changed.roles().equals(user.roles());
            journal.note(
                    tx, AuditEvent.Type.USER_CHANGED, user.subject().value(), details(changed, hasOtherRoles), now);
            if (!changed.email().equals(user.email())) notices.tell(tx, user, Notice.EMAIL_CHANGED);
            if (isNarrowed(user, changed)) cutOff(tx, changed, AuditEvent.Type.USER_CHANGED, now);
            else revisions.bumpConfiguration(tx); // UserInfo tells the new name from the commit on.
            return new Added(changed, newRoles);
        });
    }

    private List<User> page(String after) {
        return database.read(tx -> users.list(tx, after, PAGE));
    }

    private User setDisabled(String nameOrSubject, boolean disabled) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            User user = lock(tx, nameOrSubject);
            if (user.disabled() == disabled) return user;
            if (disabled) refuseLast(tx, user);
            User changed = user.withDisabled(disabled);
            users.update(tx, changed);
            note(tx, disabled ? AuditEvent.Type.USER_DISABLED : AuditEvent.Type.USER_ENABLED, changed, now);
            if (disabled) {
                endEverything(tx, changed, AuditEvent.Type.USER_DISABLED, now);
                notices.tell(tx, changed, Notice.ACCOUNT_DISABLED);
            }
            return changed;
        });
    }

    /// Whoever works on the data itself can make another one.
    private void refuseLast(Transaction tx, User user) {
        if (administrator.ownsTheData() || !administrators.isLast(tx, user)) return;
        throw new Refused(Refused.Kind.CONFLICT, "refused.user.last-administrator", user.username(), AdminScope.ROLE);
    }

    private void endEverything(Transaction tx, User user, AuditEvent.Type cause, Instant now) {
        sessions.endAll(tx, user.subject(), now);
        grants.revokeAll(tx, user.subject(), now);
        cutOff(tx, user, cause, now);
    }

    private void cutOff(Transaction tx, User user, AuditEvent.Type cause, Instant now) {
        Set<Audience> audiences = grants.audiences(tx, user.subject());
        journal.cutOff(tx, Kind.SUBJECT, user.subject().value(), cause, audiences, now);
    }

    /// The user, who is this transaction's until the commit.
    private User lock(Transaction tx, String nameOrSubject) {
        return users.lock(tx, find(tx, nameOrSubject).subject()).orElseThrow(() -> unknown(nameOrSubject));
    }

    User find(Transaction tx, String nameOrSubject) {
        Optional<User> named = Username.parse(nameOrSubject).flatMap(username -> users.findByUsername(tx, username));
        Optional<User> found = users.find(tx, new Subject(nameOrSubject));
        // Nobody is taken for somebody else by giving itself the other's subject as a name.
        return found.or(() -> named).orElseThrow(() -> unknown(nameOrSubject));
    }

    private static Refused unknown(String nameOrSubject) {
        return new Refused(Refused.Kind.UNKNOWN, "refused.user.unknown", Refused.quoted(nameOrSubject));
    }

    private List<RoleName> makeMissing(Transaction tx, Set<RoleName> wanted, Instant now) {
        List<RoleName> missing =
                wanted.stream().filter(name -> roles.find(tx, name).isEmpty()).toList();
        for (RoleName name : missing) {
            // Made here it would have no scopes, and the server would leave it so.
            if (name.value().equals(AdminScope.ROLE)) {
                throw new Refused(Refused.Kind.CONFLICT, "refused.user.no-administrators-yet", AdminScope.ROLE);
            }
            roles.put(tx, new Role(name, Map.of()));
            journal.note(tx, AuditEvent.Type.ROLE_CREATED, name.value(), Map.of(), now);
        }
        return missing;
    }

    private void note(Transaction tx, AuditEvent.Type type, User user, Instant now) {
        journal.note(tx, type, user.subject().value(), details(user, false), now);
    }

    /// @param withRoles whether it is told which the user has from here on: they may be an administrator's
    private static Map<String, String> details(User user, boolean withRoles) {
        String username = user.username().value();
        if (!withRoles) return Map.of("username", username);
        String roles = user.roles().stream().map(RoleName::value).collect(Collectors.joining(" "));
        return Map.of("username", username, "roles", roles);
    }

    private PasswordHash hash(String password, Username username, String name, String email) {
        policy.flaw(password, username, name, email).ifPresent(flaw -> {
            throw switch (flaw) {
                case TOO_SHORT -> Refused.about("password", "refused.password.short", policy.shortest());
                case COMMON -> Refused.about("password", "refused.password.common");
                case OWN -> Refused.about("password", "refused.password.own");
            };
        });
        return switch (hasher.get().hash(password)) {
            case Hashed(var hash) -> hash;
            case UnacceptablePassword _ ->
                throw Refused.about("password", "refused.password.long", PasswordHasher.LONGEST_PASSWORD);
            case Busy _ -> throw new Refused(Refused.Kind.BUSY, "refused.password.busy");
        };
    }

    private static SortedSet<RoleName> rolesAfter(User user, Set<RoleName> added, Set<RoleName> removed) {
        TreeSet<RoleName> after = new TreeSet<>(user.roles());
        for (RoleName role : removed) {
            if (!after.remove(role)) throw new Refused("refused.user.role-missing", user.username(), role);
        }
        after.addAll(added);
        return after;
    }

    /// An address that another user has shown to read is that user's.
    private void refuseForeign(Transaction tx, User user) {
        if (!user.hasVerifiedEmail()) return;
        users.findByVerifiedEmail(tx, user.emailKey())
                .filter(other -> !other.subject().equals(user.subject()))
                .ifPresent(other -> {
                    throw Refused.about(
                            "e-mail address",
                            "refused.user.email-taken",
                            Refused.quoted(user.email()),
                            other.username());
                });
    }

    private void refuseNameOfAnother(Transaction tx, User user) {
        if (names.ownerOfName(tx, user).isPresent()) throw Refused.about("user name", "refused.user.name-is-address");
    }

    private void refuseAddressOfAnother(Transaction tx, User user) {
        if (names.calledByAddress(tx, user).isPresent()) {
            throw Refused.about("e-mail address", "refused.user.address-is-name");
        }
    }

    /// Whoever gets another address has not shown to read it.
    private static Map<String, Object> attributesAfter(
            User user, Optional<String> email, Map<String, Object> set, Collection<String> unset) {
        Map<String, Object> after = new TreeMap<>(user.attributes());
        if (email.isPresent() && !email.get().equals(user.email())) after.remove(User.EMAIL_VERIFIED);
        for (String name : unset) {
            if (after.remove(name) == null) {
                throw new Refused("refused.user.attribute-missing", user.username(), Refused.quoted(name));
            }
        }
        after.putAll(set);
        refuseTooMany(after.size());
        return after;
    }

    static void refuseTooMany(int attributes) {
        if (attributes > MOST_ATTRIBUTES)
            throw Refused.about("attribute name", "refused.user.attributes-many", MOST_ATTRIBUTES);
    }

    static void refuseBuiltIn(String attribute) {
        if (BUILT_IN.contains(attribute)) {
            throw Refused.about("attribute name", "refused.user.attribute-built-in", attribute);
        }
    }

    private static boolean isNarrowed(User before, User after) {
        return !after.roles().containsAll(before.roles())
                || !after.attributes().equals(before.attributes())
                || !after.email().equals(before.email());
    }

    private static Map<String, Object> attributes(Map<String, String> texts) {
        refuseTooMany(texts.size());
        Map<String, Object> attributes = new TreeMap<>();
        texts.forEach((name, text) -> {
            refuseBuiltIn(name);
            attributes.put(Parsed.attribute(name), AttributeValue.parse(text));
        });
        return attributes;
    }

    private static Refused taken(Username username) {
        return new Refused(Refused.Kind.CONFLICT, "refused.user.taken", Refused.quoted(username.value()))
                .concerning("user name");
    }
}
