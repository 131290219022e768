package dev.handstamp.server.administration;

import dev.handstamp.server.administration.moving.Newcomer;
import dev.handstamp.server.administration.moving.Unreadable;
import dev.handstamp.server.administration.moving.UserEntry;
import dev.handstamp.server.administration.moving.UserFile;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Takes in users of another system with the password hashes that they have; each hash is renewed at the user's first
/// login.
///
/// A user who is there already is left as they are, so that an import that was interrupted is simply begun again.
/// Hundreds are added in one transaction. What is reported as added has been committed.
public final class UserImport {

    private static final int BATCH = 200;

    /// Of identifiers that other systems made: never the form of a client's address, nor one of ours.
    private static final Pattern FOREIGN_SUBJECT = Pattern.compile("[A-Za-z0-9._|:@-]{1,255}");

    private static final Pattern OWN_SUBJECT = Pattern.compile(Subject.PREFIX + "[A-Za-z0-9_-]{22}");

    /// What became of one user of the file.
    ///
    /// @param username as it stood there; empty if it could not be read
    /// @param reason   why it was refused, or else empty
    public record Report(long number, String username, Outcome outcome, String reason) {}

    /// The ends that an entry can come to. In a rehearsal, `ADDED` is what would be.
    public enum Outcome {
        ADDED,
        THERE_ALREADY,
        REFUSED
    }

    private final Database database;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Journal journal;
    private final UserStore users = new UserStore();
    private final RoleStore roles = new RoleStore();
    private final ClientStore clients = new ClientStore();

    public UserImport(Database database, Secrets secrets, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.secrets = secrets;
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    /// Takes in everybody whom the file holds.
    ///
    /// @param rehearsal whether everything is checked and nothing kept
    /// @param told      hears of each entry in the order of the file
    public void run(UserFile file, InputStream in, boolean rehearsal, Consumer<Report> told) throws IOException {
        List<UserEntry> waiting = new ArrayList<>(BATCH);
        Set<Username> rehearsed = new TreeSet<>((one, other) -> one.value().compareTo(other.value()));
        file.read(in, entry -> {
            waiting.add(entry);
            if (waiting.size() == BATCH) settle(waiting, rehearsal, rehearsed, told);
        });
        settle(waiting, rehearsal, rehearsed, told);
    }

    private void settle(List<UserEntry> waiting, boolean rehearsal, Set<Username> rehearsed, Consumer<Report> told) {
        List<Report> reports = rehearsal
                ? database.read(tx -> rehearse(tx, waiting, rehearsed))
                : database.inTransaction(tx -> addAll(tx, waiting));
        waiting.clear();
        reports.forEach(told);
    }

    private List<Report> addAll(Transaction tx, List<UserEntry> entries) {
        List<Report> reports = new ArrayList<>();
        for (UserEntry entry : entries) reports.add(report(tx, entry, user -> add(tx, user)));
        return reports;
    }

    private List<Report> rehearse(Transaction tx, List<UserEntry> entries, Set<Username> rehearsed) {
        List<Report> reports = new ArrayList<>();
        for (UserEntry entry : entries) {
            reports.add(report(tx, entry, user -> {
                if (!rehearsed.add(user.username())) throw new Refused("refused.import.twice");
            }));
        }
        return reports;
    }

    private Report report(Transaction tx, UserEntry entry, Consumer<User> act) {
        return switch (entry) {
            case Unreadable(var number, var problem) -> new Report(number, "", Outcome.REFUSED, problem);
            case Newcomer newcomer -> {
                try {
                    User user = checked(newcomer);
                    yield new Report(newcomer.number(), newcomer.username(), decide(tx, newcomer, user, act), "");
                } catch (Refused refused) {
                    String reason = String.valueOf(refused.getMessage());
                    yield new Report(newcomer.number(), newcomer.username(), Outcome.REFUSED, reason);
                }
            }
        };
    }

    private Outcome decide(Transaction tx, Newcomer newcomer, User user, Consumer<User> act) {
        Optional<User> there = users.findByUsername(tx, user.username());
        if (there.isPresent()) {
            boolean same = newcomer.subject().isEmpty() || there.get().subject().equals(user.subject());
            if (!same) throw new Refused("refused.import.other-sub");
            return Outcome.THERE_ALREADY;
        }
        if (users.find(tx, user.subject()).isPresent()) throw new Refused("refused.import.sub-taken");
        if (clients.find(tx, new ClientId(user.subject().value())).isPresent()) {
            throw new Refused("refused.import.sub-of-client");
        }
        act.accept(user);
        return Outcome.ADDED;
    }

    private void add(Transaction tx, User user) {
        Instant now = clock.instant();
        for (RoleName role : user.roles()) {
            if (roles.find(tx, role).isPresent()) continue;
            roles.put(tx, new Role(role, Map.of()));
            journal.note(tx, AuditEvent.Type.ROLE_CREATED, role.value(), Map.of(), now);
        }
        if (user.hasVerifiedEmail()
                && users.findByVerifiedEmail(tx, user.emailKey()).isPresent()) {
            throw new Refused("refused.import.email-taken");
        }
        if (!users.insert(tx, user)) throw new Refused("refused.import.taken");
        Map<String, String> details = Map.of("username", user.username().value(), "imported", "true");
        journal.note(tx, AuditEvent.Type.USER_CREATED, user.subject().value(), details, now);
    }

    private User checked(Newcomer newcomer) {
        PasswordHash hash = newcomer.passwordHash().orElse(PasswordHash.NONE);
        if (!PasswordHasher.canVerify(hash)) {
            throw new Refused("refused.import.hash");
        }
        Instant created = newcomer.createdAt().orElseGet(clock::instant);
        return new User(
                newcomer.subject().map(UserImport::subject).orElseGet(secrets::subject),
                Parsed.username(newcomer.username()),
                Parsed.name(newcomer.name()),
                Parsed.email(newcomer.email()),
                new TreeSet<>(Parsed.roles(newcomer.roles())),
                attributes(newcomer.attributes()),
                hash,
                newcomer.disabled(),
                created);
    }

    private static Subject subject(String text) {
        boolean own = OWN_SUBJECT.matcher(text).matches();
        boolean foreign = FOREIGN_SUBJECT.matcher(text).matches() && !text.startsWith(Subject.PREFIX);
        if (!own && !foreign) throw Parsed.refused("sub", "refused.form.sub", text);
        return new Subject(text);
    }

    private static Map<String, Object> attributes(Map<String, Object> given) {
        Users.refuseTooMany(given.size());
        Map<String, Object> attributes = new TreeMap<>();
        given.forEach((name, value) -> {
            Users.refuseBuiltIn(name);
            attributes.put(Parsed.attribute(name), value instanceof String text ? AttributeValue.text(text) : value);
        });
        return attributes;
    }
}
