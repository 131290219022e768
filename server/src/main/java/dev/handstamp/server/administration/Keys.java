package dev.handstamp.server.administration;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.KeySlot;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.key.SigningKey.State;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.SigningKeyStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The signing keys: what there is, and turning them by hand.
public final class Keys {

    /// A key and where it stands in its life now.
    public record Listed(SigningKey key, State state) {}

    /// A key and when it does what: instants that lie ahead are expected, unless somebody turns keys by hand.
    ///
    /// @param signsFrom  empty if it never signed, and no one knows when it will
    /// @param signsUntil empty if the key before it is not there to say
    /// @param goneAt     empty for a key that has not retired: its last token is not issued yet
    public record Planned(
            SigningKey key,
            State state,
            Optional<Instant> signsFrom,
            Optional<Instant> signsUntil,
            Optional<Instant> goneAt) {}

    /// The keys of a moment.
    ///
    /// @param rotation     how long a key signs
    /// @param nextRotation the first of those to come
    public record Schedule(Instant at, Duration rotation, Optional<Instant> nextRotation, List<Planned> keys) {}

    private final Database database;
    private final Supplier<SigningKeys> signingKeys;
    private final Supplier<KeyEncryption> encryption;
    private final InstantSource clock;
    private final Administrator administrator;
    private final Journal journal;
    private final SigningKeyStore store = new SigningKeyStore();

    /// Works on the given store.
    ///
    /// @param signingKeys opened when keys are turned
    /// @param encryption  opened when a shared secret is to be read
    public Keys(
            Database database,
            Supplier<SigningKeys> signingKeys,
            Supplier<KeyEncryption> encryption,
            InstantSource clock,
            Administrator administrator) {
        this.database = database;
        this.signingKeys = signingKeys;
        this.encryption = encryption;
        this.clock = clock;
        this.administrator = administrator;
        this.journal = new Journal(administrator);
    }

    /// Next, current and retired keys, the oldest first.
    public List<Listed> list() {
        Instant now = clock.instant();
        return database.read(store::list).stream()
                .map(key -> new Listed(key, key.stateAt(now)))
                .filter(listed -> listed.state() != State.REMOVED)
                .toList();
    }

    /// The same, with what is to become of them.
    ///
    /// @param rotation how long a key signs
    public Schedule schedule(Duration rotation) {
        Instant now = clock.instant();
        List<Listed> listed = list();
        Set<KeySlot> turning = signingKeys.get().inUse().stream()
                .filter(slot -> !slot.isShared()) // Only a person turns secrets that APIs share.
                .collect(Collectors.toSet());
        Map<KeySlot, Instant> turns = new HashMap<>();
        for (Listed each : listed) {
            if (each.state() != State.CURRENT || !turning.contains(each.key().slot())) continue;
            each.key().activatedAt().ifPresent(at -> turns.put(each.key().slot(), later(at.plus(rotation), now)));
        }
        List<Planned> planned = new ArrayList<>();
        for (Listed each : listed)
            planned.add(planned(
                    each, rotation, Optional.ofNullable(turns.get(each.key().slot()))));
        return new Schedule(now, rotation, turns.values().stream().min(Instant::compareTo), List.copyOf(planned));
    }

    private static Planned planned(Listed listed, Duration rotation, Optional<Instant> turn) {
        SigningKey key = listed.key();
        return switch (listed.state()) {
            case NEXT -> new Planned(key, listed.state(), turn, turn.map(at -> at.plus(rotation)), Optional.empty());
            case CURRENT -> new Planned(key, listed.state(), key.activatedAt(), turn, Optional.empty());
            case RETIRED, REMOVED ->
                new Planned(key, listed.state(), key.activatedAt(), key.retiredAt(), key.removedAt());
        };
    }

    /// What was due before is done at once.
    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /// Turns every key pair in use, or those of one algorithm: the next key begins to sign, the current one retires
    /// and stays published until its last token has expired.
    ///
    /// @return the keys that sign now
    public List<SigningKey> rotate(Optional<String> algorithm) {
        Optional<Algorithm> only = algorithm.map(Parsed::algorithm);
        Set<KeySlot> slots = signingKeys.get().inUse().stream()
                .filter(slot ->
                        !slot.isShared() && only.map(slot.algorithm()::equals).orElse(true))
                .collect(Collectors.toSet());
        if (slots.isEmpty())
            throw algorithm
                    .map(name -> new Refused("refused.key.no-pairs", name))
                    .orElseGet(() -> new Refused("refused.key.no-pairs.any"));
        return turn(slots);
    }

    /// Turns the secret that an API shares: its next secret begins to sign. The API has to have been given it.
    public SharedSecrets rotateShared(String audience) {
        Audience api = Parsed.audience(audience);
        Set<KeySlot> slots = signingKeys.get().inUse().stream()
                .filter(slot -> slot.api().equals(Optional.of(api)))
                .collect(Collectors.toSet());
        if (slots.isEmpty()) {
            throw new Refused("refused.key.not-shared", api);
        }
        turn(slots);
        return sharedSecrets(api).orElseThrow();
    }

    /// Withdraws a key at once, for one that got lost: what it signed is refused from now on.
    ///
    /// @return what took over, if the withdrawn key was signing
    public Optional<SigningKey> retire(String keyId) {
        return switch (signingKeys.get().retire(keyId, administrator.author())) {
            case SigningKeys.Retired retired -> retired.successor();
            case SigningKeys.UnknownKey _ ->
                throw new Refused(Refused.Kind.UNKNOWN, "refused.key.unknown", Refused.quoted(keyId));
        };
    }

    /// The secrets that an API shares; empty when its tokens are signed with a key pair.
    Optional<SharedSecrets> sharedSecrets(Audience audience) {
        List<Listed> shared = list().stream()
                .filter(listed -> listed.key().api().equals(Optional.of(audience)))
                .toList();
        return secret(shared, State.CURRENT)
                .flatMap(current -> secret(shared, State.NEXT).map(next -> new SharedSecrets(current, next)));
    }

    /// The secrets of an API that is no more sign and check nothing any more.
    void withdrawShared(Transaction tx, Audience audience, Instant now) {
        for (SigningKey key : store.list(tx)) {
            if (!key.api().equals(Optional.of(audience)) || key.stateAt(now) == State.REMOVED) continue;
            SigningKey withdrawn = new SigningKey(
                    key.keyId(),
                    key.algorithm(),
                    key.api(),
                    key.encryptedKey(),
                    key.createdAt(),
                    key.activatedAt(),
                    Optional.of(now),
                    Optional.of(now));
            store.update(tx, withdrawn);
            journal.note(
                    tx,
                    AuditEvent.Type.KEY_REMOVED,
                    key.keyId(),
                    Map.of("algorithm", key.algorithm().joseName()),
                    now);
        }
    }

    private List<SigningKey> turn(Set<KeySlot> slots) {
        return switch (signingKeys.get().rotate(slots, administrator.author())) {
            case SigningKeys.Rotated(var current) -> current;
            case SigningKeys.TooManyPublished(int published) ->
                throw new Refused(Refused.Kind.CONFLICT, "refused.key.many", published);
        };
    }

    private Optional<String> secret(List<Listed> shared, State state) {
        return shared.stream()
                .filter(listed -> listed.state() == state)
                .findFirst()
                .map(listed -> encryption.get().decrypt(listed.key()).toJson().get("k"))
                .map(Object::toString);
    }
}
