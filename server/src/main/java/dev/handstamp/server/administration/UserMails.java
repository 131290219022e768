package dev.handstamp.server.administration;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.UserInvitation;
import dev.handstamp.server.issuance.SignInNames;
import dev.handstamp.server.issuance.SignUps;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.MailStore;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserInvitationStore;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// What an administrator has mailed to people: an invitation to make an account, which can be withdrawn as long as
/// nobody has followed it, and a link to set another password. No administrator sees the link; it is made when the mail
/// is sent.
public final class UserMails {

    /// An invitation to be.
    ///
    /// @param name     the full name, if it is known; the user may choose another
    /// @param roles    what the account will have
    /// @param language of the mail; empty for English
    public record NewInvitation(String email, String name, Collection<String> roles, String language) {}

    private final Database database;
    private final Users users;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Administrator administrator;
    private final Journal journal;
    private final MailStore mails = new MailStore();
    private final UserInvitationStore invitations = new UserInvitationStore();
    private final UserStore stored = new UserStore();
    private final RoleStore roles = new RoleStore();
    private final SignInNames names = new SignInNames();

    public UserMails(
            Database database, Users users, Secrets secrets, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.users = users;
        this.secrets = secrets;
        this.clock = clock;
        this.administrator = administrator;
        this.journal = new Journal(administrator);
    }

    /// Invites somebody to make an account. A later invitation to the same address ends this one.
    public UserInvitation invite(NewInvitation wanted) {
        EmailAddress email = EmailAddress.parse(wanted.email())
                .orElseThrow(() -> Parsed.refused("e-mail address", "refused.mail.address", wanted.email()));
        String name = Parsed.name(wanted.name());
        Set<RoleName> named = Parsed.roles(wanted.roles());
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            refuseUnsent(tx);
            List<User> there = stored.listByEmail(tx, email.key());
            if (!there.isEmpty()) {
                throw Refused.about(
                        "e-mail address", "refused.mail.known", there.getFirst().username(), email);
            }
            if (names.called(tx, email.value()).isPresent()) {
                throw Refused.about("e-mail address", "refused.user.address-is-name");
            }
            for (RoleName role : named) {
                if (roles.find(tx, role).isEmpty()) throw Refused.about("role", "refused.role.unknown", role);
            }
            UserInvitation invitation = new UserInvitation(
                    secrets.id(),
                    email,
                    name,
                    new TreeSet<>(named),
                    administrator.actor(),
                    now,
                    now.plus(MailKind.INVITE.lifetime()));
            invitations.put(tx, invitation);
            OutgoingMail mail = OutgoingMail.of(
                    secrets.id(),
                    MailKind.INVITE,
                    Optional.empty(),
                    email.value(),
                    wanted.language(),
                    Map.of(SignUps.INVITATION, invitation.id()),
                    now);
            mails.insert(tx, mail);
            note(tx, AuditEvent.Type.USER_INVITED, invitation, now);
            return invitation;
        });
    }

    /// A page of the invitations that nobody has followed yet, in the order of their addresses.
    ///
    /// @param cursor empty for the first page
    public Page<UserInvitation> invitations(Optional<String> cursor, int limit) {
        Page.checked(limit);
        String after = cursor.map(given -> Cursor.parse(given)[0]).orElse("");
        Instant now = clock.instant();
        List<UserInvitation> found = database.read(tx -> invitations.list(tx, after, now, limit + 1));
        if (found.size() <= limit) return new Page<>(found, Optional.empty());
        List<UserInvitation> page = found.subList(0, limit);
        return new Page<>(page, Optional.of(Cursor.of(page.getLast().email().key(), "")));
    }

    /// Withdraws an invitation: nobody makes an account by its link any more, and if the mail still waits, it stays
    /// unsent.
    public UserInvitation withdraw(String idOrAddress) {
        return withdraw(idOrAddress, _ -> {});
    }

    /// The same, if nobody objects to whom it is taken from.
    ///
    /// @param objection may throw: then nothing is changed
    public UserInvitation withdraw(String idOrAddress, Consumer<UserInvitation> objection) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            UserInvitation invitation = invitations
                    .find(tx, idOrAddress)
                    .or(() -> invitations.findByEmail(tx, EmailAddress.key(idOrAddress)))
                    .filter(found -> found.isGoodAt(now))
                    .orElseThrow(() -> uninvited(idOrAddress));
            objection.accept(invitation);
            // Whoever was invited has made the account by now.
            if (!invitations.delete(tx, invitation.id())) throw uninvited(idOrAddress);
            note(tx, AuditEvent.Type.USER_UNINVITED, invitation, now);
            return invitation;
        });
    }

    private static Refused uninvited(String idOrAddress) {
        return new Refused(Refused.Kind.UNKNOWN, "refused.invitation.unknown", Refused.quoted(idOrAddress));
    }

    private void note(Transaction tx, AuditEvent.Type type, UserInvitation invitation, Instant now) {
        String all = invitation.roles().stream().map(RoleName::value).collect(Collectors.joining(" "));
        journal.note(tx, type, invitation.email().value(), Map.of("roles", all), now);
    }

    /// Mails a link to the user with which to set another password. The old one stays good until then.
    public User sendReset(String nameOrSubject) {
        User user = users.find(nameOrSubject);
        if (user.email().isEmpty()) throw new Refused("refused.mail.none", user.username());
        if (user.disabled()) throw new Refused("refused.user.disabled", user.username());
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            refuseUnsent(tx);
            mails.insert(
                    tx,
                    OutgoingMail.of(secrets.id(), MailKind.RESET, Optional.of(user.subject()), "", "", Map.of(), now)
                            .ofSomebodyKnown());
            Map<String, String> details = Map.of("username", user.username().value());
            journal.note(tx, AuditEvent.Type.PASSWORD_RESET_SENT, user.subject().value(), details, now);
            return user;
        });
    }

    private void refuseUnsent(Transaction tx) {
        if (!mails.isSending(tx)) {
            throw new Refused("refused.mail.unsent");
        }
    }
}
