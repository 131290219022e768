package dev.handstamp.server.issuance;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.server.crypto.DamagedKey;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.NewKeys;
import dev.handstamp.server.crypto.UnusableMasterKey;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.KeySchedule;
import dev.handstamp.server.domain.key.KeySchedule.Change;
import dev.handstamp.server.domain.key.KeySlot;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.key.SigningKey.State;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.SigningKeyStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The life of the signing keys: made, turned and withdrawn, always in one transaction with the audit events.
///
/// Keys are made before the transaction, since that takes long. Inside it everything is read again under the lock of
/// the revision row: of two nodes that want to rotate at the same moment, the second sees that it was done.
public final class SigningKeys {

    /// A retired key outlives its last token by the clock skew that a verifier may allow, and a little.
    static final Duration GRACE = Duration.ofSeconds(75);

    /// Leaves room in a published set for algorithms that come into use.
    static final int MOST_PUBLISHED = JwkSet.MAXIMUM_KEYS - 2 * Algorithm.values().length;

    /// New keys for one slot, made before a transaction that may need them.
    public record Fresh(KeySlot slot, List<SigningKey> keys) {

        public Fresh {
            keys = List.copyOf(keys);
        }
    }

    /// The outcome of a rotation.
    public sealed interface Rotation {}

    /// Done, or done by somebody else at the same moment.
    ///
    /// @param current the keys that sign now
    public record Rotated(List<SigningKey> current) implements Rotation {}

    /// Refused, nothing changed: so many retired keys are still published that verifiers would refuse a longer set.
    public record TooManyPublished(int published) implements Rotation {}

    /// The outcome of withdrawing a key.
    public sealed interface Retirement {}

    /// Withdrawn: what it signed is refused from now on.
    ///
    /// @param successor the key that took over, if the withdrawn one was signing
    public record Retired(SigningKey key, Optional<SigningKey> successor) implements Retirement {}

    /// There is no such key, or it is gone already.
    public record UnknownKey() implements Retirement {}

    private final Database database;
    private final KeyEncryption encryption;
    private final NewKeys newKeys;
    private final InstantSource clock;
    private final SigningKeyStore store = new SigningKeyStore();
    private final ApiStore apis = new ApiStore();
    private final ClientStore clients = new ClientStore();
    private final RevisionStore revisions = new RevisionStore();
    private final AuditStore audit = new AuditStore();

    public SigningKeys(Database database, KeyEncryption encryption, InstantSource clock) {
        this.database = database;
        this.encryption = encryption;
        this.newKeys = new NewKeys(encryption);
        this.clock = clock;
    }

    /// The same keys for somebody who sees the database otherwise, such as one who may lose the right to write.
    public SigningKeys of(Database other) {
        return new SigningKeys(other, encryption, clock);
    }

    /// Makes sure that the master key is the one of this database before anything is changed. The first start
    /// remembers it.
    ///
    /// @throws UnusableMasterKey if it is another one; nothing was written
    public void unlock() {
        if (database.read(this::isKnown)) return;
        database.inTransaction(tx -> {
            if (!store.setCheckValue(tx, encryption.checkValue()) && !isKnown(tx)) throw wrongMasterKey();
            return true;
        });
    }

    /// The same for whoever is going to change nothing.
    ///
    /// @throws UnusableMasterKey if it is another one
    public void check() {
        database.read(this::isKnown);
    }

    /// Which slots are in use: the default algorithm and what the registered APIs and clients ask for.
    public Set<KeySlot> inUse() {
        return database.read(tx -> KeySlot.inUse(apis.list(tx), clients.answerSignatures(tx)));
    }

    /// Gives every slot in use the current and the next key that it lacks.
    public void ensure(Author author) {
        Map<KeySlot, List<SigningKey>> before = bySlot(database.read(store::list));
        Instant now = clock.instant();
        for (KeySlot slot : inUse()) {
            if (schedule(before, slot).isComplete(now)) continue;
            Fresh fresh = fresh(slot);
            database.inTransaction(tx -> {
                ensure(tx, fresh, clock.instant(), author);
                return true;
            });
        }
    }

