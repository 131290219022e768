package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.MailTicket;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.KnownDeviceStore;
import dev.handstamp.server.store.MailTicketStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How many mails an account or an address gets, and how many codes may be guessed at.
///
/// Whoever asks from a browser or a place that the account has been used from has a budget of its own, which no
/// stranger uses up. All strangers together have another one, so that they can neither fill a mailbox nor guess for
/// long; and each of their networks has a small part of it.
final class MailBudgets {

    /// Of a kind, in an hour, to an account, for whom it knows; and for all strangers together.
    static final int OF_A_KIND = 10;

    /// Of a kind, in an hour, to an account, for the strangers in one network.
    static final int OF_A_NETWORK = 5;

    /// In an hour, to an address that may have no account.
    static final int OF_AN_ADDRESS = 3;

    /// In a day, to one address, of all that strangers ask for; and that anybody asks for at an address that the
    /// account
    /// was signed in from.
    static final int OF_STRANGERS = 30;

    /// Wrong codes of an account in a day: those of all strangers together, and those of each place that it knows.
    static final int WRONG_CODES = 20;

    /// What a ticket says of itself: by what its wrong codes are counted.
    static final String GUESSES = "guesses";

    private static final String COUNTED = "mail count";
    private static final String ADDRESS = "address ";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofHours(24);

    private final KeyEncryption encryption;
    private final MailTicketStore counts = new MailTicketStore();
    private final KnownDeviceStore devices = new KnownDeviceStore();
    private final SessionStore sessions = new SessionStore();

    MailBudgets(KeyEncryption encryption) {
        this.encryption = encryption;
    }

    /// Counts a mail to a user's own address, unless it is a second try.
    ///
    /// @return false if it is one too many
    boolean admits(Transaction tx, User user, OutgoingMail mail, Instant now) {
        if (mail.attempts() > 1) return true;
        String kind = mail.kind().wireName();
        String subject = user.subject().value();
        Optional<String> place = place(tx, user, mail);
        if (place.isPresent()) {
            // Strangers may share the address, but not the browser.
            return isWithin(tx, OF_A_KIND, HOUR, now, kind, subject, place.get())
                    && (!place.get().startsWith(ADDRESS) || isOfStrangers(tx, user.emailKey(), place.get(), now));
        }
        String network = MailWishes.caller(encryption, mail).network();
        return isWithin(tx, OF_A_NETWORK, HOUR, now, kind, subject, "network " + network)
                && isWithin(tx, OF_A_KIND, HOUR, now, kind, subject)
                && isOfStrangers(tx, user.emailKey(), "", now);
    }

    /// Counts a mail to an address that somebody has typed who need not read it, likewise.
    boolean admits(Transaction tx, EmailAddress address, OutgoingMail mail, Instant now) {
        if (mail.attempts() > 1) return true;
        return isWithin(tx, OF_AN_ADDRESS, HOUR, now, "address", address.key())
                && isOfStrangers(tx, address.key(), "", now);
    }

    /// What wrong codes are counted by that come of this mail; empty if no code may be mailed, because there were, or
    /// may yet be, too many of them.
    Optional<SecretHash> guesses(Transaction tx, User user, OutgoingMail mail, int tries, Instant now) {
        String subject = user.subject().value();
        Optional<String> place = place(tx, user, mail);
        SecretHash counted =
                place.map(each -> counted("wrong code", subject, each)).orElseGet(() -> counted("wrong code", subject));
        // Those that are under way may turn out wrong as well.
        long underWay = counts.list(tx, user.subject(), MailKind.SIGN_IN, now).stream()
                .filter(ticket -> counted.value().equals(ticket.details().get(GUESSES)))
                .mapToLong(ticket -> Math.max(0, tries - ticket.failures()))
                .sum();
        long wrong = counts.number(tx, counted, now.minus(DAY));
        return wrong + underWay + tries <= WRONG_CODES ? Optional.of(counted) : Optional.empty();
    }

    /// A wrong code was typed in place of the one that was mailed.
    void countWrongCode(Transaction tx, MailTicket ticket, Instant now) {
        SecretHash counted = new SecretHash(ticket.details().getOrDefault(GUESSES, ""));
        counts.count(tx, counted, now.minus(DAY), now);
    }

    /// Where the account is at home: the browser that asks, or else the address that it asks from.
    private Optional<String> place(Transaction tx, User user, OutgoingMail mail) {
        if (mail.subject().isPresent()) return Optional.of("known"); // Signed in, or said by an administrator.
        Optional<SecretHash> device = MailWishes.device(mail);
        if (device.flatMap(hash -> devices.find(tx, hash, user.subject())).isPresent()) {
            return Optional.of("device " + device.get().value());
        }
        String address = MailWishes.caller(encryption, mail).address();
        return sessions.hasSignedInFrom(tx, user.subject(), address)
                ? Optional.of(ADDRESS + address)
                : Optional.empty();
    }

    private boolean isOfStrangers(Transaction tx, String emailKey, String place, Instant now) {
        return isWithin(tx, OF_STRANGERS, DAY, now, "strangers", emailKey, place);
    }

    private boolean isWithin(Transaction tx, int most, Duration span, Instant now, String... what) {
        return counts.count(tx, counted(what), now.minus(span), now) <= most;
    }

    private SecretHash counted(String... what) {
        return encryption.hash(String.join("\n", what), COUNTED);
    }
}
