package dev.handstamp.server.administration;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Invitation;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.InvitationStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Invitations to register clients: initial access tokens (RFC 7591 §1.2).
public final class Invitations {

    public static final Duration DEFAULT_LIFETIME = Duration.ofDays(7);

    private static final Duration LONGEST_LIFETIME = Duration.ofDays(3650);
    private static final int MOST_USES = 1_000_000;

    /// An invitation to be.
    ///
    /// @param apis   what its clients may ask for beside the open APIs, in their own name too
    /// @param scopes the most that they may ask for there
    /// @param uses   how many clients can be registered with it
    public record NewInvitation(Collection<String> apis, Collection<String> scopes, int uses, Duration lifetime) {}

    /// The invitation, and its token for the only time.
    public record Made(Invitation invitation, Secret token) {}

    private final Database database;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Administrator administrator;
    private final Journal journal;
    private final InvitationStore invitations = new InvitationStore();
    private final ApiStore apis = new ApiStore();

    public Invitations(Database database, Secrets secrets, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.secrets = secrets;
        this.clock = clock;
        this.administrator = administrator;
        this.journal = new Journal(administrator);
    }

    public Made add(NewInvitation wanted) {
        Set<Audience> audiences = Parsed.audiences(wanted.apis());
        Scopes scopes = Parsed.scopes(wanted.scopes());
        if (wanted.uses() < 1 || wanted.uses() > MOST_USES) {
            throw Refused.about("uses", "refused.invitation.uses", MOST_USES);
        }
        Duration lifetime = wanted.lifetime();
        if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw Refused.about("token lifetime", "refused.invitation.lifetime");
        }
        Instant now = clock.instant();
        Secret token = secrets.clientSecret();
        Invitation invitation = new Invitation(
                secrets.id(), audiences, scopes, wanted.uses(), administrator.actor(), now, now.plus(lifetime));
        return database.inTransaction(tx -> {
            Scopes offered = Scopes.NONE;
            for (Audience audience : audiences) {
                Api api = apis.find(tx, audience)
                        .orElseThrow(() -> Refused.about("API", "refused.api.unknown", audience));
                offered = offered.union(api.scopes());
            }
            for (String scope : scopes) {
                if (!offered.contains(scope)) throw Refused.about("scope", "refused.invitation.scope", scope);
            }
            invitations.insert(tx, token.hash(), invitation);
            journal.note(
                    tx,
                    AuditEvent.Type.CLIENTS_INVITED,
                    invitation.id(),
                    Map.of("uses", Integer.toString(wanted.uses()), "scope", scopes.toString()),
                    now);
            return new Made(invitation, token);
        });
    }

    public List<Invitation> list() {
        return database.read(invitations::list);
    }

    /// Takes an invitation back. The clients that were registered with it stay.
    public void delete(String id) {
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            if (!invitations.delete(tx, id))
                throw new Refused(Refused.Kind.UNKNOWN, "refused.invitation.unknown", Refused.quoted(id));
            journal.note(tx, AuditEvent.Type.INVITATION_DELETED, id, Map.of(), now);
            return id;
        });
    }
}
