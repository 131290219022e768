package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.mail.AddressedMail;
import dev.handstamp.server.domain.mail.Lane;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.MailStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes mails out of the queue, finds out what they say, and strikes them out when they are gone.
public final class MailDesk {

    /// How long whoever has taken a mail has it alone: longer than a mail server may take to answer.
    private static final Duration LEASE = Duration.ofMinutes(3);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);

    private final Database database;
    private final AuditStore audit;
    private final MailTickets tickets;
    private final InstantSource clock;
    private final MailStore mails = new MailStore();

    public MailDesk(Database database, AuditStore audit, MailTickets tickets, InstantSource clock) {
        this.database = database;
        this.audit = audit;
        this.tickets = tickets;
        this.clock = clock;
    }

    /// Says to everybody who shares the database whether mails are sent.
    public void open(boolean sending) {
        database.inTransaction(tx -> {
            if (mails.isSending(tx) != sending) mails.setSending(tx, sending);
            return sending;
        });
    }

    /// The next mail that is due, of the first lane that has one, for whoever called this alone.
    public Optional<OutgoingMail> next() {
        Instant now = clock.instant();
        Optional<Lane> lane = database.read(tx -> mails.due(tx, now));
        if (lane.isEmpty()) return Optional.empty();
        List<OutgoingMail> taken = database.inTransaction(tx -> mails.take(tx, lane.get(), 1, now.plus(LEASE), now));
        return taken.stream().findFirst();
    }

    /// Whether there is no sense in sending it any more.
    public boolean isOver(OutgoingMail mail) {
        return !clock.instant().isBefore(mail.expiresAt());
    }

    /// What it says, with secrets that are made just now; empty if it has nothing to say any more.
    public Optional<AddressedMail> address(OutgoingMail mail) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> address(tx, mail, now));
    }

    /// It is out, or had nothing to say.
    public void done(OutgoingMail mail) {
        database.inTransaction(tx -> {
            mails.delete(tx, mail.id());
            return mail;
        });
    }

    /// It is tried again later, as long as there is time.
    public void postpone(OutgoingMail mail) {
        Instant next = clock.instant().plus(pause(mail.attempts()));
        database.inTransaction(tx -> {
            mails.postpone(tx, mail.id(), next.isBefore(mail.expiresAt()) ? next : mail.expiresAt());
            return mail;
        });
    }

    /// It will never be out.
    public void giveUp(OutgoingMail mail, String reason) {
        Instant now = clock.instant();
        String target = mail.subject().map(Subject::value).orElse("");
        Map<String, String> details =
                Map.of("mail", mail.id(), "kind", mail.kind().wireName(), "reason", reason);
        AuditEvent event =
                new AuditEvent(now, AuditEvent.Type.MAIL_UNDELIVERED, Author.SERVER, target, "", "", "", details);
        database.inTransaction(tx -> {
            mails.delete(tx, mail.id());
            audit.append(tx, event);
            return mail;
        });
    }

    private Optional<AddressedMail> address(Transaction tx, OutgoingMail mail, Instant now) {
        return mail.kind() == MailKind.NOTICE ? Optional.of(notice(mail)) : tickets.make(tx, mail, now);
    }

    private static AddressedMail notice(OutgoingMail mail) {
        return new AddressedMail(
                mail.id(),
                mail.recipient(),
                mail.language(),
                "notice." + mail.parameter("notice"),
                mail.parameter("username"),
                mail.parameter("name"),
                mail.createdAt(),
                Optional.empty(),
                Optional.empty(),
                ClientId.FIRST_PARTY);
    }

    private static Duration pause(long attempts) {
        if (attempts > 10) return LONGEST_PAUSE;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.max(0, attempts - 1));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
