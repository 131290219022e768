package dev.handstamp.server.jobs;

import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.mail.AddressedMail;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.issuance.MailDesk;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.mail.Letters;
import dev.handstamp.server.mail.Mailer;
import dev.handstamp.server.mail.Mailer.Failed;
import dev.handstamp.server.mail.Mailer.Refused;
import dev.handstamp.server.mail.Mailer.Sent;
import dev.handstamp.server.store.StoreUnavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Sends the mails that wait, one after the other, on a thread of its own: at once when this node queued one, and
/// otherwise when it looks again. What cannot be sent now is tried again with growing pauses, until its time is over.
public final class MailDelivery implements AutoCloseable {

    /// How long a mail that a command or another node has queued waits at most.
    private static final Duration LOOK = Duration.ofMillis(500);

    private final MailDesk desk;
    private final Live live;
    private final Letters letters;
    private final Mailer mailer;
    private final Semaphore calls = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;

    private MailDelivery(MailDesk desk, Live live, Letters letters, Mailer mailer) {
        this.desk = desk;
        this.live = live;
        this.letters = letters;
        this.mailer = mailer;
        this.thread = Thread.ofPlatform().name("mail").daemon().unstarted(this::loop);
    }

    public static MailDelivery start(MailDesk desk, Live live, Letters letters, Mailer mailer) {
        MailDelivery delivery = new MailDelivery(desk, live, letters, mailer);
        delivery.thread.start();
        return delivery;
    }

    /// Something was queued.
    public void wake() {
        calls.release();
    }

    /// Waits for the mail that is being sent.
    @Override
    public void close() {
        closing = true;
        calls.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        try {
            while (!closing) {
                if (!deliverNext()) {
                    boolean _ = calls.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                    calls.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether there may be more to do.
    private boolean deliverNext() {
        try {
            Optional<OutgoingMail> mail = desk.next();
            mail.ifPresent(this::deliver);
            return mail.isPresent();
        } catch (StoreUnavailable e) {
            Log.warn("mails wait for the database", "reason", e.getMessage());
        } catch (RuntimeException | Error e) {
            Log.error("a mail was not sent", e);
        }
        return false;
    }

    private void deliver(OutgoingMail mail) {
        if (desk.isOver(mail)) {
            Log.warn("a mail was given up", "mail", mail.id(), "kind", mail.kind());
            desk.giveUp(mail, "expired");
            return;
        }
        Optional<AddressedMail> addressed = desk.address(mail);
        if (addressed.isEmpty()) {
            desk.done(mail);
            return;
        }
        if (EmailAddress.parse(addressed.get().recipient()).isEmpty()) {
            desk.giveUp(mail, Mailer.NO_ADDRESS);
            return;
        }
        Brand brand = live.current().directory().brandOf(addressed.get().client());
        switch (mailer.send(letters.write(addressed.get(), brand))) {
            case Sent _ -> desk.done(mail);
            case Refused(var reason) -> {
                Log.warn("a mail was refused", "mail", mail.id(), "kind", mail.kind(), "reason", reason);
                desk.giveUp(mail, reason);
            }
            case Failed(var reason) -> {
                Log.warn("a mail has to wait", "mail", mail.id(), "attempt", mail.attempts(), "reason", reason);
                desk.postpone(mail);
            }
        }
    }
}
