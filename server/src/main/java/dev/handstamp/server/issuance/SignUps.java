package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Busy;
import dev.handstamp.server.crypto.Hashed;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.UnacceptablePassword;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.domain.mail.MailTicket;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.PasswordRules.Flaw;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.UserInvitation;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.MailTicketStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserInvitationStore;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Makes accounts for people who come by themselves or were invited: for whoever has followed the link of a mail, so
/// that every address is one that its user reads.
///
/// Until then nothing is stored of them but the mail that waits, so nobody can take a name or an address of others, and
/// nobody but the reader of the mail is told whether there is an account already.
public final class SignUps {

    /// Who may make an account.
    public enum Access {
        OFF,
        INVITATION,
        OPEN
    }

    /// Who fills in the form.
    public record Request(String username, String name, String password, Secret browser, Caller caller) {

        /// Leaves the password out.
        @Override
        public String toString() {
            return "Request[" + caller.requestId() + "]";
        }
    }

    /// Whose address the link is of, the name that an administrator has given, and what to go on to.
    public record Invited(String email, String name, Optional<RequestUri> request) {}

    /// What became of it.
    public sealed interface Outcome {}

    /// There is an account.
    ///
    /// @param request to go on with, if the link was followed in the browser that had asked for it
    public record SignedUp(User user, Optional<RequestUri> request) implements Outcome {}

    /// The link was used, is too old, there is a newer one, or an account has the address by now.
    public record Over() implements Outcome {}

    /// This cannot be a user name, or somebody has it.
    public record NameTaken(boolean malformed) implements Outcome {}

    /// This cannot be a full name.
    public record WrongFullName() implements Outcome {}

    /// This cannot be a password.
    ///
    /// @param flaw empty: it is too long
    public record Unacceptable(Optional<Flaw> flaw) implements Outcome {}

    public record NoRoom(Duration retryAfter) implements Outcome {}

    /// Too many names were tried with this link.
    public record TooMany(Duration retryAfter) implements Outcome {}

    /// Which invitation a mail and its link are of.
    public static final String INVITATION = "invitation";

    /// What a link is good for.
    ///
    /// @param invitation empty for somebody who comes by
    private record Offer(MailTicket ticket, Optional<UserInvitation> invitation) {}

    private static final int MOST_TRIES = 20;

    private final Database database;
    private final UserStore users;
    private final AuditStore audit;
    private final PasswordHasher hasher;
    private final PasswordPolicy policy;
    private final MailTickets making;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Pace tries = new Pace(MOST_TRIES, Duration.ofHours(1), System::nanoTime);
    private final MailTicketStore tickets = new MailTicketStore();
    private final UserInvitationStore invitations = new UserInvitationStore();
    private final Administrators administrators = new Administrators();
    private final SignInNames names = new SignInNames();

