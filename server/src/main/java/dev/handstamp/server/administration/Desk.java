package dev.handstamp.server.administration;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.PasswordPolicy;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.store.Database;
import java.time.Duration;
import java.time.InstantSource;

/// Every operation, for one administrator at a time: what the admin API and the admin pages have in common.
public final class Desk {

    /// What the operations work on.
    ///
    /// @param passwords   what a password has to be like
    /// @param keyRotation how long a key signs
    /// @param outbound    where the keys of others may stand
    public record Wiring(
            Database database,
            SigningKeys signingKeys,
            KeyEncryption encryption,
            PasswordHasher hasher,
            PasswordPolicy passwords,
            Secrets secrets,
            Duration keyRotation,
            SystemHealth system,
            TokenDebugger debugger,
            OutboundHttp outbound,
            InstantSource clock) {

        /// The same for somebody at a page: nothing is written once that session is over, or a role is gone.
        public Wiring during(Browsers browsers, Visitor visitor) {
            Database checked = database.checkedBy(tx -> {
                if (!browsers.isStill(tx, visitor)) {
                    throw new Refused("refused.signed-out");
                }
            });
            return new Wiring(
                    checked,
                    signingKeys.of(checked),
                    encryption,
                    hasher,
                    passwords,
                    secrets,
                    keyRotation,
                    system,
                    debugger,
                    outbound,
                    clock);
        }
    }

    private final Wiring wiring;
    private final Administrator administrator;

    private Desk(Wiring wiring, Administrator administrator) {
        this.wiring = wiring;
        this.administrator = administrator;
    }

    public static Desk of(Wiring wiring, Administrator administrator) {
        return new Desk(wiring, administrator);
    }

    public Administrator administrator() {
        return administrator;
    }

    public Users users() {
        return new Users(
                wiring.database, wiring::hasher, wiring.passwords, wiring.secrets, wiring.clock, administrator);
    }

    public UserSearch userSearch() {
        return new UserSearch(wiring.database);
    }

    public UserDetails userDetails() {
        return new UserDetails(wiring.database, users(), wiring.clock);
    }

    public TotpEnrolments totp() {
        return new TotpEnrolments(
                wiring.database, users(), wiring::encryption, wiring.secrets, wiring.clock, administrator);
    }

    public EnrolledPasskeys passkeys() {
        return new EnrolledPasskeys(wiring.database, users(), wiring.secrets, wiring.clock, administrator);
    }

    public UserMails userMails() {
        return new UserMails(wiring.database, users(), wiring.secrets, wiring.clock, administrator);
    }

    public Sessions sessions() {
        return new Sessions(wiring.database, users(), wiring.clock, administrator);
    }

    public Grants grants() {
        return new Grants(wiring.database, users(), wiring.clock, administrator);
    }

    public Clients clients() {
        return new Clients(wiring.database, wiring::encryption, wiring.secrets, wiring.clock, administrator);
    }

    public Invitations invitations() {
        return new Invitations(wiring.database, wiring.secrets, wiring.clock, administrator);
    }

    public Apis apis() {
        return new Apis(wiring.database, wiring::signingKeys, keys(), wiring.secrets, wiring.clock, administrator);
    }

    public Roles roles() {
        return new Roles(wiring.database, wiring.clock, administrator);
    }

    public Branding branding() {
        return new Branding(wiring.database, wiring.clock, administrator);
    }

    public Exchanges exchanges() {
        return new Exchanges(wiring.database, wiring.clock, administrator);
    }

    public AssertionIssuers issuers() {
        return new AssertionIssuers(wiring.database, users(), wiring.outbound, wiring.clock, administrator);
    }

    public Keys keys() {
        return new Keys(wiring.database, wiring::signingKeys, wiring::encryption, wiring.clock, administrator);
    }

    /// The keys with what is to become of them.
    public Keys.Schedule keySchedule() {
        return keys().schedule(wiring.keyRotation);
    }

    public AuditLog auditLog() {
        return new AuditLog(wiring.database);
    }

    public Revocations revocations() {
        return new Revocations(wiring.database, wiring.clock, administrator);
    }

    public TokenDebugger debugger() {
        return wiring.debugger;
    }

    public SystemHealth system() {
        return wiring.system;
    }
}
