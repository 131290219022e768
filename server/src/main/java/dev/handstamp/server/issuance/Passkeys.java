package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.WebAuthn;
import dev.handstamp.server.crypto.WebAuthn.Enrolled;
import dev.handstamp.server.crypto.WebAuthn.Right;
import dev.handstamp.server.crypto.WebAuthn.Unacceptable;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.passkey.Assertion;
import dev.handstamp.server.domain.passkey.Attestation;
import dev.handstamp.server.domain.passkey.ClientData;
import dev.handstamp.server.domain.passkey.Maker;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.passkey.Passkey.Cloned;
import dev.handstamp.server.domain.passkey.Passkey.Counts;
import dev.handstamp.server.domain.passkey.PasskeyId;
import dev.handstamp.server.domain.passkey.PasskeyName;
import dev.handstamp.server.domain.passkey.UserHandle;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.PasskeyStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The passkeys of users: how they come, what they prove, how they go (WebAuthn Level 3 §7).
///
/// Signatures are looked at outside of any transaction: only what they come to is decided in one.
public final class Passkeys {

    /// What a signature is for. One that was made for something else is good for nothing.
    public enum Purpose {
        /// Nobody is signed in yet, and nobody is named.
        SIGN_IN,
        /// After the password, or because a higher level is asked for.
        SECOND_FACTOR,
        /// Somebody who is signed in proves to be still there.
        CONFIRM
    }

    /// What a browser is to ask of passkeys.
    ///
    /// @param allowed those that count; empty: whichever there is
    public record Question(String challenge, List<Passkey> allowed) {}

    /// Whether a passkey may be added.
    public sealed interface Beginning {}

    /// What a browser is to make a passkey of.
    ///
    /// @param existing those that are not to be made a second time
    public record Offer(String challenge, UserHandle handle, User user, List<Passkey> existing) implements Beginning {}

    /// What became of a passkey that was to be added, renamed or taken away.
    public sealed interface Change {}

    public record Done(Passkey passkey) implements Change {}

    /// The last sign-in is too long ago: prove it once more.
    public record NotFresh() implements Beginning, Change {}

    /// There are [Passkey#MOST] of them.
    public record Full() implements Beginning, Change {}

    /// It took too long, or was asked by another page: begin again.
    public record StartAgain() implements Change {}

    /// Somebody has it already, here or in another account: nobody is told whose it is.
    public record Taken() implements Change {}

    /// It is not what was asked for.
    public record Unusable() implements Change {}

    /// There is none of this user's that is called so.
    public record NoSuch() implements Change {}

    /// Nothing else would let the user in any more.
    public record LastWayIn() implements Change {}

    /// What was presented, after a look at it outside of any transaction.
    sealed interface Checked {}

    /// @param before the passkey as it was read
    record Signed(Passkey before, Right right, String challenge, Optional<UserHandle> handle) implements Checked {}

    /// What a passkey came to.
    sealed interface Verdict {}

    record Proved(User user, Passkey passkey) implements Verdict {}

    record Not(PasskeyOutcome outcome) implements Checked, Verdict {}

    private static final int FAILURES_NOTED = 10;
    private static final Duration NOTED_IN = Duration.ofMinutes(1);

    private final Database database;
    private final UserStore users;
    private final AuditStore audit;
    private final WebAuthn webAuthn;
    private final PasskeyChallenges challenges;
    private final Endings endings;
    private final Notices notices;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Pace noted;
    private final PasskeyStore store = new PasskeyStore();
    private final Visitors visitors = new Visitors();

    public Passkeys(
            Database database,
            UserStore users,
            AuditStore audit,
            WebAuthn webAuthn,
            KeyEncryption encryption,
            Endings endings,
            Notices notices,
            Secrets secrets,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.database = database;
        this.users = users;
        this.audit = audit;
        this.webAuthn = webAuthn;
        this.challenges = new PasskeyChallenges(encryption, secrets);
        this.endings = endings;
        this.notices = notices;
        this.secrets = secrets;
        this.clock = clock;
        this.noted = new Pace(FAILURES_NOTED, NOTED_IN, nanoTime);
    }

    /// What passkeys are bound to (`rp.id`).
    public String relyingParty() {
        return webAuthn.relyingParty();
    }