    /// Keys for an API that is about to be registered.
    public Fresh fresh(Algorithm algorithm, Audience audience) {
        return fresh(KeySlot.of(algorithm, audience));
    }

    /// Gives a slot the current and the next key that it lacks, within a transaction of the caller's.
    public void ensure(Transaction tx, Fresh fresh, Instant now, Author author) {
        Change change = schedule(bySlot(locked(tx)), fresh.slot()).complete(fresh.keys(), now);
        apply(tx, change, now, author);
    }

    /// Turns these slots: the next key begins to sign, the current one retires, a new one is published.
    public Rotation rotate(Collection<KeySlot> slots, Author author) {
        Map<KeySlot, List<SigningKey>> seen = bySlot(database.read(store::list));
        return turn(slots, seen, author);
    }

    /// Turns the slots whose current key has signed for as long as it may.
    ///
    /// Shared secrets are left alone: their API has to be handed the next one first, so only a person turns them.
    public Rotation rotateDue(Duration interval, Author author) {
        Map<KeySlot, List<SigningKey>> seen = bySlot(database.read(store::list));
        Instant now = clock.instant();
        List<KeySlot> due = inUse().stream()
                .filter(slot -> !slot.isShared() && schedule(seen, slot).isRotationDue(interval, now))
                .toList();
        return due.isEmpty() ? new Rotated(List.of()) : turn(due, seen, author);
    }

    /// Withdraws one key at once, whatever its state: what it signed is refused from now on.
    public Retirement retire(String keyId, Author author) {
        Optional<SigningKey> found = database.read(store::list).stream()
                .filter(key -> key.keyId().equals(keyId))
                .findFirst();
        if (found.isEmpty()) return new UnknownKey();
        Fresh fresh = fresh(found.get().slot());
        return database.inTransaction(tx -> retire(tx, keyId, fresh, author));
    }

    /// Whether the database belongs to this master key; false if it is new and belongs to none yet.
    private boolean isKnown(Transaction tx) {
        Optional<String> stored = store.checkValue(tx);
        if (stored.isPresent() && !encryption.isRightFor(stored.get())) throw wrongMasterKey();
        if (stored.isPresent()) return true;
        try {
            for (SigningKey key : store.list(tx)) encryption.decrypt(key);
            return false;
        } catch (DamagedKey e) {
            throw wrongMasterKey();
        }
    }

    private static UnusableMasterKey wrongMasterKey() {
        return new UnusableMasterKey(
                "this master key is not the one that the signing keys in the database are encrypted"
                        + " with: nothing was changed. Give the right one, from its backup or from another node");
    }

    private Rotation turn(Collection<KeySlot> slots, Map<KeySlot, List<SigningKey>> seen, Author author) {
        List<Fresh> fresh = slots.stream().map(this::fresh).toList();
        return database.inTransaction(tx -> turn(tx, fresh, seen, author));
    }

    private Rotation turn(Transaction tx, List<Fresh> fresh, Map<KeySlot, List<SigningKey>> seen, Author author) {
        List<SigningKey> stored = locked(tx);
        Instant now = clock.instant();
        long published = stored.stream()
                .filter(key -> !key.slot().isShared() && key.stateAt(now) != State.REMOVED)
                .count();
        if (published + fresh.size() > MOST_PUBLISHED) return new TooManyPublished((int) published);

        Map<KeySlot, List<SigningKey>> slots = bySlot(stored);
        Duration retention = retention(tx);
        for (Fresh each : fresh) {
            KeySchedule schedule = schedule(slots, each.slot());
            Optional<SigningKey> current = schedule.current(now);
            // Somebody else turned this slot after we looked: what is next now was published only just then.
            if (!sameKey(current, schedule(seen, each.slot()).current(now))) continue;
            apply(tx, schedule.rotate(each.keys(), retention, now), now, author);
        }
        Map<KeySlot, List<SigningKey>> turned = bySlot(store.list(tx));
        return new Rotated(fresh.stream()
                .flatMap(each -> schedule(turned, each.slot()).current(now).stream())
                .toList());
    }

