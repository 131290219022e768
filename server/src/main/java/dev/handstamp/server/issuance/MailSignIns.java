package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.MailTicket;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.KnownDevices.Device;
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

/// Signs browsers in with what was mailed: a link or a code, each for the one browser that has asked for it.
///
/// A code has few tries. The wrong ones are counted by account as well, over all browsers of strangers, and beyond some
/// no more codes are mailed that day, but links: what has six digits is worth no more. Whether an account is behind a
/// name cannot be told from any of it.
public final class MailSignIns {

    private static final int MOST_GUESSES_AN_HOUR = 120;

    private final Database database;
    private final UserStore users;
    private final AuditStore audit;
    private final Browsers browsers;
    private final KnownDevices devices;
    private final MailTickets making;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Pace guesses = new Pace(MOST_GUESSES_AN_HOUR, Duration.ofHours(1), System::nanoTime);
    private final MailTicketStore tickets = new MailTicketStore();

    public MailSignIns(
            Database database,
            UserStore users,
            AuditStore audit,
            Browsers browsers,
            KnownDevices devices,
            MailTickets making,
            Secrets secrets,
            InstantSource clock) {
        this.database = database;
        this.users = users;
        this.audit = audit;
        this.browsers = browsers;
        this.devices = devices;
        this.making = making;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// What the browser that asks for a mail is given, and shows with what came by it.
    public Secret newStep() {
        return secrets.oneTime();
    }

    /// Whom a link signs in, while it is good, in the browser that has asked for it.
    public Optional<MailTickets.Linked> find(Secret token, Secret step) {
        Instant now = clock.instant();
        return database.read(tx -> good(tx, token, step, now)
                .flatMap(ticket -> ticket.subject()
                        .flatMap(subject -> users.find(tx, subject))
                        .filter(user -> MailTickets.isGoodFor(ticket, user, now))
                        .map(user -> new MailTickets.Linked(user, making.request(ticket)))));
    }

    /// Signs the browser in that has asked for this link.
    ///
    /// @param before the cookie that the browser has shown, if any
    public SignInOutcome byLink(
            Secret token, Secret step, ClientId client, Caller caller, Device device, Optional<Secret> before) {
        return browsers.signInByMail((tx, now) -> link(tx, token, step, now), client, caller, device, before);
    }

    /// Signs the browser in that has asked for this code.
    ///
    /// @param typed  as typed: blanks and hyphens do not matter
    /// @param before the cookie that the browser has shown, if any
    public SignInOutcome byCode(
            String typed, Secret step, ClientId client, Caller caller, Device device, Optional<Secret> before) {
        // Strangers behind the same address are in nobody's way who is known here.
        Optional<Duration> later = devices.lastUser(device)
                .map(user -> guesses.exceeded(user.value()))
                .orElseGet(() -> guesses.exceeded(caller));
        if (later.isPresent()) return new SignInOutcome.Throttled(later.get());
        String code = typed.length() > 64 ? "" : typed.replaceAll("[\\s-]", "");
        SecretHash given = making.hash(code, step.hash());
        return browsers.signInByMail(
                (tx, now) -> code(tx, given, step, client, caller, now), client, caller, device, before);
    }

    private Optional<User> link(Transaction tx, Secret token, Secret step, Instant now) {
        Optional<MailTicket> ticket = good(tx, token, step, now);
        Optional<User> user = ticket.flatMap(MailTicket::subject)
                .flatMap(subject -> users.lock(tx, subject))
                .filter(found -> MailTickets.isGoodFor(ticket.orElseThrow(), found, now));
        if (user.isEmpty() || !tickets.spend(tx, token.hash(), now)) return Optional.empty();
        return Optional.of(making.verify(tx, user.get(), ticket.get()));
    }

    private Optional<User> code(
            Transaction tx, SecretHash given, Secret step, ClientId client, Caller caller, Instant now) {
        Optional<MailTicket> ticket = tickets.guess(tx, step.hash(), MailKind.SIGN_IN, MailTickets.MOST_TRIES, now);
        Optional<User> user = ticket.flatMap(MailTicket::subject)
                .flatMap(subject -> users.lock(tx, subject))
                .filter(found -> MailTickets.isGoodFor(ticket.orElseThrow(), found, now));
        if (user.isEmpty()) {
            refuse(tx, Map.of("reason", "no_mail_code"), "", client, caller, now);
            return Optional.empty();
        }
        boolean right = ticket.get().id().equals(given);
        if (!right || !tickets.spend(tx, given, now)) {
            making.countWrongCode(tx, ticket.get(), now);
            Map<String, String> details = Map.of(
                    "reason",
                    "wrong_mail_code",
                    "username",
                    user.get().username().value());
            refuse(tx, details, user.get().subject().value(), client, caller, now);
            return Optional.empty();
        }
        return Optional.of(making.verify(tx, user.get(), ticket.get()));
    }

    private void refuse(
            Transaction tx, Map<String, String> details, String target, ClientId client, Caller caller, Instant now) {
        audit.append(tx, caller.event(AuditEvent.Type.LOGIN_FAILED, "", target, client, details, now));
    }

    private Optional<MailTicket> good(Transaction tx, Secret token, Secret step, Instant now) {
        return tickets.find(tx, token.hash())
                .filter(ticket -> ticket.kind() == MailKind.SIGN_IN && ticket.isGoodAt(now))
                .filter(ticket ->
                        ticket.browser().filter(asked -> asked.matches(step)).isPresent());
    }
}
