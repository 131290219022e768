package dev.handstamp.server.domain.passkey;

import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// One passkey of one user, as it is kept (WebAuthn Level 3 §4, "Credential Record").
///
/// @param publicKey      in the form of COSE (RFC 9052 §7), base64url
/// @param signCount      the highest that it has shown; 0 for one that does not count
/// @param backupEligible whether it may be on several devices; never changes. Empty for one that came from a system
/// which did not write it down: its first use tells
/// @param backedUp       whether it was somewhere else as well when it was last used
/// @param transports     how it is reached, as the browser said (§5.8.4): a hint for the next time
/// @param aaguid         the model of what keeps it; zeros if it does not say
/// @param suspendedAt    since when it opens nothing any more, because it has been copied
public record Passkey(
        PasskeyId id,
        Subject subject,
        CredentialId credential,
        String publicKey,
        long signCount,
        Optional<Boolean> backupEligible,
        boolean backedUp,
        SortedSet<String> transports,
        String aaguid,
        PasskeyName name,
        Instant createdAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> suspendedAt) {

    /// The most that a user has.
    public static final int MOST = 20;

    /// What a right signature comes to.
    public sealed interface Use {}

    /// It counts; the passkey is this from now on.
    public record Counts(Passkey used) implements Use {}

    /// The counter did not go on: there are two of it (§6.1.1). The passkey is this from now on.
    public record Cloned(Passkey suspended) implements Use {}

    /// It opens nothing, or is not what it was.
    public record Refused(String reason) implements Use {}

    public Passkey {
        transports = Collections.unmodifiableSortedSet(new TreeSet<>(transports));
    }

    /// A right signature has come with these (§7.2, from step 17 on).
    public Use use(long shownCount, boolean shownEligible, boolean shownBackedUp, Instant now) {
        if (suspendedAt.isPresent()) return new Refused("suspended");
        if (backupEligible.isPresent() && backupEligible.get() != shownEligible)
            return new Refused("backup_eligibility_changed");
        if (shownBackedUp && !shownEligible) return new Refused("backup_state_impossible");
        boolean counts = shownCount != 0 || signCount != 0;
        if (counts && shownCount <= signCount)
            return new Cloned(with(signCount, backupEligible, backedUp, lastUsedAt, Optional.of(now)));
        return new Counts(
                with(shownCount, Optional.of(shownEligible), shownBackedUp, Optional.of(now), Optional.empty()));
    }

    /// What its user has proved with it, who was verified by what keeps it (RFC 8176 §2).
    public AuthenticationMethod method() {
        return mayBeElsewhere() ? AuthenticationMethod.SYNCED_PASSKEY : AuthenticationMethod.DEVICE_PASSKEY;
    }

    /// Whether it may be on several devices, as far as anybody knows.
    public boolean mayBeElsewhere() {
        return backupEligible.orElse(true);
    }

    public Passkey named(PasskeyName newName) {
        return new Passkey(
                id,
                subject,
                credential,
                publicKey,
                signCount,
                backupEligible,
                backedUp,
                transports,
                aaguid,
                newName,
                createdAt,
                lastUsedAt,
                suspendedAt);
    }

    private Passkey with(
            long newCount,
            Optional<Boolean> nowEligible,
            boolean newBackedUp,
            Optional<Instant> used,
            Optional<Instant> suspended) {
        return new Passkey(
                id,
                subject,
                credential,
                publicKey,
                newCount,
                nowEligible,
                newBackedUp,
                transports,
                aaguid,
                name,
                createdAt,
                used,
                suspended);
    }
}