    /// What they may sign with, by COSE numbers, the most wanted first.
    public List<Long> algorithms() {
        return WebAuthn.ALGORITHMS;
    }

    /// Those of a user, the oldest first.
    public List<Passkey> list(Subject subject) {
        return database.read(tx -> store.list(tx, subject));
    }

    /// Whether a user has one that opens something.
    public boolean isUsable(Subject subject) {
        return database.read(tx -> isUsable(tx, subject));
    }

    boolean isUsable(Transaction tx, Subject subject) {
        return store.isUsable(tx, subject);
    }

    /// Asks whoever sits at a browser for a passkey.
    ///
    /// @param of whose it has to be; empty: anybody's
    public Question ask(Purpose purpose, Secret browser, Optional<Subject> of) {
        String challenge = challenges.issue(browser, about(purpose, of), clock.instant());
        List<Passkey> allowed = of.map(this::list).orElse(List.of()).stream()
                .filter(passkey -> passkey.suspendedAt().isEmpty())
                .toList();
        return new Question(challenge, allowed);
    }

    /// Looks at what came back.
    Checked check(Assertion assertion, Purpose purpose, Secret browser, Optional<Subject> of, Caller caller) {
        Instant now = clock.instant();
        Optional<String> challenge = ClientData.parse(assertion.clientData().bytes())
                .map(ClientData::challenge)
                .filter(each -> challenges.isGood(each, browser, about(purpose, of), now));
        if (challenge.isEmpty()) return new Not(new PasskeyOutcome.StartAgain());
        Optional<Passkey> passkey = database.read(tx -> store.find(tx, assertion.credential()));
        if (passkey.isEmpty()) return new Not(new PasskeyOutcome.Unknown());
        return switch (webAuthn.proved(assertion, challenge.get(), passkey.get())) {
            case Right right -> new Signed(passkey.get(), right, challenge.get(), assertion.userHandle());
            case Unacceptable(var reason) -> {
                database.inTransaction(tx -> refused(tx, passkey.get(), reason, ClientId.FIRST_PARTY, caller, now));
                yield new Not(new PasskeyOutcome.Refused());
            }
        };
    }

    /// Decides what a right signature comes to, once and for all. Its user is held until the commit.
    Verdict settle(
            Transaction tx,
            Signed signed,
            Purpose purpose,
            Optional<Subject> of,
            ClientId client,
            Caller caller,
            Instant now) {
        if (!challenges.spend(tx, signed.challenge, now)) return new Not(new PasskeyOutcome.StartAgain());
        Optional<Passkey> found = store.find(tx, signed.before.credential())
                .filter(passkey -> passkey.publicKey().equals(signed.before.publicKey()));
        if (found.isEmpty()) return new Not(new PasskeyOutcome.Unknown());
        Passkey passkey = found.get();
        if (isOfAnother(tx, passkey, signed.handle, purpose, of)) {
            return refused(tx, passkey, "other_user", client, caller, now);
        }
        Optional<User> user = users.hold(tx, passkey.subject());
        if (user.isEmpty() || user.get().disabled()) return refused(tx, passkey, "disabled", client, caller, now);
        Right right = signed.right;
        return switch (passkey.use(right.signCount(), right.backupEligible(), right.backedUp(), now)) {
            case Counts(var used) ->
                store.use(tx, passkey, used)
                        ? new Proved(user.get(), used)
                        : refused(tx, passkey, "used_elsewhere", client, caller, now);
            case Cloned(var suspended) -> cloned(tx, user.get(), passkey, suspended, right, client, caller, now);
            case Passkey.Refused(var reason) -> refused(tx, passkey, reason, client, caller, now);
        };
    }

    /// Whoever was not named is named by the passkey (§7.2 step 6).
    private boolean isOfAnother(
            Transaction tx, Passkey passkey, Optional<UserHandle> shown, Purpose purpose, Optional<Subject> of) {
        if (of.isPresent() && !of.get().equals(passkey.subject())) return true;
        if (shown.isEmpty()) return purpose == Purpose.SIGN_IN;
        return !store.handle(tx, passkey.subject()).equals(shown);
    }

