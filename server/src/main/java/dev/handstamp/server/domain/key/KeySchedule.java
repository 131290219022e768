package dev.handstamp.server.domain.key;

import dev.handstamp.server.domain.key.SigningKey.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The keys of one algorithm (or of one API's shared secret) and what is to become of them: publish first, sign later,
/// withdraw last.
///
/// @param keys in any order; removed ones do not matter
public record KeySchedule(List<SigningKey> keys) {

    /// What a rotation changes: keys to store anew and keys whose instants changed.
    public record Change(List<SigningKey> created, List<SigningKey> changed) {

        public static final Change NONE = new Change(List.of(), List.of());
    }

    public KeySchedule {
        keys = List.copyOf(keys);
    }

    public Optional<SigningKey> current(Instant now) {
        return in(State.CURRENT, now);
    }

    public Optional<SigningKey> next(Instant now) {
        return in(State.NEXT, now);
    }

    /// Next, current and retired: what the key set lists.
    public List<SigningKey> published(Instant now) {
        return keys.stream().filter(key -> key.stateAt(now) != State.REMOVED).toList();
    }

    /// Whether the current key has signed for as long as it may.
    public boolean isRotationDue(Duration interval, Instant now) {
        return current(now)
                .flatMap(SigningKey::activatedAt)
                .map(activated -> !now.isBefore(activated.plus(interval)))
                .orElse(true);
    }

    /// The next key begins to sign, the current one retires, and a fresh one is published as next.
    ///
    /// @param fresh     two new keys; both are used when there is no next key yet: one to sign, one to be next
    /// @param retention how long a retired key stays published: the longest life of a token, and the clock skew
    public Change rotate(List<SigningKey> fresh, Duration retention, Instant now) {
        Optional<SigningKey> next = next(now);
        List<SigningKey> changed = new ArrayList<>();
        current(now).ifPresent(key -> changed.add(retired(key, now, now.plus(retention))));
        next.ifPresent(key -> changed.add(activated(key, now)));
        List<SigningKey> created = next.isPresent()
                ? List.of(fresh.getFirst())
                : List.of(activated(fresh.getFirst(), now), fresh.getLast());
        return new Change(created, List.copyOf(changed));
    }

    /// Whatever is lacking of a current key and a next one.
    ///
    /// @param fresh two new keys
    public Change complete(List<SigningKey> fresh, Instant now) {
        if (current(now).isEmpty()) return rotate(fresh, Duration.ZERO, now);
        if (next(now).isEmpty()) return new Change(List.of(fresh.getFirst()), List.of());
        return Change.NONE;
    }

    public boolean isComplete(Instant now) {
        return current(now).isPresent() && next(now).isPresent();
    }

    /// Withdraws one key at once: tokens that it signed are refused from here on. The next key takes over from a
    /// current one.
    public Change retire(String keyId, List<SigningKey> fresh, Instant now) {
        SigningKey key = keys.stream()
                .filter(each -> each.keyId().equals(keyId))
                .findFirst()
                .orElseThrow();
        return switch (key.stateAt(now)) {
            case CURRENT -> rotate(fresh, Duration.ZERO, now);
            case NEXT -> new Change(List.of(fresh.getFirst()), List.of(retired(key, now, now)));
            case RETIRED -> new Change(List.of(), List.of(withdrawn(key)));
            case REMOVED -> Change.NONE;
        };
    }

    private static SigningKey withdrawn(SigningKey retired) {
        Instant since = retired.retiredAt().orElseThrow();
        return retired(retired, since, since);
    }

    private Optional<SigningKey> in(State state, Instant now) {
        return keys.stream().filter(key -> key.stateAt(now) == state).findFirst();
    }

    private static SigningKey activated(SigningKey key, Instant now) {
        return new SigningKey(
                key.keyId(),
                key.algorithm(),
                key.api(),
                key.encryptedKey(),
                key.createdAt(),
                Optional.of(now),
                Optional.empty(),
                Optional.empty());
    }

    private static SigningKey retired(SigningKey key, Instant retiredAt, Instant removedAt) {
        return new SigningKey(
                key.keyId(),
                key.algorithm(),
                key.api(),
                key.encryptedKey(),
                key.createdAt(),
                key.activatedAt(),
                Optional.of(retiredAt),
                Optional.of(removedAt));
    }
}
