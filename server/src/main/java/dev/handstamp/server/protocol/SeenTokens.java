package dev.handstamp.server.protocol;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Remembers what was found out about tokens under one state of what is known: asked about again, a token costs
/// a look-up and the checks that depend on time and revocation, never the signature.
///
/// Bounded by forgetting in two generations: what nobody asked about in the last one is dropped. Only tokens that we
/// signed may be put in, so nobody else can fill it. When the state is another one (of the keys, for instance: a
/// withdrawn key's tokens are good no more), all is forgotten.
///
/// @param <T> what is remembered
@SuppressWarnings("ReferenceEquality") // Whether it is the very same state is the question.
public final class SeenTokens<T> {

    private static final int GENERATION = 4_096;

    private record Memory<T>(Object state, Map<String, T> young, Map<String, T> old) {}

    private volatile @Nullable Memory<T> memory;

    /// What was found out about a token under this state.
    ///
    /// @param state the very object that it was found under
    public @Nullable T find(String token, Object state) {
        Memory<T> current = memory;
        if (current == null || current.state != state) return null;
        T seen = current.young.get(token);
        if (seen != null) return seen;
        T old = current.old.get(token);
        if (old != null) remember(token, old, state);
        return old;
    }

    public void remember(String token, T seen, Object state) {
        Memory<T> current = memory;
        if (current == null || current.state != state) {
            current = new Memory<>(state, new ConcurrentHashMap<>(), Map.of());
            memory = current;
        } else if (current.young.size() >= GENERATION) {
            current = new Memory<>(state, new ConcurrentHashMap<>(), current.young);
            memory = current;
        }
        current.young.put(token, seen);
    }
}
