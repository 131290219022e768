package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.mail.Lane;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The mails that wait to be sent, and whether mails are sent at all.
///
/// Servers say whether they send, in the database: so that a command beside them knows it as well.
public final class MailStore {

    /// Whoever makes others wait for mails finds their lane full; what happened to accounts is told anyway.
    public static final int MOST_WAITING = 10_000;

    private static final String SENDING = "mail";

    private static final String FIND_SETTING = """
        SELECT value FROM setting WHERE name = ?""";

    private static final String PUT_SETTING = """
        INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value""";

    private static final String INSERT = """
        INSERT INTO outgoing_mail
            (mail_id, kind, lane, subject, recipient, language, parameters, attempts, due_at, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String DUE = """
        SELECT mail_id FROM outgoing_mail WHERE lane = ? AND due_at <= ? ORDER BY due_at LIMIT 1""";

    private static final String NTH = """
        SELECT mail_id FROM outgoing_mail WHERE lane = ? AND due_at > ? ORDER BY due_at LIMIT 1 OFFSET ?""";

    // Whoever takes one has it until it is due again: several nodes share the queue.
    private static final String TAKE = """
        UPDATE outgoing_mail SET attempts = attempts + 1, due_at = ?
         WHERE mail_id IN (SELECT mail_id FROM outgoing_mail WHERE lane = ? AND due_at <= ? ORDER BY due_at LIMIT ?)
           AND due_at <= ?
        RETURNING mail_id, kind, lane, subject, recipient, language, parameters, attempts, due_at, created_at,
                  expires_at""";

    private static final String POSTPONE = """
        UPDATE outgoing_mail SET due_at = ? WHERE mail_id = ?""";

    private static final String DELETE = """
        DELETE FROM outgoing_mail WHERE mail_id = ?""";

    private static final String FORGET = """
        DELETE FROM outgoing_mail WHERE mail_id IN
            (SELECT mail_id FROM outgoing_mail WHERE expires_at < ? ORDER BY expires_at LIMIT ?)""";

    /// Whether the servers of this database send mails.
    public boolean isSending(Transaction tx) {
        return tx.find(FIND_SETTING, row -> row.text("value"), SENDING)
                .filter("on"::equals)
                .isPresent();
    }

    /// Says whether the servers of this database send mails.
    public void setSending(Transaction tx, boolean sending) {
        tx.execute(PUT_SETTING, SENDING, sending ? "on" : "off");
    }

    /// Queues a mail: it is sent after the commit.
    public void insert(Transaction tx, OutgoingMail mail) {
        tx.execute(
                INSERT,
                mail.id(),
                mail.kind().wireName(),
                mail.lane().number(),
                mail.subject().map(Subject::value).orElse(""),
                mail.recipient(),
                mail.language(),
                Json.text(mail.parameters()),
                mail.attempts(),
                mail.dueAt(),
                mail.createdAt(),
                mail.expiresAt());
        tx.mail();
    }

    /// Whether so many wait in a lane that nobody may add one by asking.
    public boolean isFull(Transaction tx, Lane lane) {
        return tx.find(NTH, row -> row.text("mail_id"), lane.number(), Instant.EPOCH, MOST_WAITING - 1)
                .isPresent();
    }

    /// The first lane in which a mail is due.
    public Optional<Lane> due(Transaction tx, Instant now) {
        return Arrays.stream(Lane.values())
                .filter(lane -> tx.find(DUE, row -> row.text("mail_id"), lane.number(), now)
                        .isPresent())
                .findFirst();
    }

    /// Takes some of a lane that are due, each for whoever called this alone, until it is due again.
    ///
    /// @param again when they are due again, if nothing is heard of them
    public List<OutgoingMail> take(Transaction tx, Lane lane, int most, Instant again, Instant now) {
        return tx.list(TAKE, MailStore::from, again, lane.number(), now, most, now);
    }

    /// Not before then.
    public void postpone(Transaction tx, String id, Instant until) {
        tx.execute(POSTPONE, until, id);
    }

    /// It is out, or given up.
    public void delete(Transaction tx, String id) {
        tx.execute(DELETE, id);
    }

    /// Drops mails whose time is over, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static OutgoingMail from(Row row) {
        String subject = row.text("subject");
        Map<String, String> parameters = new TreeMap<>();
        Stored.object(row.text("parameters")).forEach((name, value) -> parameters.put(name, value.toString()));
        return new OutgoingMail(
                row.text("mail_id"),
                MailKind.named(row.text("kind")).orElseThrow(() -> new StoreException("a stored mail has no kind")),
                Lane.numbered(row.number("lane")).orElseThrow(() -> new StoreException("a stored mail has no lane")),
                subject.isEmpty() ? Optional.empty() : Optional.of(new Subject(subject)),
                row.text("recipient"),
                row.text("language"),
                parameters,
                row.number("attempts"),
                row.instant("due_at"),
                row.instant("created_at"),
                row.instant("expires_at"));
    }
}