    /// One of two that sign with the same key is a thief's: neither gets in with it any more (§6.1.1). Which of the
    /// sessions is the thief's cannot be told, so all of them end.
    private Not cloned(
            Transaction tx,
            User user,
            Passkey before,
            Passkey suspended,
            Right right,
            ClientId client,
            Caller caller,
            Instant now) {
        users.lock(tx, user.subject());
        store.use(tx, before, suspended);
        notices.tell(tx, user, Notice.PASSKEY_CLONED);
        endings.endEverything(tx, user.subject(), AuditEvent.Type.PASSKEY_CLONED, now);
        Map<String, String> details = Map.of(
                "passkey", before.id().value(),
                "name", before.name().value(),
                "counter", Long.toString(before.signCount()),
                "shown", Long.toString(right.signCount()));
        audit.append(
                tx,
                caller.event(
                        AuditEvent.Type.PASSKEY_CLONED, "", before.subject().value(), client, details, now));
        return new Not(new PasskeyOutcome.Refused());
    }

    /// The audit trail is no place that a stranger can fill at will.
    private Not refused(Transaction tx, Passkey passkey, String reason, ClientId client, Caller caller, Instant now) {
        if (noted.exceeded(passkey.id().value()).isEmpty()) {
            Map<String, String> details = Map.of(
                    "reason", "passkey_" + reason, "passkey", passkey.id().value());
            audit.append(
                    tx,
                    caller.event(
                            AuditEvent.Type.LOGIN_FAILED, "", passkey.subject().value(), client, details, now));
        }
        return new Not(new PasskeyOutcome.Refused());
    }

    /// Whether the user may add one now, and what the browser makes it of.
    public Beginning begin(Visitor visitor, Secret browser) {
        Instant now = clock.instant();
        if (!visitor.isFreshAt(now)) return new NotFresh();
        Subject subject = visitor.user().subject();
        List<Passkey> existing = list(subject);
        if (existing.size() >= Passkey.MOST) return new Full();
        UserHandle fresh = new UserHandle(secrets.oneTime().value());
        UserHandle handle = database.inTransaction(tx -> store.handle(tx, subject, fresh));
        return new Offer(challenges.issue(browser, about(visitor), now), handle, visitor.user(), existing);
    }

    /// Adds what the browser has made.
    ///
    /// @param device what the browser is called, for a passkey whose maker nobody knows
    public Change finish(Visitor visitor, Attestation attestation, String device, Secret browser, Caller caller) {
        Instant now = clock.instant();
        if (!visitor.isFreshAt(now)) return new NotFresh();
        Optional<String> challenge = ClientData.parse(attestation.clientData().bytes())
                .map(ClientData::challenge)
                .filter(each -> challenges.isGood(each, browser, about(visitor), now));
        if (challenge.isEmpty()) return new StartAgain();
        return switch (webAuthn.enrolled(attestation, challenge.get())) {
            case Unacceptable _ -> new Unusable();
            case Enrolled enrolled -> {
                Passkey passkey = passkey(visitor, attestation, enrolled, device, now);
                yield database.inTransaction(tx -> add(tx, visitor, passkey, challenge.get(), caller, now));
            }
        };
    }

    private Change add(Transaction tx, Visitor visitor, Passkey passkey, String challenge, Caller caller, Instant now) {
        // Locked: of two that are added at the same moment, the second counts the first.
        Optional<Visitor> still = visitors.lock(tx, visitor, now).filter(each -> each.isFreshAt(now));
        if (still.isEmpty()) return new NotFresh();
        if (!challenges.spend(tx, challenge, now)) return new StartAgain();
        List<Passkey> existing = store.list(tx, passkey.subject());
        if (existing.size() >= Passkey.MOST) return new Full();
        Passkey named = withFreeName(passkey, existing);
        if (!store.insert(tx, named)) return new Taken();
        note(tx, AuditEvent.Type.PASSKEY_ENROLLED, visitor, named, caller, now);
        notices.tell(tx, still.get().user(), Notice.FACTOR_ADDED);
        return new Done(named);
    }

