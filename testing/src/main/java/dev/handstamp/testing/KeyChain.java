package dev.handstamp.testing;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// For each algorithm in use a current key, a next one, and those that were replaced.
final class KeyChain {

    private final Map<Algorithm, PrivateJwk> current = new EnumMap<>(Algorithm.class);
    private final Map<Algorithm, PrivateJwk> next = new EnumMap<>(Algorithm.class);
    private final List<PrivateJwk> retired = new ArrayList<>();

    /// The first keys are made while the issuer begins to listen; whoever needs them waits for them.
    KeyChain() {
        var making = new Thread(this::first, "test-issuer-keys");
        making.setDaemon(true);
        making.start();
    }

    private PrivateJwk first() {
        return current(Algorithm.ES256);
    }

    synchronized PrivateJwk current(Algorithm algorithm) {
        if (!current.containsKey(algorithm)) {
            current.put(algorithm, PrivateJwk.generate(algorithm));
            next.put(algorithm, PrivateJwk.generate(algorithm));
        }
        return current.get(algorithm);
    }

    synchronized void rotate() {
        first();
        retired.addAll(current.values());
        current.putAll(next);
        next.replaceAll((algorithm, used) -> PrivateJwk.generate(algorithm));
        // A key set holds at most 100 keys.
        while (retired.size() > 80) retired.remove(0);
    }

    synchronized void withdrawRetired() {
        retired.clear();
    }

    synchronized JwkSet published() {
        return JwkSet.of(publicKeys());
    }

    /// Every key that signatures can be checked with, the shared secrets too.
    synchronized JwkSet verifying() {
        List<VerificationKey> keys = new ArrayList<>(publicKeys());
        for (PrivateJwk key : current.values()) {
            if (key.algorithm().isSymmetric()) keys.add(key.verificationKey());
        }
        return JwkSet.of(keys);
    }

    String json() {
        return new String(published().toJson(), StandardCharsets.UTF_8);
    }

    private List<Jwk> publicKeys() {
        first();
        List<Jwk> keys = new ArrayList<>();
        for (PrivateJwk key : retired) key.publicJwk().ifPresent(keys::add);
        for (PrivateJwk key : current.values()) key.publicJwk().ifPresent(keys::add);
        for (PrivateJwk key : next.values()) key.publicJwk().ifPresent(keys::add);
        return keys;
    }
}
