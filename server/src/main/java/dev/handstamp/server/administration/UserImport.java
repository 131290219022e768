package dev.handstamp.server.administration;

import dev.handstamp.server.administration.moving.FileText;
import dev.handstamp.server.administration.moving.Luggage;
import dev.handstamp.server.administration.moving.Newcomer;
import dev.handstamp.server.administration.moving.Unreadable;
import dev.handstamp.server.administration.moving.UserEntry;
import dev.handstamp.server.administration.moving.UserFile;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.SecretHash;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Takes in users of another system with the password hashes that they have, each of which is renewed at the user's
/// first login, and with their second factors, passkeys and consents.
///
/// A user who is there already is left as they are, so that an import that was interrupted is simply begun again.
/// Hundreds are added in one transaction, each user with all that is theirs. What is reported as added has been
/// committed.
public final class UserImport {

    private static final int BATCH = 200;

    /// Of identifiers that other systems made: never the form of a client's address, nor one of ours.
    private static final Pattern FOREIGN_SUBJECT = Pattern.compile("[A-Za-z0-9._|:@-]{1,255}");

    private static final Pattern OWN_SUBJECT = Pattern.compile(Subject.PREFIX + "[A-Za-z0-9_-]{22}");

    /// How users are to be taken in.
    ///
    /// @param rehearsal       whether everything is checked and nothing kept
    /// @param relyingParty    what passkeys of the file are bound to, whatever it says itself
    /// @param withoutPasskeys whether passkeys stay behind
    public record Manner(boolean rehearsal, Optional<String> relyingParty, boolean withoutPasskeys) {}

    /// What became of one user of the file.
    ///
    /// @param username as it stood there; empty if it could not be read
    /// @param reason   why it was refused, or else empty
    /// @param left     what stayed behind of a user who was added, and what to do about it
    public record Report(long number, String username, Outcome outcome, String reason, List<String> left) {

        public Report {
            left = List.copyOf(left);
        }
    }

    /// The ends that an entry can come to. In a rehearsal, `ADDED` is what would be.
    public enum Outcome {
        ADDED,
        THERE_ALREADY,
        REFUSED
    }

    /// What stood in the file so far.
    ///
    /// @param claimed what nobody else may have, of those who would be added
    /// @param names   of those who were added, and of those who were there already
    private record Memory(Set<String> claimed, Set<Username> names) {}

    private final Database database;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Journal journal;
    private final Unpacking unpacking;
    private final UserStore users = new UserStore();
    private final RoleStore roles = new RoleStore();
    private final ClientStore clients = new ClientStore();

    /// @param encryption   opened when it is needed
    /// @param relyingParty what passkeys of this server are bound to
    public UserImport(
            Database database,
            Supplier<KeyEncryption> encryption,
            Secrets secrets,
            InstantSource clock,
            String relyingParty,
            Administrator administrator) {
        this.database = database;
        this.secrets = secrets;
        this.clock = clock;
        this.journal = new Journal(administrator);
        this.unpacking = new Unpacking(encryption, secrets, relyingParty, journal);
    }

    /// Takes in everybody whom the file holds.
    ///
    /// @param told hears of each entry in the order of the file
    public void run(UserFile file, InputStream in, Manner manner, Consumer<Report> told) throws IOException {
        List<UserEntry> waiting = new ArrayList<>(BATCH);
        Memory memory = new Memory(new HashSet<>(), new HashSet<>());
        file.read(FileText.of(in), entry -> {
            waiting.add(entry);
            if (waiting.size() == BATCH) settle(waiting, manner, memory, told);
        });
        settle(waiting, manner, memory, told);
    }

    private void settle(List<UserEntry> waiting, Manner manner, Memory memory, Consumer<Report> told) {
        if (!manner.rehearsal) unpacking.makeReady(waiting);
        Set<Username> names = new HashSet<>();
        List<Report> reports = manner.rehearsal
                ? database.read(tx -> reports(waiting, each -> rehearse(tx, each, manner, memory, names)))
                : database.inTransaction(tx -> {
                    names.clear(); // It may run again.
                    return reports(waiting, each -> takeIn(tx, each, manner, memory, names));
                });
        memory.names.addAll(names);
        waiting.clear();
        reports.forEach(told);
    }

    private static List<Report> reports(List<UserEntry> entries, Function<Newcomer, Report> act) {
        List<Report> reports = new ArrayList<>();
        for (UserEntry entry : entries) {
            reports.add(
                    switch (entry) {
                        case Unreadable(var number, var problem) ->
                            new Report(number, "", Outcome.REFUSED, problem, List.of());
                        case Newcomer newcomer -> orRefused(newcomer, act);
                    });
        }
        return reports;
    }

