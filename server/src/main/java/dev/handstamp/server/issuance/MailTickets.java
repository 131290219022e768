package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.PendingRequest;
import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.domain.mail.AddressedMail;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.MailTicket;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.AuthorizationRequestStore;
import dev.handstamp.server.store.MailTicketStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserInvitationStore;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes what mails bring along: a link or a code, in the moment in which it is sent, so that it stands nowhere else.
/// Whoever holds it may do one thing once.
///
/// Links are made of the issuer's address and of nothing that a request says.
public final class MailTickets {

    static final int CODE_LENGTH = 6;

    /// How many codes may be tried for one that was mailed.
    static final int MOST_TRIES = 5;

    private static final String CODE = "sign-in code";

    /// Whom the link of a mail is for, and what to go on to.
    public record Linked(User user, Optional<RequestUri> request) {}

    private final UserStore users;
    private final KeyEncryption encryption;
    private final Secrets secrets;
    private final String issuer;
    private final MailBudgets budgets;
    private final MailTicketStore tickets = new MailTicketStore();
    private final AuthorizationRequestStore requests = new AuthorizationRequestStore();
    private final UserInvitationStore invitations = new UserInvitationStore();
    private final SignInNames names = new SignInNames();

    public MailTickets(UserStore users, KeyEncryption encryption, Secrets secrets, String issuer) {
        this.users = users;
        this.encryption = encryption;
        this.secrets = secrets;
        this.issuer = issuer;
        this.budgets = new MailBudgets(encryption);
    }

    /// What a mail says; empty if there is nobody to say it to.
    Optional<AddressedMail> make(Transaction tx, OutgoingMail mail, Instant now) {
        ClientId client = client(tx, mail, now);
        return write(tx, mail, now).map(written -> written.onTheWayTo(client));
    }

    private Optional<AddressedMail> write(Transaction tx, OutgoingMail mail, Instant now) {
        return switch (mail.kind()) {
            case NOTICE -> throw new IllegalArgumentException("a notice brings nothing along");
            case RESET -> reset(tx, mail, now);
            case SIGN_IN -> signIn(tx, mail, now);
            case REGISTER -> register(tx, mail, now);
            case INVITE -> invite(tx, mail);
            case CONFIRM_EMAIL -> confirm(tx, mail, now);
        };
    }

    /// Whose ticket it is, as long as it is good, its user may come in, and password and address are what they were:
    /// a link to an address that the user has left opens nothing.
    ///
    /// @param user as read in this transaction
    static boolean isGoodFor(MailTicket ticket, User user, Instant now) {
        return ticket.isGoodAt(now)
                && !user.disabled()
                && (ticket.kind() == MailKind.CONFIRM_EMAIL || ticket.email().equals(user.email()))
                && ticket.passwordDigest().filter(digest(user)::equals).isPresent();
    }

    /// A wrong code was typed in place of the one that was mailed.
    void countWrongCode(Transaction tx, MailTicket ticket, Instant now) {
        budgets.countWrongCode(tx, ticket, now);
    }

    /// What is stored in place of a code. It belongs to one browser.
    SecretHash hash(String code, SecretHash browser) {
        return encryption.hash(browser.value() + "\n" + code, CODE);
    }

    /// The authorization request to go on to, if there is one.
    Optional<RequestUri> request(MailTicket ticket) {
        return MailWishes.request(encryption, ticket.sealedRequest());
    }

    /// Notes that whoever has shown what was mailed reads the address, if it is still the user's and nobody else's.
    ///
    /// @return the user as stored from here on
    User verify(Transaction tx, User user, MailTicket ticket) {
        if (user.hasVerifiedEmail() || !user.email().equals(ticket.email())) return user;
        if (users.findByVerifiedEmail(tx, user.emailKey()).isPresent()) return user;
        User verified = user.withVerifiedEmail(user.email());
        if (names.calledByAddress(tx, verified).isPresent()) return user;
        users.update(tx, verified);
        return verified;
    }

    /// Where its reader goes on to, as long as that request is open.
    private ClientId client(Transaction tx, OutgoingMail mail, Instant now) {
        return MailWishes.request(encryption, mail.parameter(MailWishes.REQUEST))
                .flatMap(name -> requests.find(tx, name.id().hash()))
                .filter(request -> request.isOpenAt(now))
                .map(PendingRequest::client)
                .orElse(ClientId.FIRST_PARTY);
    }

    private Optional<AddressedMail> reset(Transaction tx, OutgoingMail mail, Instant now) {
        Optional<User> user = find(tx, mail).filter(found -> budgets.admits(tx, found, mail, now));
        if (user.isEmpty()) return Optional.empty();
        // The newer one ends the older; but what a stranger asks for ends nothing of the owner's.
        browser(mail)
                .ifPresentOrElse(
                        browser -> tickets.delete(tx, user.get().subject(), browser, MailKind.RESET),
                        () -> tickets.delete(tx, user.get().subject(), MailKind.RESET));
        Secret secret = secrets.oneTime();
        tickets.insert(tx, ticket(mail, user.get(), secret.hash()));
        return Optional.of(
                to(user.get(), mail, "reset").withLink(link("/reset", secret)).build());
    }

