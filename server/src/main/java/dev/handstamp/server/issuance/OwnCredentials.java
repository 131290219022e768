package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Busy;
import dev.handstamp.server.crypto.Hashed;
import dev.handstamp.server.crypto.Hashing;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.crypto.UnacceptablePassword;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Consent;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.RecoveryCode;
import dev.handstamp.server.domain.session.TotpParameters;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.PasswordRules.Flaw;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.BrowserSessionStore;
import dev.handstamp.server.store.BrowserSessionStore.BrowserSession;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.SecondFactorStore;
import dev.handstamp.server.store.SecondFactorStore.Authenticator;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What users change of how they sign in: password, authenticator application, recovery codes.
///
/// Each change needs a sign-in of the last ten minutes with every factor that the user has, is told to the user by
/// mail,
/// and gives the browser a new cookie. What takes something away ends whatever is open anywhere else.
public final class OwnCredentials {

    /// Who wants to change something, in which browser.
    public record Asked(Visitor visitor, Directory directory, Caller caller) {}

    /// What there is now.
    ///
    /// @param authenticatorSince when the authenticator application was set up, if there is one
    public record State(Optional<Instant> authenticatorSince, long recoveryCodesLeft) {}

    /// What became of it.
    public sealed interface Outcome {}

    /// The browser is known by this from now on.
    public record Done(Secret cookie) implements Outcome {}

    /// The same, with recovery codes that are shown once.
    public record DoneWithCodes(Secret cookie, List<String> codes) implements Outcome {

        public DoneWithCodes {
            codes = List.copyOf(codes);
        }

        /// Leaves the codes out.
        @Override
        public String toString() {
            return "DoneWithCodes[" + codes.size() + "]";
        }
    }

    /// An authenticator application to be: its secret counts for nothing until a code of it was shown.
    ///
    /// @param sealed what brings it back
    /// @param uri    for the application, as a QR code
    public record Offer(Secret secret, String sealed, String uri) implements Outcome {

        /// Leaves the secret out.
        @Override
        public String toString() {
            return "Offer[hidden]";
        }
    }

    /// The last sign-in is too long ago, or was not with every factor.
    public record NotFresh() implements Outcome {}

    public record FlawedPassword(Flaw flaw) implements Outcome {}

    /// More bytes than are hashed, or no text.
    public record UnusablePassword() implements Outcome {}

    public record NoRoom(Duration retryAfter) implements Outcome {}

    public record WrongCode() implements Outcome {}

    /// There is an authenticator already, or none any more, or the page is of another session.
    public record Otherwise() implements Outcome {}

    /// An application or API that the user has given access asks for two factors, and there would be one.
    ///
    /// @param by the application
    public record Needed(ClientId by) implements Outcome {}

    private final Database database;
    private final UserStore users;
    private final GrantStore grants;
    private final AuditStore audit;
    private final SecondFactors factors;
    private final Passkeys passkeys;
    private final PasswordPolicy policy;
    private final PasswordHasher hasher;
    private final KeyEncryption encryption;
    private final Endings endings;
    private final Notices notices;
    private final Secrets secrets;
    private final String issuer;
    private final InstantSource clock;
    private final ConsentStore consents = new ConsentStore();
    private final RecoveryCodes recoveryCodes;
    private final SecondFactorStore store = new SecondFactorStore();
    private final BrowserSessionStore browsers = new BrowserSessionStore();
    private final Visitors visitors = new Visitors();

    /// @param issuer what authenticator applications show beside the name
    public OwnCredentials(
            Database database,
            UserStore users,
            GrantStore grants,
            AuditStore audit,
            SecondFactors factors,
            Passkeys passkeys,
            PasswordPolicy policy,
            PasswordHasher hasher,
            KeyEncryption encryption,
            Endings endings,
            Notices notices,
            Secrets secrets,
            String issuer,
            InstantSource clock) {
        this.database = database;
        this.users = users;
        this.grants = grants;
        this.audit = audit;
        this.factors = factors;
        this.passkeys = passkeys;
        this.policy = policy;
        this.hasher = hasher;
        this.encryption = encryption;
        this.endings = endings;
        this.notices = notices;
        this.secrets = secrets;
        this.recoveryCodes = new RecoveryCodes(encryption, secrets);
        this.issuer = issuer;
        this.clock = clock;
    }

