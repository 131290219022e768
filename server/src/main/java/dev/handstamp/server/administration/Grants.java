package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What users have allowed clients, as far as it still counts.
public final class Grants {

    private static final int MOST = 500;

    private final Database database;
    private final Users users;
    private final InstantSource clock;
    private final Journal journal;
    private final GrantStore grants = new GrantStore();
    private final ConsentStore consents = new ConsentStore();

    public Grants(Database database, Users users, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.users = users;
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    /// The live ones of a user, the newest first.
    public List<Grant> list(String user) {
        User found = users.find(user);
        Instant now = clock.instant();
        return database.read(tx -> grants.listLive(tx, found.subject(), now, MOST));
    }

    /// A grant of a user, live or not.
    public Optional<Grant> find(String user, String id) {
        User found = users.find(user);
        return database.read(tx -> grants.find(tx, new GrantId(id)))
                .filter(grant -> grant.subject().equals(found.subject()));
    }

    /// Revokes a grant, every refresh token and every access token below it.
    ///
    /// @return false if the user has no such grant, or it was revoked before
    public boolean revoke(String user, String id) {
        Optional<Grant> grant = find(user, id);
        Instant now = clock.instant();
        return grant.isPresent() && database.inTransaction(tx -> revoke(tx, grant.get(), now));
    }

    /// Forgets what a user has allowed a client, and revokes all that came of it.
    ///
    /// @return how many grants it ended
    public int revokeAll(String user, String client) {
        User found = users.find(user);
        ClientId id = new ClientId(client);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            boolean hadAllowed = consents.delete(tx, found.subject(), id);
            List<Grant> granted = grants.listLive(tx, found.subject(), now, Integer.MAX_VALUE).stream()
                    .filter(grant -> grant.client().equals(id))
                    .toList();
            if (!hadAllowed && granted.isEmpty()) return 0;
            Map<String, String> details =
                    Map.of("subject", found.subject().value(), "grants", Integer.toString(granted.size()));
            journal.note(tx, AuditEvent.Type.CONSENT_WITHDRAWN, client, details, now);
            for (Grant grant : granted) revoke(tx, grant, now);
            return granted.size();
        });
    }

    private boolean revoke(Transaction tx, Grant grant, Instant now) {
        if (!grants.revoke(tx, grant.id(), now)) return false;
        Map<String, String> details = Map.of(
                "subject", grant.subject().value(),
                "client_id", grant.client().value());
        journal.note(tx, AuditEvent.Type.GRANT_REVOKED, grant.id().value(), details, now);
        journal.cutOff(
                tx, Kind.GRANT, grant.id().value(), AuditEvent.Type.GRANT_REVOKED, Set.of(grant.audience()), now);
        return true;
    }
}