    private Optional<AddressedMail> signIn(Transaction tx, OutgoingMail mail, Instant now) {
        Optional<User> user = find(tx, mail).filter(found -> budgets.admits(tx, found, mail, now));
        if (user.isEmpty()) return Optional.empty();
        SecretHash browser = browser(mail).orElseThrow();
        tickets.delete(tx, browser, MailKind.SIGN_IN);
        boolean byCode = mail.parameter(MailWishes.FORM).equals(MailWishes.CODE);
        // Where strangers have guessed too much, a link signs in as well, and nobody guesses that.
        Optional<SecretHash> guesses =
                byCode ? budgets.guesses(tx, user.get(), mail, MOST_TRIES, now) : Optional.empty();
        if (guesses.isPresent()) {
            String code = secrets.letters("0123456789", CODE_LENGTH);
            Map<String, String> details =
                    Map.of(MailBudgets.GUESSES, guesses.get().value());
            tickets.insert(tx, ticket(mail, user.get(), hash(code, browser)).with(details));
            return Optional.of(
                    to(user.get(), mail, "sign-in-code").withCode(code).build());
        }
        Secret secret = secrets.oneTime();
        tickets.insert(tx, ticket(mail, user.get(), secret.hash()));
        return Optional.of(to(user.get(), mail, "sign-in-link")
                .withLink(link("/login/mail", secret))
                .build());
    }

    /// Somebody who has an account already is told so, at the address, where nobody else reads it.
    private Optional<AddressedMail> register(Transaction tx, OutgoingMail mail, Instant now) {
        Optional<EmailAddress> address = EmailAddress.parse(MailWishes.typed(encryption, mail));
        if (address.isEmpty()) return Optional.empty();
        if (!budgets.admits(tx, address.get(), mail, now)) return Optional.empty();
        List<User> there = users.listByEmail(tx, address.get().key());
        if (!there.isEmpty()) {
            User user = there.getFirst();
            return Optional.of(
                    to(user, mail, "register-known").withLink(issuer + "/reset").build());
        }
        Optional<User> called = names.called(tx, address.get().value());
        if (called.isPresent()) {
            return Optional.of(to(address.get().value(), mail, "register-known")
                    .naming(called.get())
                    .withLink(issuer + "/reset")
                    .build());
        }
        tickets.delete(tx, address.get().key(), browser(mail).orElseThrow(), MailKind.REGISTER);
        Secret secret = secrets.oneTime();
        tickets.insert(tx, ticket(mail, address.get().value(), secret.hash()));
        return Optional.of(to(address.get().value(), mail, "register")
                .withLink(link("/sign-up", secret))
                .build());
    }

    /// Nobody hears of an invitation that was withdrawn, or that a later one to the address has replaced.
    private Optional<AddressedMail> invite(Transaction tx, OutgoingMail mail) {
        if (invitations.find(tx, mail.parameter(SignUps.INVITATION)).isEmpty()) return Optional.empty();
        tickets.delete(tx, EmailAddress.key(mail.recipient()), MailKind.INVITE);
        Secret secret = secrets.oneTime();
        tickets.insert(tx, ticket(mail, mail.recipient(), secret.hash()));
        return Optional.of(to(mail.recipient(), mail, "invite")
                .withLink(link("/sign-up", secret))
                .build());
    }

    private Optional<AddressedMail> confirm(Transaction tx, OutgoingMail mail, Instant now) {
        Optional<User> user = mail.subject()
                .flatMap(subject -> users.find(tx, subject))
                .filter(found -> budgets.admits(tx, found, mail, now));
        Optional<EmailAddress> address = EmailAddress.parse(mail.recipient());
        if (user.isEmpty() || address.isEmpty()) return Optional.empty();
        String key = address.get().key();
        boolean isOwn = key.equals(user.get().emailKey());
        if (!isOwn && !budgets.admits(tx, address.get(), mail, now)) return Optional.empty();
        Optional<User> other = users.listByEmail(tx, key).stream()
                .filter(found -> !found.subject().equals(user.get().subject()))
                .findFirst();
        if (other.isPresent()) {
            return Optional.of(to(other.get(), mail, "email-taken").build());
        }
        Optional<User> called = names.called(tx, address.get().value())
                .filter(found -> !found.subject().equals(user.get().subject()));
        if (called.isPresent()) {
            return Optional.of(to(address.get().value(), mail, "email-taken")
                    .naming(called.get())
                    .build());
        }
        tickets.delete(tx, user.get().subject(), MailKind.CONFIRM_EMAIL);
        Secret secret = secrets.oneTime();
        MailTicket made = ticket(mail, user.get(), secret.hash());
        tickets.insert(
                tx,
                new MailTicket(
                        made.id(),
                        made.kind(),
                        made.subject(),
                        mail.recipient(),
                        made.passwordDigest(),
                        made.browser(),
                        made.sealedRequest(),
                        made.details(),
                        0,
                        made.createdAt(),
                        made.expiresAt()));
        return Optional.of(new Writing(mail, mail.recipient(), language(user.get(), mail), "confirm-email")
                .naming(user.get())
                .withLink(link("/email", secret))
                .build());
    }

