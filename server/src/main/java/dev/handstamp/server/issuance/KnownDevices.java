package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.session.KnownDevice;
import dev.handstamp.server.domain.session.KnownDevice.Trust;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.KnownDeviceStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Knows the browsers again that users have signed in with, by a cookie that outlives their sessions.
///
/// A browser that is new to a user is told of by mail. One that the user has said so of is asked for no second factor
/// for a while: what it proved before is not proved again, so tokens tell of the password alone, and whoever asks for
/// more gets it shown. And strangers who guess a password do not slow down its owner in a browser that is known.
public final class KnownDevices {

    /// A browser that signs in.
    ///
    /// @param cookie   what it shows, or is given now
    /// @param remember whether its user wants no second factor asked here for a while
    public record Device(Secret cookie, boolean remember) {

        SecretHash hash() {
            return cookie.hash();
        }
    }

    private final Database database;
    private final AuditStore audit;
    private final Notices notices;
    private final Secrets secrets;
    private final Duration remembered;
    private final InstantSource clock;
    private final KnownDeviceStore store = new KnownDeviceStore();

    /// @param remembered how long no second factor is asked for; zero: never
    public KnownDevices(
            Database database,
            AuditStore audit,
            Notices notices,
            Secrets secrets,
            Duration remembered,
            InstantSource clock) {
        this.database = database;
        this.audit = audit;
        this.notices = notices;
        this.secrets = secrets;
        this.remembered = remembered;
        this.clock = clock;
    }

    /// For how many days a browser can be remembered on the way to this client; none if that is not allowed.
    public Optional<Long> days(ClientId client, Directory directory) {
        return mayBeTrusted(client, directory) ? Optional.of(remembered.toDays()) : Optional.empty();
    }

    /// Those that the user has signed in with, the last used first.
    public List<KnownDevice> list(Subject subject) {
        return database.read(tx -> store.list(tx, subject));
    }

    /// Makes one a stranger again.
    ///
    /// @return false if it is none of the user's
    public boolean forget(Visitor visitor, String id, Caller caller) {
        Subject subject = visitor.user().subject();
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            if (!store.remove(tx, id, subject, now)) return false;
            note(tx, AuditEvent.Type.DEVICE_FORGOTTEN, subject, id, ClientId.FIRST_PARTY, caller, now);
            return true;
        });
    }

    /// Whether this user, or nobody, has signed in with this browser before.
    boolean isKnown(Transaction tx, Optional<SecretHash> hash, Subject subject) {
        return hash.flatMap(each -> store.find(tx, each, subject)).isPresent();
    }

    /// Whether the password is enough in this browser.
    ///
    /// @param user as the password was found right for
    boolean isTrusted(
            Transaction tx, User user, Optional<Device> device, ClientId client, Directory directory, Instant now) {
        return mayBeTrusted(client, directory)
                && device.flatMap(each -> store.find(tx, each.hash(), user.subject()))
                        .filter(known -> known.isTrustedAt(now, SecondFactors.digest(user)))
                        .isPresent();
    }

    /// A weaker hash of the same password was renewed: that ends no trust.
    void renewed(Transaction tx, User user, Device device) {
        store.find(tx, device.hash(), user.subject())
                .flatMap(KnownDevice::trust)
                .ifPresent(trust -> store.trust(
                        tx, device.hash(), user.subject(), new Trust(trust.until(), SecondFactors.digest(user))));
    }

    /// A user has signed in with a browser. The very first one is told to nobody.
    void meet(Transaction tx, User user, Device device, Caller caller, Instant now) {
        Optional<KnownDevice> before = store.find(tx, device.hash(), user.subject());
        if (before.isEmpty() && store.hasAny(tx, user.subject())) {
            notices.tell(tx, user, Notice.SIGNED_IN_ON_NEW_DEVICE);
        }
        store.meet(
                tx,
                new KnownDevice(
                        secrets.id(),
                        device.hash(),
                        user.subject(),
                        caller.address(),
                        caller.userAgent(),
                        now,
                        now,
                        Optional.empty()));
    }

    /// The second factor was right, and shall not be asked for here for a while.
    void trust(
            Transaction tx,
            User user,
            Device device,
            ClientId client,
            Directory directory,
            Caller caller,
            Instant now) {
        if (!device.remember || !mayBeTrusted(client, directory)) return;
        Optional<KnownDevice> known = store.find(tx, device.hash(), user.subject());
        if (known.isEmpty()) return;
        store.trust(tx, device.hash(), user.subject(), new Trust(now.plus(remembered), SecondFactors.digest(user)));
        note(tx, AuditEvent.Type.DEVICE_REMEMBERED, user.subject(), known.get().id(), client, caller, now);
    }

    private boolean mayBeTrusted(ClientId client, Directory directory) {
        return !remembered.isZero()
                && directory
                        .client(client)
                        .map(Client::policy)
                        .map(ClientPolicy::remembersDevices)
                        .orElse(false);
    }

    private void note(
            Transaction tx,
            AuditEvent.Type type,
            Subject subject,
            String device,
            ClientId client,
            Caller caller,
            Instant now) {
        Map<String, String> details = Map.of("device", device);
        audit.append(tx, caller.event(type, subject.value(), subject.value(), client, details, now));
    }
}
