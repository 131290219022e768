package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.MailTicket;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.MailStore;
import dev.handstamp.server.store.MailTicketStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// A user's own address: shown to be read, or changed.
///
/// A new address counts from the moment in which its reader, signed in as that user, says so; until then the old one
/// stands. The old one is told. Nobody gets the address of another user, however it is spelled.
public final class EmailChanges {

    /// What became of it.
    public sealed interface Outcome {}

    /// A mail is on its way, or one that tells its owner that somebody wanted the address.
    public record Asked() implements Outcome {}

    /// The sign-in is too long ago.
    public record Stale() implements Outcome {}

    public record Malformed() implements Outcome {}

    public record TooMany(Duration retryAfter) implements Outcome {}

    private static final int MOST_AN_HOUR = 10;

    private final Database database;
    private final UserStore users;
    private final AuditStore audit;
    private final Endings endings;
    private final Notices notices;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Pace pace = new Pace(MOST_AN_HOUR, Duration.ofHours(1), System::nanoTime);
    private final MailStore mails = new MailStore();
    private final MailTicketStore tickets = new MailTicketStore();
    private final Visitors visitors = new Visitors();
    private final SignInNames names = new SignInNames();

    public EmailChanges(
            Database database,
            UserStore users,
            AuditStore audit,
            Endings endings,
            Notices notices,
            Secrets secrets,
            InstantSource clock) {
        this.database = database;
        this.users = users;
        this.audit = audit;
        this.endings = endings;
        this.notices = notices;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// Whether mails are sent at all.
    public boolean isOffered() {
        return database.read(mails::isSending);
    }

    /// Asks the reader of an address, which may be the one that the user has already, to confirm it.
    ///
    /// @param language of the page
    public Outcome ask(Visitor visitor, String typed, String language) {
        Instant now = clock.instant();
        if (!visitor.isFreshAt(now)) return new Stale();
        Optional<EmailAddress> address = EmailAddress.parse(typed);
        if (address.isEmpty()) return new Malformed();
        Optional<Duration> later = pace.exceeded(visitor.user().subject().value());
        if (later.isPresent()) return new TooMany(later.get());
        OutgoingMail mail = OutgoingMail.of(
                secrets.id(),
                MailKind.CONFIRM_EMAIL,
                Optional.of(visitor.user().subject()),
                address.get().value(),
                language,
                Map.of(),
                now);
        return database.inTransaction(tx -> {
            if (!mails.isSending(tx)) return new Malformed();
            boolean isFresh = visitors.hold(tx, visitor, now)
                    .filter(each -> each.isFreshAt(now))
                    .isPresent();
            if (!isFresh) return new Stale();
            mails.insert(tx, mail);
            return new Asked();
        });
    }

    /// The address that a link is about, for the user who has asked for it.
    public Optional<String> find(Secret token, User user) {
        Instant now = clock.instant();
        return database.read(tx -> good(tx, token, user, now)).map(MailTicket::email);
    }

    /// The user reads the address: it is theirs from here on.
    ///
    /// @return false if the link was used, is too old, somebody else has shown to read the address or is
    ///         called by it, or the user has signed out meanwhile
    public boolean confirm(Secret token, Visitor visitor, Caller caller) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Optional<User> user = visitors.lock(tx, visitor, now).map(Visitor::user);
            Optional<MailTicket> ticket = user.flatMap(found -> good(tx, token, found, now));
            if (ticket.isEmpty() || !tickets.spend(tx, token.hash(), now)) return false;
            String address = ticket.get().email();
            boolean taken = users.findByVerifiedEmail(tx, EmailAddress.key(address))
                    .filter(other -> !other.subject().equals(visitor.user().subject()))
                    .isPresent();
            if (taken) return false;
            User before = user.get();
            User after = before.withVerifiedEmail(address);
            if (names.calledByAddress(tx, after).isPresent()) return false;
            users.update(tx, after);
            boolean changed = !before.email().equals(address);
            AuditEvent.Type type = changed ? AuditEvent.Type.EMAIL_CHANGED : AuditEvent.Type.EMAIL_VERIFIED;
            String subject = before.subject().value();
            Map<String, String> details = Map.of("username", before.username().value());
            audit.append(tx, caller.event(type, subject, subject, ClientId.FIRST_PARTY, details, now));
            if (changed) notices.tell(tx, before, Notice.EMAIL_CHANGED); // The old address.
            endings.cutOff(tx, before.subject(), type, now); // The next token tells the new truth.
            return true;
        });
    }

    private Optional<MailTicket> good(Transaction tx, Secret token, User user, Instant now) {
        return tickets.find(tx, token.hash())
                .filter(ticket -> ticket.kind() == MailKind.CONFIRM_EMAIL)
                .filter(ticket -> ticket.subject().equals(Optional.of(user.subject())))
                .filter(ticket -> MailTickets.isGoodFor(ticket, user, now));
    }
}