    private Passkey passkey(Visitor visitor, Attestation attestation, Enrolled enrolled, String device, Instant now) {
        PasskeyName name = Maker.named(enrolled.aaguid())
                .or(() -> Optional.of(device))
                .flatMap(PasskeyName::parse)
                .orElse(new PasskeyName("Passkey"));
        return new Passkey(
                new PasskeyId(secrets.id()),
                visitor.user().subject(),
                enrolled.credential(),
                enrolled.publicKey(),
                enrolled.signCount(),
                Optional.of(enrolled.backupEligible()),
                enrolled.backedUp(),
                attestation.transports(),
                enrolled.aaguid(),
                name,
                now,
                Optional.empty(),
                Optional.empty());
    }

    /// Two of one maker are told apart by a number.
    private static Passkey withFreeName(Passkey passkey, List<Passkey> existing) {
        List<PasskeyName> taken = existing.stream().map(Passkey::name).toList();
        Passkey named = passkey;
        for (int number = 2; taken.contains(named.name()); number++) {
            String start = passkey.name().value();
            String end = " " + number;
            int most = Math.min(start.length(), PasskeyName.LONGEST - end.length());
            named = passkey.named(new PasskeyName(start.substring(0, most) + end));
        }
        return named;
    }

    public Change rename(Visitor visitor, PasskeyId id, PasskeyName name, Caller caller) {
        Instant now = clock.instant();
        Subject subject = visitor.user().subject();
        return database.inTransaction(tx -> {
            if (visitors.hold(tx, visitor, now).isEmpty()) return new NotFresh();
            Optional<Passkey> passkey = find(tx, subject, id);
            if (passkey.isEmpty() || !store.rename(tx, subject, id, name)) return new NoSuch();
            Passkey renamed = passkey.get().named(name);
            note(tx, AuditEvent.Type.PASSKEY_RENAMED, visitor, renamed, caller, now);
            return new Done(renamed);
        });
    }

    /// Takes one away, and ends what the user has opened anywhere else: whoever held it is out.
    public Change remove(Visitor visitor, PasskeyId id, Directory directory, Caller caller) {
        Instant now = clock.instant();
        if (!visitor.isFreshAt(now)) return new NotFresh();
        Subject subject = visitor.user().subject();
        return database.inTransaction(tx -> {
            Optional<Visitor> still = visitors.lock(tx, visitor, now).filter(each -> each.isFreshAt(now));
            if (still.isEmpty()) return new NotFresh();
            Optional<Passkey> passkey = find(tx, subject, id);
            if (passkey.isEmpty()) return new NoSuch();
            User user = still.get().user();
            if (isLastWayIn(tx, user, passkey.get())) return new LastWayIn();
            store.delete(tx, subject, id);
            note(tx, AuditEvent.Type.PASSKEY_REMOVED, visitor, passkey.get(), caller, now);
            notices.tell(tx, user, Notice.FACTOR_REMOVED);
            endings.endOthers(tx, visitor, AuditEvent.Type.PASSKEY_REMOVED, directory, caller, now);
            return new Done(passkey.get());
        });
    }

    private boolean isLastWayIn(Transaction tx, User user, Passkey passkey) {
        if (!user.passwordHash().equals(PasswordHash.NONE)) return false;
        return store.list(tx, user.subject()).stream()
                .noneMatch(other ->
                        !other.id().equals(passkey.id()) && other.suspendedAt().isEmpty());
    }

    private Optional<Passkey> find(Transaction tx, Subject subject, PasskeyId id) {
        return store.list(tx, subject).stream()
                .filter(passkey -> passkey.id().equals(id))
                .findFirst();
    }

    private void note(
            Transaction tx, AuditEvent.Type type, Visitor visitor, Passkey passkey, Caller caller, Instant now) {
        Map<String, String> details = Map.of(
                "passkey", passkey.id().value(),
                "name", passkey.name().value(),
                "aaguid", passkey.aaguid());
        String subject = visitor.user().subject().value();
        audit.append(tx, caller.event(type, subject, subject, ClientId.FIRST_PARTY, details, now));
    }

    private static String about(Purpose purpose, Optional<Subject> of) {
        return purpose.name() + "\n" + of.map(Subject::value).orElse("");
    }

    private static String about(Visitor visitor) {
        return "ENROL\n" + visitor.user().subject() + "\n" + visitor.session().id();
    }
}
