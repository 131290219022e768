package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Busy;
import dev.handstamp.server.crypto.Hashed;
import dev.handstamp.server.crypto.Hashing;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.UnacceptablePassword;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.MailTicket;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.PasswordRules.Flaw;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.MailTicketStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Sets another password for whoever has followed the link of a mail. Looking at the link spends nothing: programs do
/// that before people.
///
/// Nobody is signed in by it. Whoever has a second factor shows it at the next login, as always.
public final class PasswordResets {

    /// What became of it.
    public sealed interface Outcome {}

    /// The password is another one, and every session of before is over.
    ///
    /// @param request to go on with, if the link was followed in the browser that had asked for it
    public record Reset(Optional<RequestUri> request) implements Outcome {}

    /// The link was used, is too old, or there is a newer one.
    public record Over() implements Outcome {}

    /// This cannot be a password; the link is still good.
    ///
    /// @param flaw empty: it is too long
    public record Unacceptable(Optional<Flaw> flaw) implements Outcome {}

    /// No room to hash; the link is still good.
    public record NoRoom(Duration retryAfter) implements Outcome {}

    private final Database database;
    private final UserStore users;
    private final AuditStore audit;
    private final PasswordHasher hasher;
    private final PasswordPolicy policy;
    private final MailTickets making;
    private final Endings endings;
    private final Notices notices;
    private final InstantSource clock;
    private final MailTicketStore tickets = new MailTicketStore();

    public PasswordResets(
            Database database,
            UserStore users,
            AuditStore audit,
            PasswordHasher hasher,
            PasswordPolicy policy,
            MailTickets making,
            Endings endings,
            Notices notices,
            InstantSource clock) {
        this.database = database;
        this.users = users;
        this.audit = audit;
        this.hasher = hasher;
        this.policy = policy;
        this.making = making;
        this.endings = endings;
        this.notices = notices;
        this.clock = clock;
    }

    /// How many characters a password has at least.
    public int shortestPassword() {
        return policy.shortest();
    }

    /// Whose password a link changes, while it is good.
    public Optional<MailTickets.Linked> find(Secret token) {
        Instant now = clock.instant();
        return database.read(tx -> good(tx, token, now)
                .flatMap(ticket ->
                        user(tx, ticket, now).map(user -> new MailTickets.Linked(user, making.request(ticket)))));
    }

    /// Sets the password, and uses the link up.
    ///
    /// @param browser what the browser that follows the link holds
    public Outcome reset(Secret token, String password, Secret browser, Caller caller) {
        Optional<MailTickets.Linked> linked = find(token);
        if (linked.isEmpty()) return new Over();
        Optional<Flaw> flaw = policy.flaw(password, linked.get().user());
        if (flaw.isPresent()) return new Unacceptable(flaw);
        Hashing hashing = hasher.hash(password);
        return switch (hashing) {
            case Busy(var retryAfter) -> new NoRoom(retryAfter);
            case UnacceptablePassword _ -> new Unacceptable(Optional.empty());
            case Hashed(var hash) -> reset(token, hash, browser, caller);
        };
    }

    private Outcome reset(Secret token, PasswordHash hash, Secret browser, Caller caller) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Optional<MailTicket> ticket = good(tx, token, now);
            Optional<User> user = ticket.flatMap(MailTicket::subject)
                    .flatMap(subject -> users.lock(tx, subject))
                    .filter(found -> MailTickets.isGoodFor(ticket.orElseThrow(), found, now));
            if (user.isEmpty() || !tickets.spend(tx, token.hash(), now)) return new Over();
            User changed = making.verify(tx, user.get(), ticket.get()).withPasswordHash(hash);
            users.update(tx, changed);
            String subject = changed.subject().value();
            Map<String, String> details = Map.of("username", changed.username().value());
            AuditEvent.Type type = AuditEvent.Type.PASSWORD_RESET;
            audit.append(tx, caller.event(type, subject, subject, ClientId.FIRST_PARTY, details, now));
            endings.endEverything(tx, changed.subject(), type, now);
            notices.tell(tx, changed, Notice.PASSWORD_RESET);
            boolean same = ticket.get()
                    .browser()
                    .filter(asking -> asking.matches(browser))
                    .isPresent();
            return new Reset(same ? making.request(ticket.get()) : Optional.empty());
        });
    }

    private Optional<MailTicket> good(Transaction tx, Secret token, Instant now) {
        return tickets.find(tx, token.hash()).filter(ticket -> ticket.kind() == MailKind.RESET && ticket.isGoodAt(now));
    }

    private Optional<User> user(Transaction tx, MailTicket ticket, Instant now) {
        return ticket.subject()
                .flatMap(subject -> users.find(tx, subject))
                .filter(found -> MailTickets.isGoodFor(ticket, found, now));
    }
}
