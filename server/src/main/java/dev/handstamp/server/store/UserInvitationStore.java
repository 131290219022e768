package dev.handstamp.server.store;

import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.UserInvitation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Invitations to make an account, one for an address.
public final class UserInvitationStore {

    private static final String PUT = """
        INSERT INTO user_invitation
            (invitation_id, email, email_key, name, roles, inviter, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (email_key) DO UPDATE
           SET invitation_id = excluded.invitation_id, email = excluded.email, name = excluded.name,
               roles = excluded.roles, inviter = excluded.inviter, created_at = excluded.created_at,
               expires_at = excluded.expires_at""";

    private static final String FIND = """
        SELECT invitation_id, email, name, roles, inviter, created_at, expires_at
          FROM user_invitation WHERE invitation_id = ?""";

    private static final String FIND_BY_EMAIL = """
        SELECT invitation_id, email, name, roles, inviter, created_at, expires_at
          FROM user_invitation WHERE email_key = ?""";

    private static final String LIST = """
        SELECT invitation_id, email, name, roles, inviter, created_at, expires_at
          FROM user_invitation WHERE email_key > ? AND expires_at > ? ORDER BY email_key LIMIT ?""";

    private static final String DELETE = """
        DELETE FROM user_invitation WHERE invitation_id = ?""";

    private static final String DELETE_OF_EMAIL = """
        DELETE FROM user_invitation WHERE email_key = ?""";

    private static final String DELETE_ALL = """
        DELETE FROM user_invitation WHERE expires_at > ?""";

    private static final String FORGET = """
        DELETE FROM user_invitation WHERE invitation_id IN
            (SELECT invitation_id FROM user_invitation WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    /// Stores an invitation, in place of an earlier one to the same address.
    public void put(Transaction tx, UserInvitation invitation) {
        tx.execute(
                PUT,
                invitation.id(),
                invitation.email().value(),
                invitation.email().key(),
                invitation.name(),
                Stored.names(invitation.roles()),
                invitation.inviter(),
                invitation.createdAt(),
                invitation.expiresAt());
    }

    public Optional<UserInvitation> find(Transaction tx, String id) {
        return tx.find(FIND, UserInvitationStore::from, id);
    }

    /// That to an address, in its normal form.
    public Optional<UserInvitation> findByEmail(Transaction tx, String emailKey) {
        return tx.find(FIND_BY_EMAIL, UserInvitationStore::from, emailKey);
    }

    /// Those that are good, behind an address in its normal form, in the order of the addresses; from the first on
    /// after an empty text.
    public List<UserInvitation> list(Transaction tx, String afterEmailKey, Instant now, int limit) {
        return tx.list(LIST, UserInvitationStore::from, afterEmailKey, now, limit);
    }

    /// Takes an invitation back, or uses it up.
    ///
    /// @return false if there was none
    public boolean delete(Transaction tx, String id) {
        return tx.execute(DELETE, id) > 0;
    }

    /// Drops that to an address, in its normal form, if there is one.
    public void deleteByEmail(Transaction tx, String emailKey) {
        tx.execute(DELETE_OF_EMAIL, emailKey);
    }

    /// Takes all back that are good.
    ///
    /// @return how many
    public int deleteAll(Transaction tx, Instant now) {
        return tx.execute(DELETE_ALL, now);
    }

    /// Drops those that expired, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static UserInvitation from(Row row) {
        TreeSet<RoleName> roles = new TreeSet<>();
        for (String role : Stored.names(row.text("roles"))) roles.add(new RoleName(role));
        return new UserInvitation(
                row.text("invitation_id"),
                new EmailAddress(row.text("email")),
                row.text("name"),
                roles,
                row.text("inviter"),
                row.instant("created_at"),
                row.instant("expires_at"));
    }
}
