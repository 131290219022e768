package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.MailTicket;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What mails bring along, and how much of it there was.
public final class MailTicketStore {

    private static final String INSERT = """
        INSERT INTO mail_ticket
            (ticket_hash, kind, subject, email, email_key, password_digest, browser_hash, request_sealed, details,
             failures, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String FIND = """
        SELECT ticket_hash, kind, subject, email, password_digest, browser_hash, request_sealed, details, failures,
               created_at, expires_at
          FROM mail_ticket WHERE ticket_hash = ?""";

    // Every guess counts as wrong until it is known to be right: guesses side by side come one after the other.
    private static final String GUESS = """
        UPDATE mail_ticket SET failures = failures + 1
         WHERE browser_hash = ? AND kind = ? AND failures < ? AND expires_at > ?
        RETURNING ticket_hash, kind, subject, email, password_digest, browser_hash, request_sealed, details, failures,
                  created_at, expires_at""";

    private static final String SPEND = """
        DELETE FROM mail_ticket WHERE ticket_hash = ? AND expires_at > ?""";

    private static final String LIST = """
        SELECT ticket_hash, kind, subject, email, password_digest, browser_hash, request_sealed, details, failures,
               created_at, expires_at
          FROM mail_ticket WHERE subject = ? AND kind = ? AND expires_at > ?""";

    private static final String DELETE_OF_USER = """
        DELETE FROM mail_ticket WHERE subject = ? AND kind = ?""";

    private static final String DELETE_OF_USER_IN_BROWSER = """
        DELETE FROM mail_ticket WHERE subject = ? AND browser_hash = ? AND kind = ?""";

    private static final String DELETE_OF_EMAIL = """
        DELETE FROM mail_ticket WHERE email_key = ? AND subject IS NULL AND kind = ?""";

    private static final String DELETE_OF_EMAIL_IN_BROWSER = """
        DELETE FROM mail_ticket WHERE email_key = ? AND subject IS NULL AND browser_hash = ? AND kind = ?""";

    private static final String DELETE_OF_BROWSER = """
        DELETE FROM mail_ticket WHERE browser_hash = ? AND kind = ?""";

    private static final String DELETE_ALL = """
        DELETE FROM mail_ticket WHERE expires_at > ?""";

    private static final String FORGET = """
        DELETE FROM mail_ticket WHERE ticket_hash IN
            (SELECT ticket_hash FROM mail_ticket WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    private static final String COUNT = """
        INSERT INTO mail_count (counted, since, number) VALUES (?, ?, 1)
        ON CONFLICT (counted) DO UPDATE
           SET number = CASE WHEN mail_count.since <= ? THEN 1 ELSE mail_count.number + 1 END,
               since = CASE WHEN mail_count.since <= ? THEN excluded.since ELSE mail_count.since END
        RETURNING number""";

    private static final String NUMBER = """
        SELECT number FROM mail_count WHERE counted = ? AND since > ?""";

    private static final String FORGET_COUNTS = """
        DELETE FROM mail_count WHERE counted IN
            (SELECT counted FROM mail_count WHERE since < ? ORDER BY since LIMIT ?)""";

    public void insert(Transaction tx, MailTicket ticket) {
        tx.execute(
                INSERT,
                ticket.id().value(),
                ticket.kind().wireName(),
                ticket.subject().map(Subject::value),
                ticket.email(),
                EmailAddress.key(ticket.email()),
                ticket.passwordDigest().map(SecretHash::value),
                ticket.browser().map(SecretHash::value),
                ticket.sealedRequest(),
                Json.text(ticket.details()),
                ticket.failures(),
                ticket.createdAt(),
                ticket.expiresAt());
    }

    /// The ticket of a link, whether it is still good or not.
    public Optional<MailTicket> find(Transaction tx, SecretHash id) {
        return tx.find(FIND, MailTicketStore::from, id.value());
    }

    /// The ticket that a browser has asked for, to compare a code with; the guess counts as wrong. The row is held
    /// until the commit.
    ///
    /// @param most how many wrong codes end it
    /// @return empty if there is none, it is over, or there were too many
    public Optional<MailTicket> guess(Transaction tx, SecretHash browser, MailKind kind, int most, Instant now) {
        List<MailTicket> found = tx.list(GUESS, MailTicketStore::from, browser.value(), kind.wireName(), most, now);
        return found.stream().findFirst();
    }

    /// Uses a ticket up.
    ///
    /// @return false if it was used before, or is over
    public boolean spend(Transaction tx, SecretHash id, Instant now) {
        return tx.execute(SPEND, id.value(), now) > 0;
    }

    /// Those of a user that are still good.
    public List<MailTicket> list(Transaction tx, Subject subject, MailKind kind, Instant now) {
        return tx.list(LIST, MailTicketStore::from, subject.value(), kind.wireName(), now);
    }

    /// Makes the older ones of a user worthless that a browser has asked for.
    public void delete(Transaction tx, Subject subject, SecretHash browser, MailKind kind) {
        tx.execute(DELETE_OF_USER_IN_BROWSER, subject.value(), browser.value(), kind.wireName());
    }

    /// Makes the older ones of a user worthless.
    public void delete(Transaction tx, Subject subject, MailKind kind) {
        tx.execute(DELETE_OF_USER, subject.value(), kind.wireName());
    }

    /// Makes the older ones of an address worthless that belongs to no user yet.
    public void delete(Transaction tx, String emailKey, MailKind kind) {
        tx.execute(DELETE_OF_EMAIL, emailKey, kind.wireName());
    }

    /// Makes the older ones of such an address worthless that a browser has asked for.
    public void delete(Transaction tx, String emailKey, SecretHash browser, MailKind kind) {
        tx.execute(DELETE_OF_EMAIL_IN_BROWSER, emailKey, browser.value(), kind.wireName());
    }

    /// Makes the older ones worthless that a browser has asked for.
    public void delete(Transaction tx, SecretHash browser, MailKind kind) {
        tx.execute(DELETE_OF_BROWSER, browser.value(), kind.wireName());
    }

    /// Makes all worthless that are good, whoever they were mailed to.
    ///
    /// @return how many
    public int deleteAll(Transaction tx, Instant now) {
        return tx.execute(DELETE_ALL, now);
    }

    /// Counts one more.
    ///
    /// @param counted what, and whose
    /// @param since   what began before that is over: it is counted from now on
    /// @return the number in the span that this one belongs to
    public long count(Transaction tx, SecretHash counted, Instant since, Instant now) {
        return tx.find(COUNT, row -> row.number("number"), counted.value(), now, since, since)
                .orElseThrow();
    }

    /// How many there were, in a span that began after an instant.
    public long number(Transaction tx, SecretHash counted, Instant since) {
        return tx.find(NUMBER, row -> row.number("number"), counted.value(), since)
                .orElse(0L);
    }

    /// Drops tickets that expired, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    /// Drops counts that began before an instant, likewise.
    public int forgetCounts(Transaction tx, Instant before) {
        return tx.execute(FORGET_COUNTS, before, Housekeeping.PORTION);
    }

    private static MailTicket from(Row row) {
        Map<String, String> details = new TreeMap<>();
        Stored.object(row.text("details")).forEach((name, value) -> details.put(name, value.toString()));
        return new MailTicket(
                new SecretHash(row.text("ticket_hash")),
                MailKind.named(row.text("kind")).orElseThrow(() -> new StoreException("a stored ticket has no kind")),
                row.optionalText("subject").map(Subject::new),
                row.text("email"),
                row.optionalText("password_digest").map(SecretHash::new),
                row.optionalText("browser_hash").map(SecretHash::new),
                row.text("request_sealed"),
                details,
                row.number("failures"),
                row.instant("created_at"),
                row.instant("expires_at"));
    }
}
