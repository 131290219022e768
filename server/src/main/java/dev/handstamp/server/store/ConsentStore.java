package dev.handstamp.server.store;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Consent;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What users have allowed clients, so that they are not asked again.
public final class ConsentStore {

    private static final String FIND = """
        SELECT scopes FROM consent WHERE subject = ? AND client_id = ? AND audience = ?""";

    private static final String LIST = """
        SELECT client_id, audience, scopes, given_at FROM consent WHERE subject = ? ORDER BY client_id, audience""";

    private static final String LIST_OF_PAGE = """
        SELECT subject, client_id, audience, scopes, given_at FROM consent
         WHERE subject IN (""" + UserStore.SUBJECTS_OF_PAGE + ") ORDER BY client_id, audience";

    private static final String DELETE = """
        DELETE FROM consent WHERE subject = ? AND client_id = ?""";

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

    /// Everything that a user has allowed.
    public List<Consent> list(Transaction tx, Subject subject) {
        return tx.list(LIST, ConsentStore::from, subject.value());
    }

    /// The same of the users of a page ([UserStore#PAGE_OF_EVERYBODY]) behind a name.
    public Map<Subject, List<Consent>> listByUser(Transaction tx, String afterUsername) {
        return tx.listByUser(LIST_OF_PAGE, ConsentStore::from, afterUsername);
    }

    /// Forgets what a user has allowed a client.
    ///
    /// @return false if that was nothing
    public boolean delete(Transaction tx, Subject subject, ClientId client) {
        return tx.execute(DELETE, subject.value(), client.value()) > 0;
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

    private static Consent from(Row row) {
        return new Consent(
                new ClientId(row.text("client_id")),
                new Audience(row.text("audience")),
                Stored.scopes(row.text("scopes")),
                row.instant("given_at"));
    }
}
