package dev.handstamp.server.administration;

import dev.handstamp.server.administration.moving.Luggage;
import dev.handstamp.server.administration.moving.Luggage.Allowed;
import dev.handstamp.server.administration.moving.Luggage.Authenticator;
import dev.handstamp.server.administration.moving.Luggage.Codes;
import dev.handstamp.server.administration.moving.Luggage.Credential;
import dev.handstamp.server.administration.moving.Newcomer;
import dev.handstamp.server.administration.moving.UserEntry;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.crypto.WebAuthn;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.passkey.CredentialId;
import dev.handstamp.server.domain.passkey.Maker;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.passkey.PasskeyId;
import dev.handstamp.server.domain.passkey.PasskeyName;
import dev.handstamp.server.domain.passkey.UserHandle;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.issuance.RecoveryCodes;
import dev.handstamp.server.issuance.SecondFactors;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.PasskeyStore;
import dev.handstamp.server.store.SecondFactorStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What users bring along, looked at and put in its place: authenticator applications, recovery codes, passkeys and
/// what they have allowed applications.
final class Unpacking {

    private final Supplier<KeyEncryption> encryption;
    private final Secrets secrets;
    private final String relyingParty;
    private final Journal journal;
    private final SecondFactorStore factors = new SecondFactorStore();
    private final PasskeyStore passkeys = new PasskeyStore();
    private final ConsentStore consents = new ConsentStore();
    private final ClientStore clients = new ClientStore();
    private @Nullable KeyEncryption opened;

    Unpacking(Supplier<KeyEncryption> encryption, Secrets secrets, String relyingParty, Journal journal) {
        this.encryption = encryption;
        this.secrets = secrets;
        this.relyingParty = relyingParty;
        this.journal = journal;
    }

    /// Opens what will be needed: in a transaction it would be too late.
    void makeReady(List<UserEntry> entries) {
        boolean hasSecrets = entries.stream()
                .anyMatch(each -> each instanceof Newcomer newcomer
                        && newcomer.luggage().authenticator().isPresent());
        if (hasSecrets && opened == null) opened = encryption.get();
    }

    /// Looks at it, and changes nothing.
    ///
    /// @param claims what others of a rehearsal would have by now
    /// @return what stays behind
    /// @throws Refused if the user cannot come so
    List<String> look(Transaction tx, Luggage luggage, UserImport.Manner manner, Claims claims, Instant now) {
        List<String> left = new ArrayList<>(luggage.left());
        luggage.authenticator().ifPresent(each -> {
            // No code would ever count again.
            if (each.lastStep() > Totp.latestStep(each.parameters(), now))
                throw new Refused("refused.import.last-step");
        });
        if (manner.withoutPasskeys()) {
            int number = luggage.passkeys().size();
            if (number > 0)
                left.add("its passkeys (" + number + "), as was asked for: the user adds others at /account/passkeys");
        } else {
            lookAtPasskeys(tx, luggage, manner, claims, left);
        }
        luggage.recoveryCodes().ifPresent(codes -> lookAtCodes(tx, codes, claims));
        for (Allowed allowed : luggage.consents()) {
            if (clients.find(tx, new ClientId(allowed.client())).isEmpty()) {
                left.add("what the user allowed " + allowed.client()
                        + ", a client that is not here: add it first, or the" + " user is asked again");
            } else if (places(tx, allowed).isEmpty()) {
                left.add("what the user allowed " + allowed.client()
                        + ", which may ask for none of it here: the user is" + " asked again");
            }
        }
        return left;
    }

    private void lookAtPasskeys(
            Transaction tx, Luggage luggage, UserImport.Manner manner, Claims claims, List<String> left) {
        if (luggage.passkeys().size() > Passkey.MOST) throw new Refused("refused.import.passkeys-many", Passkey.MOST);
        for (Credential credential : luggage.passkeys()) {
            String bound = manner.relyingParty()
                    .or(credential::relyingParty)
                    .orElseThrow(() -> new Refused("refused.import.passkey-unbound", relyingParty));
            if (!bound.equals(relyingParty)) {
                throw new Refused("refused.import.passkey-bound", Refused.quoted(bound), relyingParty);
            }
            if (!WebAuthn.isUsable(credential.publicKey())) {
                left.add(
                        "a passkey that signs in a way that is not known here (ES256, EdDSA and RS256 are): the user adds"
                                + " another at /account/passkeys");
            }
        }
        List<Credential> usable = usable(luggage);
        Set<CredentialId> seen = new HashSet<>();
        for (Credential credential : usable) {
            boolean taken = !seen.add(credential.id())
                    || claims.has(claim(credential))
                    || passkeys.find(tx, credential.id()).isPresent();
            if (taken) {
                throw new Refused("refused.import.passkey-taken");
            }
        }
        boolean called = !usable.isEmpty()
                && luggage.userHandle()
                        .filter(handle -> claims.has(claim(handle)) || passkeys.isTaken(tx, handle))
                        .isPresent();
        if (called) throw new Refused("refused.import.handle-taken");
    }