    private static Report orRefused(Newcomer newcomer, Function<Newcomer, Report> act) {
        try {
            return act.apply(newcomer);
        } catch (Refused refused) {
            String reason = String.valueOf(refused.getMessage());
            return new Report(newcomer.number(), newcomer.username(), Outcome.REFUSED, reason, List.of());
        }
    }

    private Report takeIn(Transaction tx, Newcomer newcomer, Manner manner, Memory memory, Set<Username> names) {
        User user = checked(newcomer);
        if (isThere(tx, newcomer, user)) return thereAlready(newcomer, user, memory, names);
        List<String> left = look(tx, newcomer, user, manner);
        add(tx, user);
        names.add(user.username());
        unpacking.unpack(tx, user.subject(), newcomer.luggage(), manner, clock.instant());
        return report(newcomer, Outcome.ADDED, left);
    }

    private Report rehearse(Transaction tx, Newcomer newcomer, Manner manner, Memory memory, Set<Username> names) {
        User user = checked(newcomer);
        if (isThere(tx, newcomer, user)) return thereAlready(newcomer, user, memory, names);
        List<String> left = look(tx, newcomer, user, manner);
        Map<String, String> claimed = claimed(newcomer, user, manner);
        // All of it is looked at before any of it is remembered: who is refused takes nothing from the next.
        claimed.forEach((claim, problem) -> {
            if (memory.claimed.contains(claim)) throw new Refused(problem);
        });
        memory.claimed.addAll(claimed.keySet());
        return report(newcomer, Outcome.ADDED, left);
    }

    /// Two spellings of one name (`Vera`, `vera`) may be two users elsewhere: the second is told, not passed over,
    /// unless its `sub` says that it is the same user.
    private static Report thereAlready(Newcomer newcomer, User user, Memory memory, Set<Username> names) {
        boolean stoodBefore = memory.names.contains(user.username()) || !names.add(user.username());
        if (stoodBefore && newcomer.subject().isEmpty()) throw new Refused("refused.import.twice");
        return report(newcomer, Outcome.THERE_ALREADY, List.of());
    }

    /// What nobody else may have who is added, each with the reason why somebody else is refused then.
    private static Map<String, String> claimed(Newcomer newcomer, User user, Manner manner) {
        Map<String, String> claimed = new LinkedHashMap<>();
        claimed.put("username " + user.username(), "refused.import.twice");
        if (newcomer.subject().isPresent()) claimed.put("sub " + user.subject(), "refused.import.sub-taken");
        if (user.hasVerifiedEmail()) claimed.put("email " + user.emailKey(), "refused.import.email-taken");
        Luggage luggage = newcomer.luggage();
        List<Luggage.Credential> usable = manner.withoutPasskeys ? List.of() : Unpacking.usable(luggage);
        for (Luggage.Credential each : usable) claimed.put("passkey " + each.id(), "refused.import.passkey-taken");
        if (!usable.isEmpty()) {
            luggage.userHandle()
                    .ifPresent(handle -> claimed.put("handle " + handle.value(), "refused.import.handle-taken"));
        }
        for (SecretHash hash :
                luggage.recoveryCodes().map(Luggage.Codes::hashes).orElse(List.of())) {
            claimed.put("recovery code " + hash.value(), "refused.import.code-taken");
        }
        return claimed;
    }

    private static Report report(Newcomer newcomer, Outcome outcome, List<String> left) {
        return new Report(newcomer.number(), newcomer.username(), outcome, "", left);
    }

    private boolean isThere(Transaction tx, Newcomer newcomer, User user) {
        Optional<User> there = users.findByUsername(tx, user.username());
        if (there.isEmpty()) return false;
        boolean same = newcomer.subject().isEmpty() || there.get().subject().equals(user.subject());
        if (!same) throw new Refused("refused.import.other-sub");
        return true;
    }

    /// Everything that can stand in the way, before the first row: what is refused leaves nothing behind.
    private List<String> look(Transaction tx, Newcomer newcomer, User user, Manner manner) {
        if (users.find(tx, user.subject()).isPresent()) throw new Refused("refused.import.sub-taken");
        if (clients.find(tx, new ClientId(user.subject().value())).isPresent()) {
            throw new Refused("refused.import.sub-of-client");
        }
        if (user.hasVerifiedEmail()
                && users.findByVerifiedEmail(tx, user.emailKey()).isPresent()) {
            throw new Refused("refused.import.email-taken");
        }
        return unpacking.look(tx, newcomer.luggage(), manner, clock.instant());
    }

    private void add(Transaction tx, User user) {
        Instant now = clock.instant();
        if (!users.insert(tx, user)) throw new Refused("refused.import.taken");
        for (RoleName role : user.roles()) {
            if (roles.find(tx, role).isPresent()) continue;
            roles.put(tx, new Role(role, Map.of()));
            journal.note(tx, AuditEvent.Type.ROLE_CREATED, role.value(), Map.of(), now);
        }
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
