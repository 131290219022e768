package dev.handstamp.server.store;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Invitation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Invitations to register clients, by the hash of their token.
public final class InvitationStore {

    private static final String INSERT = """
        INSERT INTO invitation (token_hash, invitation_id, apis, scopes, uses_left, inviter, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String FIND = """
        SELECT invitation_id, apis, scopes, uses_left, inviter, created_at, expires_at
          FROM invitation WHERE token_hash = ?""";

    private static final String LIST = """
        SELECT invitation_id, apis, scopes, uses_left, inviter, created_at, expires_at
          FROM invitation ORDER BY created_at, invitation_id""";

    private static final String USE = """
        UPDATE invitation SET uses_left = uses_left - 1
         WHERE token_hash = ? AND uses_left > 0 AND expires_at > ?""";

    private static final String DELETE = """
        DELETE FROM invitation WHERE invitation_id = ?""";

    private static final String DELETE_ALL = """
        DELETE FROM invitation WHERE expires_at > ?""";

    private static final String FORGET = """
        DELETE FROM invitation WHERE token_hash IN
            (SELECT token_hash FROM invitation WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    public void insert(Transaction tx, SecretHash token, Invitation invitation) {
        tx.execute(
                INSERT,
                token.value(),
                invitation.id(),
                Stored.names(invitation.apis()),
                invitation.scopes().toString(),
                invitation.usesLeft(),
                invitation.inviter(),
                invitation.createdAt(),
                invitation.expiresAt());
    }

    public Optional<Invitation> find(Transaction tx, SecretHash token) {
        return tx.find(FIND, InvitationStore::from, token.value());
    }

    public List<Invitation> list(Transaction tx) {
        return tx.list(LIST, InvitationStore::from);
    }

    /// Counts one use.
    ///
    /// @return false if none is left, or it is over
    public boolean use(Transaction tx, SecretHash token, Instant now) {
        return tx.execute(USE, token.value(), now) > 0;
    }

    /// Takes an invitation back.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, String id) {
        return tx.execute(DELETE, id) > 0;
    }

    /// Takes all back that are good.
    ///
    /// @return how many
    public int deleteAll(Transaction tx, Instant now) {
        return tx.execute(DELETE_ALL, now);
    }

    /// Forgets some of what is past; fewer than [Housekeeping#PORTION] means all of it.
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static Invitation from(Row row) {
        return new Invitation(
                row.text("invitation_id"),
                Stored.names(row.text("apis")).stream().map(Audience::new).collect(Collectors.toSet()),
                Stored.scopes(row.text("scopes")),
                (int) row.number("uses_left"),
                row.text("inviter"),
                row.instant("created_at"),
                row.instant("expires_at"));
    }
}
