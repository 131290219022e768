package dev.handstamp.server.administration;

import dev.handstamp.server.administration.moving.FileText;
import dev.handstamp.server.administration.moving.Newcomer;
import dev.handstamp.server.administration.moving.Unreadable;
import dev.handstamp.server.administration.moving.UserEntry;
import dev.handstamp.server.administration.moving.UserFile;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.ShownText;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.SignInNames;
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

    private final Database database;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Journal journal;
    private final Unpacking unpacking;
    private final UserStore users = new UserStore();
    private final SignInNames names = new SignInNames();
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
        Claims claims = new Claims(secrets.oneTime());
        file.read(FileText.of(in), entry -> {
            waiting.add(entry);
            if (waiting.size() == BATCH) settle(waiting, manner, claims, told);
        });
        settle(waiting, manner, claims, told);
    }

    private void settle(List<UserEntry> waiting, Manner manner, Claims claims, Consumer<Report> told) {
        if (!manner.rehearsal) unpacking.makeReady(waiting);
        Function<Transaction, List<Report>> work = tx -> {
            claims.begin(); // It may run again.
            return reports(waiting, each -> takeIn(tx, each, manner, claims));
        };
        List<Report> reports = manner.rehearsal ? database.read(work) : database.inTransaction(work);
        claims.settle();
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

    /// A rehearsal goes the same way up to the first row, and claims what the rows would have taken.
    private Report takeIn(Transaction tx, Newcomer newcomer, Manner manner, Claims claims) {
        User user = checked(newcomer);
        if (isThere(tx, newcomer, user, manner, claims)) return thereAlready(newcomer, user, claims);
        List<String> left = look(tx, newcomer, user, manner, claims);
        claims.add(name(user));
        if (manner.rehearsal) {
            claim(newcomer, user, manner, claims);
        } else {
            add(tx, user);
            unpacking.unpack(tx, user.subject(), newcomer.luggage(), manner, clock.instant());
        }
        return report(newcomer, Outcome.ADDED, left);
    }

    /// Two spellings of one name (`Vera`, `vera`) may be two users elsewhere: the second is told, not passed over,
    /// unless its `sub` says that it is the same user.
    private static Report thereAlready(Newcomer newcomer, User user, Claims claims) {
        if (claims.has(name(user)) && newcomer.subject().isEmpty()) throw new Refused("refused.import.twice");
        claims.add(name(user));
        return report(newcomer, Outcome.THERE_ALREADY, List.of());
    }

    /// That a user of this name stood in the file, added or there already.
    private static String name(User user) {
        return "name " + user.username();
    }

    /// That it stood there with this `sub`.
    private static String whole(User user) {
        return "user " + user.username() + ' ' + user.subject();
    }

    /// What nobody else may have who is added.
    private static void claim(Newcomer newcomer, User user, Manner manner, Claims claims) {
        if (newcomer.subject().isPresent()) {
            claims.add(whole(user));
            claims.add("sub " + user.subject());
        }
        if (user.hasVerifiedEmail()) claims.add("email " + user.emailKey());
        if (!user.email().isEmpty()) claims.add("address " + user.emailKey());
        SignInNames.nameAsAddress(user).ifPresent(key -> claims.add("called " + key));
        if (SignInNames.isCalledByOwnAddress(user)) claims.add("called by own " + user.emailKey());
        if (!manner.withoutPasskeys) Unpacking.claimPasskeys(newcomer.luggage(), claims);
        Unpacking.claimCodes(newcomer.luggage(), claims);
    }

    private static Report report(Newcomer newcomer, Outcome outcome, List<String> left) {
        return new Report(newcomer.number(), newcomer.username(), outcome, "", left);
    }

    private boolean isThere(Transaction tx, Newcomer newcomer, User user, Manner manner, Claims claims) {
        Optional<User> there = users.findByUsername(tx, user.username());
        boolean rehearsed = there.isEmpty() && manner.rehearsal && claims.has(name(user));
        if (there.isEmpty() && !rehearsed) return false;
        boolean same = newcomer.subject().isEmpty()
                || there.map(found -> found.subject().equals(user.subject())).orElseGet(() -> claims.has(whole(user)));
        if (!same) throw new Refused("refused.import.other-sub");
        return true;
    }

    /// Everything that can stand in the way, before the first row: what is refused leaves nothing behind.
    private List<String> look(Transaction tx, Newcomer newcomer, User user, Manner manner, Claims claims) {
        if (claims.has("sub " + user.subject())
                || users.find(tx, user.subject()).isPresent()) {
            throw new Refused("refused.import.sub-taken");
        }
        if (clients.find(tx, new ClientId(user.subject().value())).isPresent()) {
            throw new Refused("refused.import.sub-of-client");
        }
        if (user.hasVerifiedEmail() && isTaken(tx, user.emailKey(), claims)) {
            throw new Refused("refused.import.email-taken");
        }
        if (isNameOfAnother(tx, user, claims)) throw new Refused("refused.user.name-is-address");
        if (isAddressOfAnother(tx, user, claims)) throw new Refused("refused.user.address-is-name");
        return unpacking.look(tx, newcomer.luggage(), manner, claims, clock.instant());
    }

    /// As [SignInNames] says, also of those whom a rehearsal would have added.
    private boolean isNameOfAnother(Transaction tx, User user, Claims claims) {
        if (names.ownerOfName(tx, user).isPresent()) return true;
        String claim = SignInNames.isCalledByOwnAddress(user) ? "email " : "address ";
        return SignInNames.nameAsAddress(user)
                .filter(key -> claims.has(claim + key))
                .isPresent();
    }

    private boolean isAddressOfAnother(Transaction tx, User user, Claims claims) {
        if (names.calledByAddress(tx, user).isPresent()) return true;
        return claims.has("called " + user.emailKey())
                && (user.hasVerifiedEmail() || !claims.has("called by own " + user.emailKey()));
    }

    private boolean isTaken(Transaction tx, String emailKey, Claims claims) {
        return claims.has("email " + emailKey)
                || users.findByVerifiedEmail(tx, emailKey).isPresent();
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
                Parsed.name(ShownText.unturned(newcomer.name())),
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
        if (Author.isReserved(text)) throw new Refused("refused.import.sub-reserved", text);
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
