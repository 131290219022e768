package dev.handstamp.server.administration;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.grant.Consent;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.passkey.UserHandle;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.RecoveryCodes;
import dev.handstamp.server.issuance.SecondFactors;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.PairwiseSubjectStore;
import dev.handstamp.server.store.PasskeyStore;
import dev.handstamp.server.store.SecondFactorStore;
import dev.handstamp.server.store.SecondFactorStore.Authenticator;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Hands out every user with everything that a move would lose, in the form that [UserImport] reads.
///
/// Password hashes, the secrets of authenticator applications and recovery codes are handed out only to whoever asks
/// for them. Sessions, grants, browsers that are known and mails on their way are no part of it: users sign in anew.
public final class UserExport {

    /// How many of each kind were there, handed out or not.
    ///
    /// @param recoveryCodes those that are left
    /// @param fixedCodes    those among them that are hashed with a key of this server, and so cannot move
    /// @param unopenedCodes those among them that need what does not open with this master key
    /// @param unopened      authenticator applications whose secret does not open with this master key
    /// @param pairwise      users whom some applications know by a name that the master key makes
    public record Summary(
            long users,
            long passwords,
            long authenticators,
            long recoveryCodes,
            long fixedCodes,
            long unopenedCodes,
            long unopened,
            long passkeys,
            long consents,
            long pairwise) {}

    /// A user with all that is theirs.
    private record Household(
            User user,
            Optional<Authenticator> authenticator,
            Optional<String> sealedCodesKey,
            List<SecretHash> codesLeft,
            Optional<UserHandle> handle,
            List<Passkey> passkeys,
            List<Consent> consents) {}

    private final Database database;
    private final Supplier<KeyEncryption> encryption;
    private final Secrets secrets;
    private final InstantSource clock;
    private final String relyingParty;
    private final Journal journal;
    private final UserStore users = new UserStore();
    private final SecondFactorStore factors = new SecondFactorStore();
    private final PasskeyStore passkeys = new PasskeyStore();
    private final ConsentStore consents = new ConsentStore();
    private final PairwiseSubjectStore pairwiseSubjects = new PairwiseSubjectStore();

    /// @param encryption   of the master key that is there: asked for it when something was sealed with it
    /// @param relyingParty what passkeys of this server are bound to
    public UserExport(
            Database database,
            Supplier<KeyEncryption> encryption,
            Secrets secrets,
            InstantSource clock,
            String relyingParty,
            Administrator administrator) {
        this.database = database;
        this.encryption = encryption;
        this.secrets = secrets;
        this.clock = clock;
        this.relyingParty = relyingParty;
        this.journal = new Journal(administrator);
    }

    /// Opens what secrets are sealed with, if there are any, and writes nothing: for whoever makes a file before
    /// the first user comes.
    public void makeReady(boolean withSecrets) {
        if (withSecrets && database.read(factors::isAny)) {
            KeyEncryption _ = encryption.get();
        }
    }

    /// Every user, by name, in pages: who is changed meanwhile comes as they are when their page is read.
    ///
    /// @param withSecrets whether secrets come along
    public Summary run(boolean withSecrets, Consumer<Map<String, Object>> each) {
        makeReady(withSecrets);
        note(withSecrets);
        Count count = new Count();
        List<Household> page = page("");
        while (!page.isEmpty()) {
            for (Household household : page) {
                count.add(household);
                each.accept(object(household, withSecrets, count));
            }
            page = page(page.getLast().user.username().value());
        }
        return count.summary(database.read(pairwiseSubjects::countUsers));
    }

    /// Before the first of them leaves.
    private void note(boolean withSecrets) {
        Instant now = clock.instant();
        Map<String, String> details = Map.of("secrets", String.valueOf(withSecrets));
        database.inTransaction(tx -> {
            journal.note(tx, AuditEvent.Type.USERS_EXPORTED, "", details, now);
            return now;
        });
    }

    private List<Household> page(String after) {
        return database.read(tx -> page(tx, after));
    }

    /// One statement for each kind of thing that users have, however many of them have it.
    private List<Household> page(Transaction tx, String after) {
        List<User> everybody = users.list(tx, after, UserStore.PAGE_OF_EVERYBODY);
        if (everybody.isEmpty()) return List.of();
        Map<Subject, Authenticator> authenticators = factors.findByUser(tx, after);
        Map<Subject, String> codeKeys = factors.findRecoveryKeyByUser(tx, after);
        Map<Subject, List<SecretHash>> codes = factors.listRecoveryCodesByUser(tx, after);
        Map<Subject, UserHandle> handles = passkeys.handleByUser(tx, after);
        Map<Subject, List<Passkey>> credentials = passkeys.listByUser(tx, after);
        Map<Subject, List<Consent>> allowed = consents.listByUser(tx, after);
        List<Household> page = new ArrayList<>();
        for (User user : everybody) {
            Subject subject = user.subject();
            Optional<Authenticator> authenticator = Optional.ofNullable(authenticators.get(subject));
            page.add(new Household(
                    user,
                    authenticator,
                    Optional.ofNullable(codeKeys.get(subject)),
                    authenticator.isEmpty() ? List.of() : codes.getOrDefault(subject, List.of()),
                    Optional.ofNullable(handles.get(subject)),
                    credentials.getOrDefault(subject, List.of()),
                    allowed.getOrDefault(subject, List.of())));
        }
        return page;
    }