    private void lookAtCodes(Transaction tx, Codes codes, Claims claims) {
        Set<SecretHash> seen = new HashSet<>();
        for (SecretHash hash : codes.hashes()) {
            boolean taken = !seen.add(hash) || claims.has(claim(hash)) || factors.hasRecoveryCode(tx, hash);
            if (taken) throw new Refused("refused.import.code-taken");
        }
    }

    /// Claims, in a rehearsal, what the user would have.
    static void claimPasskeys(Luggage luggage, Claims claims) {
        List<Credential> usable = usable(luggage);
        for (Credential each : usable) claims.add(claim(each));
        if (!usable.isEmpty()) luggage.userHandle().ifPresent(handle -> claims.add(claim(handle)));
    }

    /// The same of recovery codes.
    static void claimCodes(Luggage luggage, Claims claims) {
        luggage.recoveryCodes().ifPresent(codes -> codes.hashes().forEach(hash -> claims.add(claim(hash))));
    }

    private static String claim(Credential credential) {
        return "passkey " + credential.id();
    }

    private static String claim(UserHandle handle) {
        return "handle " + handle.value();
    }

    private static String claim(SecretHash hash) {
        return "recovery code " + hash.value();
    }

    /// The passkeys that can open anything here; the others stay behind.
    static List<Credential> usable(Luggage luggage) {
        return luggage.passkeys().stream()
                .filter(each -> WebAuthn.isUsable(each.publicKey()))
                .toList();
    }

    /// Puts it in its place, after a look, for a user who has just been added.
    void unpack(Transaction tx, Subject subject, Luggage luggage, UserImport.Manner manner, Instant now) {
        luggage.authenticator().ifPresent(each -> add(tx, subject, each, luggage.recoveryCodes(), now));
        if (!manner.withoutPasskeys()) addPasskeys(tx, subject, luggage, now);
        for (Allowed allowed : luggage.consents()) {
            Instant givenAt = allowed.givenAt().orElse(now);
            places(tx, allowed)
                    .forEach((audience, scopes) ->
                            consents.add(tx, subject, new ClientId(allowed.client()), audience, scopes, givenAt));
        }
    }

    private void add(Transaction tx, Subject subject, Authenticator authenticator, Optional<Codes> codes, Instant now) {
        KeyEncryption keys = Objects.requireNonNull(opened, "made ready before the transaction");
        String sealed = keys.seal(authenticator.secret(), SecondFactors.purpose(subject));
        Instant since = authenticator.since().orElse(now);
        factors.insert(tx, subject, sealed, authenticator.parameters(), authenticator.lastStep(), since);
        codes.ifPresent(moved -> new RecoveryCodes(keys, secrets)
                .adopt(tx, subject, new RecoveryCodes.Set(moved.key(), moved.hashes())));
        journal.note(tx, AuditEvent.Type.TOTP_ENROLLED, subject.value(), Map.of("imported", "true"), now);
    }

    private void addPasskeys(Transaction tx, Subject subject, Luggage luggage, Instant now) {
        List<Credential> usable = usable(luggage);
        if (usable.isEmpty()) return;
        UserHandle handle = luggage.userHandle()
                .orElseGet(() -> new UserHandle(secrets.oneTime().value()));
        boolean isNew = passkeys.adopt(tx, subject, handle);
        for (Credential credential : usable) {
            Passkey passkey = passkey(subject, credential, now);
            isNew &= passkeys.insert(tx, passkey);
            Map<String, String> details = Map.of(
                    "passkey", passkey.id().value(),
                    "name", passkey.name().value(),
                    "aaguid", passkey.aaguid(),
                    "imported", "true");
            journal.note(tx, AuditEvent.Type.PASSKEY_ENROLLED, subject.value(), details, now);
        }
        if (!isNew) throw new IllegalStateException("somebody has enrolled a passkey of " + subject + " just now");
    }

    private Passkey passkey(Subject subject, Credential credential, Instant now) {
        PasskeyName name = credential
                .name()
                .or(() -> Maker.named(credential.aaguid()))
                .flatMap(PasskeyName::parse)
                .orElse(new PasskeyName("Passkey"));
        return new Passkey(
                new PasskeyId(secrets.id()),
                subject,
                credential.id(),
                credential.publicKey(),
                credential.signCount(),
                credential.backupEligible(),
                credential.backedUp(),
                credential.transports(),
                credential.aaguid(),
                name,
                credential.createdAt().orElse(now),
                credential.lastUsedAt(),
                credential.suspendedAt());
    }

    /// What is allowed at each API: where the file names none, whatever of it the client may ask for there.
    private Map<Audience, Scopes> places(Transaction tx, Allowed allowed) {
        Optional<Client> client = clients.find(tx, new ClientId(allowed.client()));
        Optional<Scopes> scopes = Scopes.of(allowed.scopes());
        if (client.isEmpty() || scopes.isEmpty() || scopes.get().isEmpty()) return Map.of();
        if (allowed.audience().isPresent()) return Map.of(allowed.audience().get(), scopes.get());
        Scopes here = client.get().scopes().intersection(scopes.get());
        if (here.isEmpty()) return Map.of();
        return client.get().apis().stream().collect(Collectors.toMap(audience -> audience, _ -> here));
    }
}
