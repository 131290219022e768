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
///
/// What a browser shows may have been read or put there by whoever used it before. So it never comes to count for a
/// user for whom it did not count yet: whenever a user is new to a browser, and whenever one has it remembered, the
/// browser is given something else, and what it has shown until then counts for nobody.
public final class KnownDevices {

    /// A browser that signs in.
    ///
    /// @param shown    what it is known by, if it shows anything
    /// @param remember whether its user wants no second factor asked here for a while
    public record Device(Optional<Secret> shown, boolean remember) {

        Optional<SecretHash> hash() {
            return shown.map(Secret::hash);
        }

        /// Leaves out what it is known by.
        @Override
        public String toString() {
            return "Device[" + remember + "]";
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

    /// Who has signed in with this browser last, whoever is meant now.
    Optional<Subject> lastUser(Device device) {
        return device.hash().flatMap(hash -> database.read(tx -> store.lastUser(tx, hash)));
    }

    /// Whether this user, or nobody, has signed in with this browser before.
    boolean isKnown(Transaction tx, Optional<SecretHash> hash, Subject subject) {
        return hash.flatMap(each -> store.find(tx, each, subject)).isPresent();
    }

    /// Whether the password is enough in this browser.
    ///
    /// @param user as the password was found right for
    boolean isTrusted(Transaction tx, User user, Device device, ClientId client, Directory directory, Instant now) {
        return mayBeTrusted(client, directory)
                && device.hash()
                        .flatMap(hash -> store.find(tx, hash, user.subject()))
                        .filter(known -> known.isTrustedAt(now, SecondFactors.digest(user)))
                        .isPresent();
    }

    /// A weaker hash of the same password was renewed: that ends no trust.
    void renewed(Transaction tx, User user, Device device) {
        device.hash()
                .flatMap(hash -> store.find(tx, hash, user.subject()))
                .ifPresent(known -> known.trust()
                        .ifPresent(trust -> store.trust(
                                tx,
                                known.hash(),
                                user.subject(),
                                new Trust(trust.until(), SecondFactors.digest(user)))));
    }

    /// A user has signed in with a browser. The very first one is told to nobody.
    ///
    /// @return what the browser is known by from here on
    Secret meet(Transaction tx, User user, Device device, Caller caller, Instant now) {
        boolean isKnown = isKnown(tx, device.hash(), user.subject());
        if (!isKnown && store.hasAny(tx, user.subject())) {
            notices.tell(tx, user, Notice.SIGNED_IN_ON_NEW_DEVICE);
        }
        Secret cookie = isKnown ? device.shown.orElseThrow() : renamed(tx, device.shown);
        store.meet(
                tx,
                new KnownDevice(
                        secrets.id(),
                        cookie.hash(),
                        user.subject(),
                        caller.address(),
                        caller.userAgent(),
                        now,
                        now,
                        Optional.empty()));
        return cookie;
    }

    /// The second factor was right, in a browser that the user has just been met in.
    ///
    /// @param cookie what the browser is known by
    /// @return what it is known by from here on, which nobody has seen if no second factor shall be asked for
    ///         here for a while
    Secret trust(
            Transaction tx,
            User user,
            Device device,
            Secret cookie,
            ClientId client,
            Directory directory,
            Caller caller,
            Instant now) {
        if (!device.remember || !mayBeTrusted(client, directory)) return cookie;
        Secret fresh = renamed(tx, Optional.of(cookie));
        KnownDevice known = store.find(tx, fresh.hash(), user.subject()).orElseThrow();
        store.trust(tx, fresh.hash(), user.subject(), new Trust(now.plus(remembered), SecondFactors.digest(user)));
        note(tx, AuditEvent.Type.DEVICE_REMEMBERED, user.subject(), known.id(), client, caller, now);
        return fresh;
    }

    /// What it has shown counts for nobody any more, what it is given for everybody who is known there.
    private Secret renamed(Transaction tx, Optional<Secret> shown) {
        Secret fresh = secrets.oneTime();
        shown.ifPresent(old -> store.rename(tx, old.hash(), fresh.hash()));
        return fresh;
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