    /// Who is meant by what was typed. An address that several have, and none of them has shown to read, means nobody.
    private Optional<User> find(Transaction tx, OutgoingMail mail) {
        if (mail.subject().isPresent()) { // An administrator has said who.
            return users.find(tx, mail.subject().get()).filter(MailTickets::canBeMailed);
        }
        String typed = MailWishes.typed(encryption, mail);
        Optional<User> byEmail = typed.contains("@") ? findByEmail(tx, EmailAddress.key(typed)) : Optional.empty();
        return byEmail.or(() -> Username.parse(typed).flatMap(name -> users.findByUsername(tx, name)))
                .filter(MailTickets::canBeMailed);
    }

    private static boolean canBeMailed(User user) {
        return !user.disabled() && !user.email().isEmpty();
    }

    private Optional<User> findByEmail(Transaction tx, String key) {
        Optional<User> verified = users.findByVerifiedEmail(tx, key);
        if (verified.isPresent()) return verified;
        List<User> found = users.listByEmail(tx, key);
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    private static Optional<SecretHash> browser(OutgoingMail mail) {
        String hash = mail.parameter(MailWishes.BROWSER);
        return hash.isEmpty() ? Optional.empty() : Optional.of(new SecretHash(hash));
    }

    private static MailTicket ticket(OutgoingMail mail, User user, SecretHash id) {
        MailTicket nobodys = ticket(mail, user.email(), id);
        return new MailTicket(
                id,
                mail.kind(),
                Optional.of(user.subject()),
                user.email(),
                Optional.of(digest(user)),
                nobodys.browser(),
                nobodys.sealedRequest(),
                Map.of(),
                0,
                nobodys.createdAt(),
                nobodys.expiresAt());
    }

    private static MailTicket ticket(OutgoingMail mail, String email, SecretHash id) {
        return new MailTicket(
                id,
                mail.kind(),
                Optional.empty(),
                email,
                Optional.empty(),
                browser(mail),
                mail.parameter(MailWishes.REQUEST),
                details(mail),
                0,
                mail.createdAt(),
                mail.createdAt().plus(mail.kind().lifetime()));
    }

    /// What an administrator has said of somebody to be.
    private static Map<String, String> details(OutgoingMail mail) {
        return mail.kind() == MailKind.INVITE ? mail.parameters() : Map.of();
    }

    private static SecretHash digest(User user) {
        return new Secret(user.passwordHash().value()).hash();
    }

    private String link(String path, Secret secret) {
        return issuer + path + "?token=" + secret.value();
    }

    private static Writing to(User user, OutgoingMail mail, String topic) {
        return new Writing(mail, user.email(), language(user, mail), topic).about(user);
    }

    private static Writing to(String recipient, OutgoingMail mail, String topic) {
        return new Writing(mail, recipient, mail.language(), topic);
    }

    private static String language(User user, OutgoingMail mail) {
        String own = Notices.language(user);
        return own.isEmpty() ? mail.language() : own;
    }

    /// A mail that is being written.
    private static final class Writing {

        private final OutgoingMail mail;
        private final String recipient;
        private final String language;
        private final String topic;
        private String username = "";
        private String name = "";
        private Optional<String> link = Optional.empty();
        private Optional<String> code = Optional.empty();

        Writing(OutgoingMail mail, String recipient, String language, String topic) {
            this.mail = mail;
            this.recipient = recipient;
            this.language = language;
            this.topic = topic;
        }

        Writing about(User user) {
            username = user.username().value();
            name = user.name();
            return this;
        }

        /// The account alone: a stranger is not greeted with what somebody has written as their name.
        Writing naming(User user) {
            username = user.username().value();
            return this;
        }

        Writing withLink(String target) {
            link = Optional.of(target);
            return this;
        }

        Writing withCode(String digits) {
            code = Optional.of(digits);
            return this;
        }

        AddressedMail build() {
            Instant until = mail.createdAt().plus(mail.kind().lifetime());
            return new AddressedMail(
                    mail.id(), recipient, language, topic, username, name, until, link, code, ClientId.FIRST_PARTY);
        }
    }
}
