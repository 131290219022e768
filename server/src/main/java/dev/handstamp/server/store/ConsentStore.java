package dev.handstamp.server.store;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Optional;

/// What users have allowed clients, so that they are not asked again.
public final class ConsentStore {

    private static final String FIND = """
        SELECT scopes FROM consent WHERE subject = ? AND client_id = ? AND audience = ?""";

    private static final String PUT = """
        INSERT INTO consent (subject, client_id, audience, scopes, given_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (subject, client_id, audience)
            DO UPDATE SET scopes = excluded.scopes, given_at = excluded.given_at""";

    private static final String DELETE_BY_CLIENT = """
        DELETE FROM consent WHERE client_id = ?""";

    public Optional<Scopes> find(Transaction tx, Subject subject, ClientId client, Audience audience) {
        return tx.find(
                FIND, row -> Stored.scopes(row.text("scopes")), subject.value(), client.value(), audience.value());
    }

    /// Remembers these scopes beside those that were allowed before.
    public void add(Transaction tx, Subject subject, ClientId client, Audience audience, Scopes scopes, Instant now) {
        Scopes all = find(tx, subject, client, audience).orElse(Scopes.NONE).union(scopes);
        tx.execute(PUT, subject.value(), client.value(), audience.value(), all.toString(), now);
    }

    /// Forgets whatever users have allowed a client: another one may take its identifier.
    public void deleteAll(Transaction tx, ClientId client) {
        tx.execute(DELETE_BY_CLIENT, client.value());
    }
}
