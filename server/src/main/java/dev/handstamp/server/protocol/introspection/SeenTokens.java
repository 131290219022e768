package dev.handstamp.server.protocol.introspection;

import dev.handstamp.server.crypto.KeyRing;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Remembers tokens whose signature was checked against one key ring: asked about again, a token costs a look-up and
/// the checks that depend on time and revocation, never the signature.
///
/// Bounded by forgetting in two generations: what nobody asked about in the last one is dropped. Only tokens that we
/// signed ever get in, so nobody else can fill it. When the keys change, all is forgotten: a withdrawn key's tokens
/// are good no more.
final class SeenTokens {

    private static final int GENERATION = 4_096;

    private record Memory(KeyRing keys, Map<String, SeenToken> young, Map<String, SeenToken> old) {}

    private volatile @Nullable Memory memory;

    @Nullable
    SeenToken find(String token, KeyRing keys) {
        Memory current = memory;
        if (current == null || current.keys != keys) return null;
        SeenToken seen = current.young.get(token);
        if (seen != null) return seen;
        SeenToken old = current.old.get(token);
        if (old != null) remember(token, old, keys);
        return old;
    }

    void remember(String token, SeenToken seen, KeyRing keys) {
        Memory current = memory;
        if (current == null || current.keys != keys) {
            current = new Memory(keys, new ConcurrentHashMap<>(), Map.of());
            memory = current;
        } else if (current.young.size() >= GENERATION) {
            current = new Memory(keys, new ConcurrentHashMap<>(), current.young);
            memory = current;
        }
        current.young.put(token, seen);
    }
}
