package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.InvitationStore;
import dev.handstamp.server.store.MailTicketStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.UserInvitationStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The revocation log: what was taken back, and taking everything back at once.
public final class Revocations {

    /// What taking everything back has ended besides the tokens.
    ///
    /// @param invitations to make an account, and to register clients
    /// @param mailed      links and codes that were sent by mail
    public record Ended(int sessions, int invitations, int mailed) {}

    private final Database database;
    private final InstantSource clock;
    private final Journal journal;
    private final RevocationStore revocations = new RevocationStore();
    private final RevisionStore revisions = new RevisionStore();
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();
    private final InvitationStore invitations = new InvitationStore();
    private final UserInvitationStore userInvitations = new UserInvitationStore();
    private final MailTicketStore mailTickets = new MailTicketStore();

    public Revocations(Database database, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    /// Where the log stands now.
    public long position() {
        return database.read(tx -> revisions.position(tx).position());
    }

    /// The newest entries behind a position, in order.
    public List<Revocation> newest(long position, int limit) {
        return database.read(tx -> revocations.newest(tx, position, limit));
    }

    /// The next entries behind a position, in order.
    public List<Revocation> after(long position, int limit) {
        return database.read(tx -> revocations.after(tx, position, limit));
    }

    /// Takes every token back that was issued until now, at every API, with every invitation and whatever was mailed
    /// that opens something: links and codes are tokens, too, and nobody knows who has read them.
    ///
    /// @param alsoSessions whether sessions and refresh tokens end too: then everybody has to sign in again
    public Ended everything(boolean alsoSessions) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            int ended = 0;
            if (alsoSessions) {
                ended = sessions.endAll(tx, now);
                grants.revokeAll(tx, now);
            }
            int invited = invitations.deleteAll(tx, now) + userInvitations.deleteAll(tx, now);
            int mailed = mailTickets.deleteAll(tx, now);
            Map<String, String> details = Map.of(
                    "sessions", Integer.toString(ended),
                    "invitations", Integer.toString(invited),
                    "mailed", Integer.toString(mailed));
            journal.note(tx, AuditEvent.Type.EVERYTHING_REVOKED, "", details, now);
            journal.cutOff(tx, Kind.ISSUER, "", AuditEvent.Type.EVERYTHING_REVOKED, Set.of(), now);
            return new Ended(ended, invited, mailed);
        });
    }
}
