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

    private static final int PAGE = 500;

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
            long codesLeft,
            boolean codesAreKeyed,
            Optional<RecoveryCodes.Set> codes,
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

    /// @param encryption   opened when it is needed
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

    /// Every user, by name, in pages: who is changed meanwhile comes as they are when their page is read.
    ///
    /// @param withSecrets whether secrets come along
    public Summary run(boolean withSecrets, Consumer<Map<String, Object>> each) {
        note(withSecrets);
        Count count = new Count();
        List<Household> page = page("", withSecrets);
        while (!page.isEmpty()) {
            for (Household household : page) {
                count.add(household);
                each.accept(object(household, withSecrets, count));
            }
            page = page(page.getLast().user.username().value(), withSecrets);
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

    private List<Household> page(String after, boolean withSecrets) {
        Optional<RecoveryCodes> codes =
                withSecrets ? Optional.of(new RecoveryCodes(encryption.get(), secrets)) : Optional.empty();
        return database.read(tx -> {
            List<Household> page = new ArrayList<>();
            for (User user : users.list(tx, after, PAGE)) page.add(household(tx, user, codes));
            return page;
        });
    }

    private Household household(Transaction tx, User user, Optional<RecoveryCodes> codes) {
        Subject subject = user.subject();
        Optional<Authenticator> authenticator = factors.find(tx, subject);
        return new Household(
                user,
                authenticator,
                authenticator.isEmpty() ? 0 : factors.countRecoveryCodes(tx, subject),
                factors.findRecoveryKey(tx, subject).isPresent(),
                authenticator.isEmpty() ? Optional.empty() : codes.flatMap(known -> known.find(tx, subject)),
                passkeys.handle(tx, subject),
                passkeys.list(tx, subject),
                consents.list(tx, subject));
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
            count.unopenedCodes += household.codesLeft;
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
        household.codes.ifPresent(codes -> object.put("recovery_codes", recoveryCodes(codes)));
        if (household.codes.isPresent()) return;
        if (household.codesAreKeyed) count.unopenedCodes += household.codesLeft;
        else count.fixedCodes += household.codesLeft;
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
            recoveryCodes += household.codesLeft;
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
