package dev.handstamp.server.jobs;

import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientOrigin;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.AuthorizationRequestStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DeviceAuthorizationStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.InvitationStore;
import dev.handstamp.server.store.KnownDeviceStore;
import dev.handstamp.server.store.MailStore;
import dev.handstamp.server.store.MailTicketStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SecondFactorStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.SigningKeyStore;
import dev.handstamp.server.store.StatusListStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UsedOnceStore;
import dev.handstamp.server.store.UserInvitationStore;
import dev.handstamp.server.store.UserStore;
import dev.handstamp.server.store.WrongCodeStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiFunction;

/// Clears away what has expired, and makes what is missing, in portions, so that nobody waits long behind one.
public final class Housekeeping implements Runnable {

    public static final Duration PAUSE = Duration.ofMinutes(10);

    /// Nothing goes the moment it expires: a clock that was set forward and back again loses nothing that still
    /// counts.
    private static final Duration SLACK = Duration.ofDays(1);

    /// Anybody can begin a request, so what became of it is not kept for long.
    private static final Duration FORGOTTEN_REQUEST = Duration.ofHours(1);

    /// A client that has registered itself and that no user has let in by then is taken for a try.
    private static final Duration UNUSED_CLIENT = Duration.ofDays(7);

    /// A client that a document describes and that users have let in before stays for so long without them.
    private static final Duration IDLE_CLIENT = Duration.ofDays(90);

    /// A browser that its user has not signed in with for so long is a stranger again.
    private static final Duration UNUSED_DEVICE = Duration.ofDays(180);

    private static final int PORTION = dev.handstamp.server.store.Housekeeping.PORTION;

    private final Database database;
    private final Duration auditRetention;
    private final InstantSource clock;
    private final UserStore users = new UserStore();
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();
    private final RevocationStore revocations = new RevocationStore();
    private final StatusListStore statusLists = new StatusListStore();
    private final AuthorizationRequestStore requests = new AuthorizationRequestStore();
    private final DeviceAuthorizationStore devices = new DeviceAuthorizationStore();
    private final SecondFactorStore factors = new SecondFactorStore();
    private final WrongCodeStore wrongCodes = new WrongCodeStore();
    private final KnownDeviceStore knownDevices = new KnownDeviceStore();
    private final MailStore mails = new MailStore();
    private final MailTicketStore tickets = new MailTicketStore();
    private final UsedOnceStore used = new UsedOnceStore();
    private final SigningKeyStore signingKeys = new SigningKeyStore();
    private final ConsentStore consents = new ConsentStore();
    private final ClientStore clients = new ClientStore();
    private final InvitationStore invitations = new InvitationStore();
    private final UserInvitationStore userInvitations = new UserInvitationStore();
    private final AuditStore audit = new AuditStore();

    /// Does nothing until it is run.
    ///
    /// @param auditRetention how long audit events are kept
    public Housekeeping(Database database, Duration auditRetention, InstantSource clock) {
        this.database = database;
        this.auditRetention = auditRetention;
        this.clock = clock;
    }

    @Override
    public void run() {
        Instant expired = clock.instant().minus(SLACK);
        forget((tx, _) -> users.makeKeys(tx), expired);
        forget(sessions::forget, expired);
        forget(grants::forget, expired);
        forget(revocations::forget, expired);
        forget(statusLists::forget, expired);
        forget(invitations::forget, expired);
        forget(userInvitations::forget, clock.instant());
        forget(this::forgetUnused, clock.instant().minus(UNUSED_CLIENT));
        forget(this::forgetUnusedDocuments, expired);
        forget(this::forgetIdleDocuments, clock.instant().minus(IDLE_CLIENT));
        forget(used::forget, clock.instant());
        forget(factors::forget, clock.instant());
        forget(wrongCodes::forget, clock.instant().minus(WrongCodeStore.SPAN.multipliedBy(2)));
        forget(knownDevices::forget, clock.instant().minus(UNUSED_DEVICE));
        forget(mails::forget, clock.instant());
        forget(tickets::forget, clock.instant());
        forget(tickets::forgetCounts, expired);
        forget(devices::forget, clock.instant().minus(FORGOTTEN_REQUEST));
        forget(requests::forget, clock.instant().minus(FORGOTTEN_REQUEST));
        forget(audit::forget, clock.instant().minus(auditRetention));
        database.inTransaction(tx -> signingKeys.forget(tx, expired));
    }

    private int forgetUnused(Transaction tx, Instant before) {
        List<ClientId> unused = clients.unused(tx, ClientOrigin.REGISTERED, before, PORTION);
        for (ClientId client : unused) clients.delete(tx, client);
        return unused.size();
    }

    /// A client that a document describes loses nothing by it: it is read again.
    private int forgetUnusedDocuments(Transaction tx, Instant before) {
        List<ClientId> unused = clients.unused(tx, ClientOrigin.DOCUMENT, before, PORTION);
        for (ClientId client : unused) clients.delete(tx, client);
        return unused.size();
    }

    private int forgetIdleDocuments(Transaction tx, Instant since) {
        List<ClientId> idle = clients.idle(tx, ClientOrigin.DOCUMENT, since, PORTION);
        for (ClientId client : idle) {
            clients.delete(tx, client);
            consents.deleteAll(tx, client);
        }
        return idle.size();
    }

    private void forget(BiFunction<Transaction, Instant, Integer> store, Instant before) {
        boolean more;
        do {
            more = database.inTransaction(tx -> store.apply(tx, before)) >= PORTION;
        } while (more);
    }
}
