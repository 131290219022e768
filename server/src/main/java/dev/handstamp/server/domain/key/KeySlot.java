package dev.handstamp.server.domain.key;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// What one schedule of keys is for: an algorithm, or one API's shared secret.
///
/// @param api the one API that shares the secret; empty for key pairs, which serve every API of the algorithm
public record KeySlot(Algorithm algorithm, Optional<Audience> api) {

    /// The algorithm that every server signs with.
    public static final KeySlot DEFAULT = new KeySlot(Algorithm.RS256, Optional.empty());

    /// What APIs are told is signed with this, whatever algorithm their tokens have: signing is cheap and signatures
    /// are short.
    public static final KeySlot ANNOUNCEMENTS = new KeySlot(Algorithm.ES256, Optional.empty());

    public static KeySlot of(Algorithm algorithm, Audience api) {
        return new KeySlot(algorithm, algorithm.isSymmetric() ? Optional.of(api) : Optional.empty());
    }

    /// RS256 and ES256 always, and whatever the registered APIs ask for.
    public static Set<KeySlot> inUse(Collection<Api> apis) {
        return inUse(apis, Set.of());
    }

    /// RS256 and ES256 always, and whatever the registered APIs and clients ask for.
    ///
    /// @param answers what clients want their answers signed with; never symmetric
    public static Set<KeySlot> inUse(Collection<Api> apis, Collection<Algorithm> answers) {
        Set<KeySlot> slots = new LinkedHashSet<>();
        slots.add(DEFAULT);
        slots.add(ANNOUNCEMENTS);
        for (Api api : apis) slots.add(of(api.algorithm(), api.audience()));
        for (Algorithm algorithm : answers) slots.add(new KeySlot(algorithm, Optional.empty()));
        return slots;
    }

    public boolean isShared() {
        return api.isPresent();
    }

    @Override
    public String toString() {
        return api.map(audience -> algorithm.joseName() + " of " + audience).orElse(algorithm.joseName());
    }
}