    public State state(Visitor visitor) {
        Subject subject = visitor.user().subject();
        return database.read(tx -> new State(
                store.find(tx, subject).map(Authenticator::createdAt), store.countRecoveryCodes(tx, subject)));
    }

    /// Whether the user has just signed in with every factor, so that nobody who found the browser open, or knows the
    /// password alone, is taken for them.
    public boolean isFresh(Visitor visitor) {
        return visitor.isFreshAt(clock.instant());
    }

    /// Sets another password, and ends whatever is open anywhere else.
    public Outcome changePassword(Asked asked, String password) {
        if (!isFresh(asked.visitor)) return new NotFresh();
        Optional<Flaw> flaw = policy.flaw(password, asked.visitor.user());
        if (flaw.isPresent()) return new FlawedPassword(flaw.get());
        Hashing hashing = hasher.hash(password);
        return switch (hashing) {
            case UnacceptablePassword _ -> new UnusablePassword();
            case Busy(var retryAfter) -> new NoRoom(retryAfter);
            case Hashed(var hash) ->
                inTransaction(asked, (tx, user, now) -> {
                    users.update(tx, user.withPasswordHash(hash));
                    note(tx, AuditEvent.Type.PASSWORD_CHANGED, user, asked.caller, now);
                    notices.tell(tx, user, Notice.PASSWORD_CHANGED);
                    endOthers(tx, asked, AuditEvent.Type.PASSWORD_CHANGED, now);
                    return new Done(renewedCookie(tx, asked, asked.visitor.proofs()));
                });
        };
    }

    /// An authenticator application to set up. Nothing is kept: the page brings it back, sealed.
    public Outcome offerAuthenticator(Visitor visitor) {
        Instant now = clock.instant();
        Subject subject = visitor.user().subject();
        boolean isThere = database.read(tx -> factors.isEnrolled(tx, subject));
        if (isThere) return new Otherwise();
        if (!visitor.isFreshAt(now)) return new NotFresh();
        Secret secret = Totp.newSecret(secrets);
        return offer(visitor, secret, encryption.seal(secret, pending(visitor)));
    }

    /// The same offer once more, after a wrong code.
    public Outcome offerAgain(Visitor visitor, String sealed) {
        Optional<Secret> secret = encryption.open(sealed, pending(visitor));
        return secret.isEmpty() ? new Otherwise() : offer(visitor, secret.get(), sealed);
    }

    private Offer offer(Visitor visitor, Secret secret, String sealed) {
        return new Offer(
                secret,
                sealed,
                Totp.uri(secret, issuer, visitor.user().username().value()));
    }

    /// Sets an authenticator application up whose code was shown: it is asked for at every sign-in from here on.
    public Outcome addAuthenticator(Asked asked, String sealed, String typed) {
        Visitor visitor = asked.visitor;
        Optional<Secret> secret = encryption.open(sealed, pending(visitor));
        if (secret.isEmpty()) return new Otherwise();
        return inTransaction(asked, (tx, user, now) -> {
            OptionalLong step = Totp.normal(typed, TotpParameters.USUAL)
                    .map(code -> Totp.step(secret.get(), TotpParameters.USUAL, code, now, 0))
                    .orElse(OptionalLong.empty());
            if (step.isEmpty()) return new WrongCode();
            Subject subject = user.subject();
            String kept = encryption.seal(secret.get(), SecondFactors.purpose(subject));
            if (!store.insert(tx, subject, kept, now)) return new Otherwise();
            store.accept(tx, subject, step.getAsLong()); // This code has counted.
            List<String> codes = newCodes(tx, subject);
            note(tx, AuditEvent.Type.TOTP_ENROLLED, user, asked.caller, now);
            notices.tell(tx, user, Notice.FACTOR_ADDED);
            Proofs proofs = visitor.proofs().and(AuthenticationMethod.ONE_TIME_PASSWORD, now);
            return new DoneWithCodes(renewedCookie(tx, asked, proofs), codes);
        });
    }

