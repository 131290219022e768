package dev.handstamp.testing;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// For each algorithm in use a current key, a next one, and those that were replaced.
final class KeyChain {

    private final FirstKeys first;
    private final Map<Algorithm, PrivateJwk> current = new LinkedHashMap<>();
    private final Map<Algorithm, PrivateJwk> next = new LinkedHashMap<>();
    private final List<PrivateJwk> retired = new ArrayList<>();

    /// @param first the first keys, which may be in the making: whoever needs them waits for them
    KeyChain(FirstKeys first) {
        this.first = first;
    }

    synchronized PrivateJwk current(Algorithm algorithm) {
        PrivateJwk known = current.get(algorithm);
        if (known != null) return known;
        PrivateJwk made = algorithm == Algorithm.ES256 ? first.current() : PrivateJwk.generate(algorithm);
        current.put(algorithm, made);
        return made;
    }

    synchronized void rotate() {
        complete();
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
        complete();
        List<Jwk> keys = new ArrayList<>();
        for (PrivateJwk key : retired) key.publicJwk().ifPresent(keys::add);
        for (PrivateJwk key : current.values()) key.publicJwk().ifPresent(keys::add);
        for (PrivateJwk key : next.values()) key.publicJwk().ifPresent(keys::add);
        return keys;
    }

    /// Whoever only signs does not wait for the keys that come next.
    private void complete() {
        current(Algorithm.ES256);
        next.putIfAbsent(Algorithm.ES256, first.next());
        for (Algorithm algorithm : current.keySet()) {
            if (!next.containsKey(algorithm)) next.put(algorithm, PrivateJwk.generate(algorithm));
        }
    }
}