    private Retirement retire(Transaction tx, String keyId, Fresh fresh, Author author) {
        List<SigningKey> stored = locked(tx);
        Instant now = clock.instant();
        Optional<SigningKey> key = stored.stream()
                .filter(each -> each.keyId().equals(keyId) && each.stateAt(now) != State.REMOVED)
                .findFirst();
        if (key.isEmpty()) return new UnknownKey();

        Change change = schedule(bySlot(stored), fresh.slot()).retire(keyId, fresh.keys(), now);
        apply(tx, change, now, author);
        boolean wasSigning = key.get().stateAt(now) == State.CURRENT;
        List<SigningKey> after = store.list(tx);
        return new Retired(
                after.stream()
                        .filter(each -> each.keyId().equals(keyId))
                        .findFirst()
                        .orElseThrow(),
                wasSigning ? schedule(bySlot(after), fresh.slot()).current(now) : Optional.empty());
    }

    /// Everything stored, which stays as it is until the commit but for what this transaction does.
    private List<SigningKey> locked(Transaction tx) {
        revisions.lock(tx);
        return store.list(tx);
    }

    private Fresh fresh(KeySlot slot) {
        Instant now = clock.instant();
        return new Fresh(
                slot,
                List.of(
                        newKeys.generate(slot.algorithm(), slot.api(), now),
                        newKeys.generate(slot.algorithm(), slot.api(), now)));
    }

    private void apply(Transaction tx, Change change, Instant now, Author author) {
        for (SigningKey key : change.created()) {
            store.insert(tx, key);
            note(tx, AuditEvent.Type.KEY_CREATED, key, now, author);
            if (key.activatedAt().isPresent()) note(tx, AuditEvent.Type.KEY_ACTIVATED, key, now, author);
        }
        for (SigningKey key : change.changed()) {
            store.update(tx, key);
            note(tx, typeOf(key.stateAt(now)), key, now, author);
        }
    }

    private static AuditEvent.Type typeOf(State state) {
        return switch (state) {
            case NEXT -> AuditEvent.Type.KEY_CREATED;
            case CURRENT -> AuditEvent.Type.KEY_ACTIVATED;
            case RETIRED -> AuditEvent.Type.KEY_RETIRED;
            case REMOVED -> AuditEvent.Type.KEY_REMOVED;
        };
    }

    private void note(Transaction tx, AuditEvent.Type type, SigningKey key, Instant now, Author author) {
        Map<String, String> details = new HashMap<>();
        details.put("algorithm", key.algorithm().joseName());
        key.api().ifPresent(api -> details.put("api", api.value()));
        audit.append(tx, author.event(type, key.keyId(), details, now));
    }

    /// How long a retired key stays published: until the longest-lived token that it may have signed has expired.
    private Duration retention(Transaction tx) {
        Duration longest = Api.DEFAULT_TOKEN_LIFETIME;
        for (Api api : apis.list(tx)) {
            if (api.tokenLifetime().compareTo(longest) > 0) longest = api.tokenLifetime();
        }
        return longest.plus(GRACE);
    }

    private static boolean sameKey(Optional<SigningKey> one, Optional<SigningKey> other) {
        return one.map(SigningKey::keyId).equals(other.map(SigningKey::keyId));
    }

    private static KeySchedule schedule(Map<KeySlot, List<SigningKey>> slots, KeySlot slot) {
        return new KeySchedule(slots.getOrDefault(slot, List.of()));
    }

    private static Map<KeySlot, List<SigningKey>> bySlot(List<SigningKey> keys) {
        Map<KeySlot, List<SigningKey>> slots = new LinkedHashMap<>();
        for (SigningKey key : keys)
            slots.computeIfAbsent(key.slot(), _ -> new ArrayList<>()).add(key);
        return slots;
    }
}