    /// Takes the authenticator application away with its recovery codes, and ends whatever is open anywhere else.
    public Outcome removeAuthenticator(Asked asked) {
        return inTransaction(asked, (tx, user, now) -> {
            Optional<ClientId> needing = needing(tx, user.subject(), asked.directory, now);
            if (needing.isPresent()) return new Needed(needing.get());
            if (!store.delete(tx, user.subject())) return new Otherwise();
            note(tx, AuditEvent.Type.TOTP_REMOVED, user, asked.caller, now);
            notices.tell(tx, user, Notice.FACTOR_REMOVED);
            endOthers(tx, asked, AuditEvent.Type.TOTP_REMOVED, now);
            return new Done(renewedCookie(tx, asked, asked.visitor.proofs()));
        });
    }

    /// Makes recovery codes in place of those that there were.
    public Outcome renewRecoveryCodes(Asked asked) {
        return inTransaction(asked, (tx, user, now) -> {
            if (!factors.isEnrolled(tx, user.subject())) return new Otherwise();
            List<String> codes = newCodes(tx, user.subject());
            note(tx, AuditEvent.Type.RECOVERY_CODES_RENEWED, user, asked.caller, now);
            notices.tell(tx, user, Notice.RECOVERY_CODES_RENEWED);
            return new DoneWithCodes(renewedCookie(tx, asked, asked.visitor.proofs()), codes);
        });
    }

    /// Something that is done to a user who is this transaction's until the commit.
    @FunctionalInterface
    private interface Work {

        Outcome on(Transaction tx, User user, Instant now);
    }

    private Outcome inTransaction(Asked asked, Work work) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            // Ended or signed in anew in another tab meanwhile: the cookie is worthless.
            Optional<Visitor> visitor = visitors.lock(tx, asked.visitor, now).filter(each -> each.isFreshAt(now));
            return visitor.isEmpty()
                    ? new NotFresh()
                    : work.on(tx, visitor.get().user(), now);
        });
    }

    /// Who of those that the user has given access asks for two factors, if the authenticator is the last one.
    private Optional<ClientId> needing(Transaction tx, Subject subject, Directory directory, Instant now) {
        if (passkeys.isUsable(tx, subject)) return Optional.empty();
        for (Grant grant : grants.listLive(tx, subject, now, Integer.MAX_VALUE)) {
            if (needsTwo(grant.client(), grant.audience(), directory)) return Optional.of(grant.client());
        }
        for (Consent consent : consents.list(tx, subject)) {
            if (needsTwo(consent.client(), consent.audience(), directory)) return Optional.of(consent.client());
        }
        return Optional.empty();
    }

    private static boolean needsTwo(ClientId client, Audience audience, Directory directory) {
        AssuranceLevel byClient =
                directory.client(client).map(each -> each.policy().level()).orElse(AssuranceLevel.AAL1);
        AssuranceLevel byApi =
                directory.api(audience).flatMap(Api::requiredLevel).orElse(AssuranceLevel.AAL1);
        return byClient.isAtLeast(AssuranceLevel.AAL2) || byApi.isAtLeast(AssuranceLevel.AAL2);
    }

    private List<String> newCodes(Transaction tx, Subject subject) {
        return recoveryCodes.renew(tx, subject).stream()
                .map(RecoveryCode::shown)
                .toList();
    }

    private void endOthers(Transaction tx, Asked asked, AuditEvent.Type cause, Instant now) {
        endings.endOthers(tx, asked.visitor, cause, asked.directory, asked.caller, now);
    }

    /// Whoever has the old cookie has nothing.
    private Secret renewedCookie(Transaction tx, Asked asked, Proofs proofs) {
        Secret cookie = secrets.oneTime();
        browsers.delete(tx, asked.visitor.cookie());
        browsers.insert(
                tx, cookie.hash(), new BrowserSession(asked.visitor.session().id(), proofs));
        return cookie;
    }

    private void note(Transaction tx, AuditEvent.Type type, User user, Caller caller, Instant now) {
        String subject = user.subject().value();
        Map<String, String> details = Map.of("username", user.username().value());
        audit.append(tx, caller.event(type, subject, subject, ClientId.FIRST_PARTY, details, now));
    }

    private static String pending(Visitor visitor) {
        return "totp to be\n" + visitor.user().subject() + "\n"
                + visitor.session().id();
    }
}
