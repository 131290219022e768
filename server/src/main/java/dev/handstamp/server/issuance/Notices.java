package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.MailStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/// Tells users by mail what happened to their accounts, in the transaction in which it happens: the mail goes out
/// exactly if it did.
///
/// Where no mail is sent, or the user has no address, nothing is queued.
public final class Notices {

    private final Secrets secrets;
    private final InstantSource clock;
    private final MailStore mails = new MailStore();

    public Notices(Secrets secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /// Queues what is told to the user's address.
    ///
    /// @param user whose address counts: as it was before, if it is the address that changes
    public void tell(Transaction tx, User user, Notice notice) {
        if (user.email().isEmpty() || !mails.isSending(tx)) return;
        Instant now = clock.instant();
        String at = now.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC).toString();
        mails.insert(
                tx,
                OutgoingMail.of(
                        secrets.id(),
                        MailKind.NOTICE,
                        Optional.of(user.subject()),
                        user.email(),
                        language(user),
                        Map.of(
                                "notice", notice.wireName(),
                                "username", user.username().value(),
                                "name", user.name(),
                                "at", at),
                        now));
    }

    /// What the user has said to read best; empty if nothing.
    static String language(User user) {
        return user.locale().orElse("");
    }
}
