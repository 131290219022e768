package dev.handstamp.server.store;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.revocation.StatusListRow;
import dev.handstamp.server.domain.revocation.StatusReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The lists of statuses: which indices were taken back, and which one a grant has.
///
/// Who draws an index for a grant holds the lock of the log ([RevisionStore#lock]), as does whoever takes something
/// back: of the two, the later one sees the earlier.
public final class StatusListStore {

    private static final String INSERT = """
        INSERT INTO status_list (list_id, audience, client_id, opened_at, ends_at, revoked_at)
        VALUES (?, ?, ?, ?, ?, NULL)""";

    private static final String FIND = """
        SELECT list_id, audience, client_id, opened_at, ends_at, revoked_at
          FROM status_list WHERE list_id = ?""";

    private static final String BITS = """
        SELECT status_index FROM status_bit WHERE list_id = ?""";

    private static final String SET = """
        INSERT INTO status_bit (list_id, status_index)
        SELECT list_id, ? FROM status_list WHERE list_id = ? ON CONFLICT DO NOTHING""";

    private static final String OF_GRANT = """
        SELECT user_grant.status_list, user_grant.status_index
          FROM user_grant JOIN status_list ON status_list.list_id = user_grant.status_list
         WHERE user_grant.grant_id = ? AND status_list.revoked_at IS NULL""";

    private static final String ASSIGN = """
        UPDATE user_grant SET status_list = ?, status_index = ? WHERE grant_id = ?""";

    private static final String SET_OF_GRANT = """
        INSERT INTO status_bit (list_id, status_index)
        SELECT user_grant.status_list, user_grant.status_index
          FROM user_grant JOIN status_list ON status_list.list_id = user_grant.status_list
         WHERE user_grant.grant_id = ? ON CONFLICT DO NOTHING""";

    private static final String SET_OF_SESSION = """
        INSERT INTO status_bit (list_id, status_index)
        SELECT user_grant.status_list, user_grant.status_index
          FROM user_grant JOIN status_list ON status_list.list_id = user_grant.status_list
         WHERE user_grant.session_id = ? ON CONFLICT DO NOTHING""";

    private static final String SET_OF_SUBJECT = """
        INSERT INTO status_bit (list_id, status_index)
        SELECT user_grant.status_list, user_grant.status_index
          FROM user_grant JOIN status_list ON status_list.list_id = user_grant.status_list
         WHERE user_grant.subject = ? ON CONFLICT DO NOTHING""";

    private static final String SET_OF_CLIENT = """
        INSERT INTO status_bit (list_id, status_index)
        SELECT user_grant.status_list, user_grant.status_index
          FROM user_grant JOIN status_list ON status_list.list_id = user_grant.status_list
         WHERE user_grant.client_id = ? ON CONFLICT DO NOTHING""";

    private static final String CLEAR_OF_SUBJECT = """
        UPDATE user_grant SET status_list = NULL, status_index = NULL
         WHERE subject = ? AND status_index IS NOT NULL""";

    private static final String REVOKE_BY_CLIENT = """
        UPDATE status_list SET revoked_at = ? WHERE client_id = ? AND revoked_at IS NULL""";

    private static final String REVOKE_BY_AUDIENCE = """
        UPDATE status_list SET revoked_at = ? WHERE audience = ? AND revoked_at IS NULL""";

    private static final String REVOKE_ALL = """
        UPDATE status_list SET revoked_at = ? WHERE ends_at > ? AND revoked_at IS NULL""";

    private static final String FORGET = """
        DELETE FROM status_list WHERE list_id IN
            (SELECT list_id FROM status_list WHERE ends_at < ? ORDER BY ends_at LIMIT ?)""";

    public void insert(Transaction tx, StatusListRow list) {
        String client = list.client().map(ClientId::value).orElse("");
        tx.execute(INSERT, list.id(), list.audience().value(), client, list.openedAt(), list.endsAt());
    }

    public Optional<StatusListRow> find(Transaction tx, String id) {
        return tx.find(FIND, StatusListStore::from, id);
    }

    /// The indices of a list that were taken back.
    public List<Long> bits(Transaction tx, String id) {
        return tx.list(BITS, row -> row.number("status_index"), id);
    }

    /// Takes one index back; nothing happens if there is no such list.
    public void set(Transaction tx, StatusReference reference) {
        tx.execute(SET, reference.index(), reference.list());
    }

    /// The index that a grant's tokens have, unless its list was taken back as a whole.
    public Optional<StatusReference> ofGrant(Transaction tx, GrantId grant) {
        return tx.find(
                OF_GRANT,
                row -> new StatusReference(row.text("status_list"), row.number("status_index")),
                grant.value());
    }

    /// Gives a grant's tokens an index from now on.
    ///
    /// @return false if there is no such grant
    public boolean assign(Transaction tx, GrantId grant, StatusReference reference) {
        return tx.execute(ASSIGN, reference.list(), reference.index(), grant.value()) > 0;
    }

    /// Takes back what an entry of the log takes back, but for a single token.
    void revoke(Transaction tx, Kind kind, String id, Instant now) {
        switch (kind) {
            case TOKEN -> {}
            case GRANT -> tx.execute(SET_OF_GRANT, id);
            case SESSION -> tx.execute(SET_OF_SESSION, id);
            case SUBJECT -> {
                tx.execute(SET_OF_SUBJECT, id);
                tx.execute(CLEAR_OF_SUBJECT, id); // The grants may go on: their next tokens need other indices.
            }
            case CLIENT -> {
                tx.execute(SET_OF_CLIENT, id);
                tx.execute(REVOKE_BY_CLIENT, now, id);
            }
            case API -> tx.execute(REVOKE_BY_AUDIENCE, now, id);
            case ISSUER -> tx.execute(REVOKE_ALL, now, now);
        }
    }

    /// Drops lists whose last token has expired, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static StatusListRow from(Row row) {
        String client = row.text("client_id");
        return new StatusListRow(
                row.text("list_id"),
                new Audience(row.text("audience")),
                client.isEmpty() ? Optional.empty() : Optional.of(new ClientId(client)),
                row.instant("opened_at"),
                row.instant("ends_at"),
                row.optionalInstant("revoked_at").isPresent());
    }
}