    private Map<String, Object> object(Household household, boolean withSecrets, Count count) {
        User user = household.user;
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("sub", user.subject().value());
        object.put("username", user.username().value());
        if (!user.name().isEmpty()) object.put("name", user.name());
        if (!user.email().isEmpty()) object.put("email", user.email());
        object.put("roles", user.roles().stream().map(RoleName::value).toList());
        object.put("attributes", user.attributes());
        PasswordHash hash = user.passwordHash();
        if (withSecrets && !hash.equals(PasswordHash.NONE)) object.put("password_hash", hash.value());
        object.put("disabled", user.disabled());
        object.put("created_at", user.createdAt().toString());
        if (withSecrets) putFactors(object, household, count);
        if (!household.passkeys.isEmpty()) {
            object.put("user_handle", household.handle.orElseThrow().value());
            object.put(
                    "passkeys", household.passkeys.stream().map(this::passkey).toList());
        }
        if (!household.consents.isEmpty()) {
            object.put(
                    "consents",
                    household.consents.stream().map(UserExport::consent).toList());
        }
        return object;
    }

    private void putFactors(Map<String, Object> object, Household household, Count count) {
        if (household.authenticator.isEmpty()) return;
        Authenticator authenticator = household.authenticator.get();
        String purpose = SecondFactors.purpose(household.user.subject());
        Optional<Secret> secret = encryption.get().open(authenticator.sealedSecret(), purpose);
        if (secret.isEmpty()) {
            count.unopened++;
            count.unopenedCodes += household.codesLeft.size();
            return;
        }
        Map<String, Object> totp = new LinkedHashMap<>();
        totp.put("secret", secret.get().value());
        totp.put("algorithm", authenticator.parameters().algorithm().name());
        totp.put("digits", (long) authenticator.parameters().digits());
        totp.put("period", (long) authenticator.parameters().period());
        totp.put("last_step", authenticator.lastStep());
        totp.put("created_at", authenticator.createdAt().toString());
        object.put("totp", totp);
        Optional<RecoveryCodes.Set> codes = movable(household);
        codes.ifPresent(set -> object.put("recovery_codes", recoveryCodes(set)));
        if (codes.isPresent()) return;
        if (household.sealedCodesKey.isPresent()) count.unopenedCodes += household.codesLeft.size();
        else count.fixedCodes += household.codesLeft.size();
    }

    private Optional<RecoveryCodes.Set> movable(Household household) {
        RecoveryCodes codes = new RecoveryCodes(encryption.get(), secrets);
        return household.sealedCodesKey.flatMap(
                key -> codes.movable(household.user.subject(), key, household.codesLeft));
    }

    private static Map<String, Object> recoveryCodes(RecoveryCodes.Set codes) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("key", codes.key().value());
        object.put("hashes", codes.hashes().stream().map(SecretHash::value).toList());
        return object;
    }

    private Map<String, Object> passkey(Passkey passkey) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("rp_id", relyingParty);
        object.put("credential_id", passkey.credential().value());
        object.put("public_key", passkey.publicKey());
        object.put("sign_count", passkey.signCount());
        passkey.backupEligible().ifPresent(eligible -> object.put("backup_eligible", eligible));
        object.put("backed_up", passkey.backedUp());
        object.put("transports", List.copyOf(passkey.transports()));
        object.put("aaguid", passkey.aaguid());
        object.put("name", passkey.name().value());
        object.put("created_at", passkey.createdAt().toString());
        passkey.lastUsedAt().ifPresent(at -> object.put("last_used_at", at.toString()));
        passkey.suspendedAt().ifPresent(at -> object.put("suspended_at", at.toString()));
        return object;
    }

    private static Map<String, Object> consent(Consent consent) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("client_id", consent.client().value());
        object.put("audience", consent.audience().value());
        object.put("scope", consent.scopes().toString());
        object.put("given_at", consent.givenAt().toString());
        return object;
    }

    private static final class Count {

        private long users;
        private long passwords;
        private long authenticators;
        private long recoveryCodes;
        private long fixedCodes;
        private long unopenedCodes;
        private long unopened;
        private long passkeys;
        private long consents;

        void add(Household household) {
            users++;
            if (!household.user.passwordHash().equals(PasswordHash.NONE)) passwords++;
            if (household.authenticator.isPresent()) authenticators++;
            recoveryCodes += household.codesLeft.size();
            passkeys += household.passkeys.size();
            consents += household.consents.size();
        }

        Summary summary(long pairwise) {
            return new Summary(
                    users,
                    passwords,
                    authenticators,
                    recoveryCodes,
                    fixedCodes,
                    unopenedCodes,
                    unopened,
                    passkeys,
                    consents,
                    pairwise);
        }
    }
}