    public SignUps(
            Database database,
            UserStore users,
            AuditStore audit,
            PasswordHasher hasher,
            PasswordPolicy policy,
            MailTickets making,
            Secrets secrets,
            InstantSource clock) {
        this.database = database;
        this.users = users;
        this.audit = audit;
        this.hasher = hasher;
        this.policy = policy;
        this.making = making;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// How many characters a password has at least.
    public int shortestPassword() {
        return policy.shortest();
    }

    /// Whose link it is, while it is good.
    public Optional<Invited> find(Secret token) {
        Instant now = clock.instant();
        return database.read(tx -> good(tx, token, now))
                .map(offer -> new Invited(
                        offer.ticket.email(),
                        offer.invitation.map(UserInvitation::name).orElse(""),
                        making.request(offer.ticket)));
    }

    /// Makes the account, and uses the link up.
    public Outcome signUp(Secret token, Request request) {
        Optional<Invited> invited = find(token);
        if (invited.isEmpty()) return new Over();
        Optional<Username> username = Username.parse(request.username);
        if (username.isEmpty() || isAddressOfAnother(username.get(), invited.get())) return new NameTaken(true);
        if (!User.isName(request.name)) return new WrongFullName();
        Optional<Flaw> flaw = policy.flaw(
                request.password, username.get(), request.name, invited.get().email());
        if (flaw.isPresent()) return new Unacceptable(flaw);
        Optional<Duration> later = tries.exceeded(token.hash().value());
        if (later.isPresent()) return new TooMany(later.get());
        if (database.read(tx -> users.findByUsername(tx, username.get())).isPresent()) return new NameTaken(false);
        return switch (hasher.hash(request.password)) {
            case Busy(var retryAfter) -> new NoRoom(retryAfter);
            case UnacceptablePassword _ -> new Unacceptable(Optional.empty());
            case Hashed(var hash) -> signUp(token, username.get(), hash, request);
        };
    }

    /// Who reads an address signs in with it: nobody is called so but them.
    private static boolean isAddressOfAnother(Username username, Invited invited) {
        return EmailAddress.parse(username.value()).isPresent()
                && !EmailAddress.key(username.value()).equals(EmailAddress.key(invited.email()));
    }

    private Outcome signUp(Secret token, Username username, PasswordHash hash, Request request) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Optional<Offer> found = good(tx, token, now);
            if (found.isEmpty()) return new Over();
            MailTicket ticket = found.get().ticket;
            Optional<UserInvitation> invitation = found.get().invitation;
            if (users.findByUsername(tx, username).isPresent()) return new NameTaken(false);
            if (!tickets.spend(tx, ticket.id(), now)) return new Over();
            // Whoever withdraws it was a moment faster, or comes too late.
            if (invitation.isPresent()
                    && !invitations.delete(tx, invitation.get().id())) return new Over();
            invitations.deleteByEmail(tx, EmailAddress.key(ticket.email())); // Nobody needs it any more.
            TreeSet<RoleName> roles =
                    new TreeSet<>(invitation.map(UserInvitation::roles).orElse(Collections.emptySortedSet()));
            User user = new User(
                            secrets.subject(),
                            username,
                            request.name.strip(),
                            ticket.email(),
                            roles,
                            Map.of(),
                            hash,
                            false,
                            now)
                    .withVerifiedEmail(ticket.email());
            if (!users.insert(tx, user)) return new Over(); // Somebody else was a moment faster.
            String subject = user.subject().value();
            Map<String, String> details =
                    Map.of("username", username.value(), "by", ticket.kind().wireName());
            AuditEvent.Type type = AuditEvent.Type.USER_REGISTERED;
            audit.append(tx, request.caller.event(type, subject, subject, ClientId.FIRST_PARTY, details, now));
            boolean same = ticket.browser()
                    .filter(asking -> asking.matches(request.browser))
                    .isPresent();
            return new SignedUp(user, same ? making.request(ticket) : Optional.empty());
        });
    }

    /// An address that has an account by now, or that somebody is called by, makes the link worthless: two links may
    /// be on their way.
    private Optional<Offer> good(Transaction tx, Secret token, Instant now) {
        return tickets.find(tx, token.hash())
                .filter(ticket -> ticket.isGoodAt(now))
                .filter(ticket -> users.findByVerifiedEmail(tx, EmailAddress.key(ticket.email()))
                        .isEmpty())
                .filter(ticket -> names.called(tx, ticket.email()).isEmpty())
                .flatMap(ticket -> offer(tx, ticket, now));
    }

    /// The link of an invitation is good as long as the invitation is, and whoever has sent it could make such an
    /// account.
    private Optional<Offer> offer(Transaction tx, MailTicket ticket, Instant now) {
        return switch (ticket.kind()) {
            case REGISTER -> Optional.of(new Offer(ticket, Optional.empty()));
            case INVITE ->
                invitations
                        .find(tx, ticket.details().getOrDefault(INVITATION, ""))
                        .filter(invitation -> invitation.isGoodAt(now)
                                && administrators.mayStillGive(tx, invitation.inviter(), invitation.roles()))
                        .map(invitation -> new Offer(ticket, Optional.of(invitation)));
            case NOTICE, RESET, SIGN_IN, CONFIRM_EMAIL -> Optional.empty();
        };
    }
}
