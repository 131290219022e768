package dev.handstamp.server.domain.client;

import dev.handstamp.json.JsonNull;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.jwt.VerificationKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The public keys of a client (RFC 7591 §2, `jwks`). A key that does not name its algorithm serves every algorithm of
/// its kind, so that which one is meant is known only with a signature at hand.
public final class ClientKeys {

    public static final int MOST = 20;

    private static final Set<String> PRIVATE = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");

    /// The members of a public key that mean something here (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). Others are left
    /// out.
    private static final Set<String> TEXTS =
            Set.of("kty", "use", "alg", "kid", "x5u", "x5t", "x5t#S256", "n", "e", "crv", "x", "y", "pub");

    private static final Set<String> LISTS = Set.of("key_ops", "x5c");

    /// Which key, and what it is to check.
    private record Use(int key, Algorithm algorithm) {}

    private final List<Map<String, Object>> keys;

    /// What could be read, and nothing that a sender names: it never grows beyond the keys and their algorithms.
    private final Map<Use, Jwk> read = new ConcurrentHashMap<>();

    private ClientKeys(List<Map<String, Object>> keys) {
        this.keys = List.copyOf(keys);
    }

    /// Reads a JWK Set; empty if it is none, if a private or a secret key is among its keys, or if a member of a key is
    /// not of its type. Members that nobody here knows are not kept.
    public static Optional<ClientKeys> of(Object set) {
        if (!(set instanceof Map<?, ?> object) || !(object.get("keys") instanceof List<?> list))
            return Optional.empty();
        if (list.isEmpty() || list.size() > MOST) return Optional.empty();
        List<Map<String, Object>> keys = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> key)) return Optional.empty();
            if (key.keySet().stream().anyMatch(PRIVATE::contains)) return Optional.empty();
            Map<String, Object> members = new LinkedHashMap<>();
            for (Map.Entry<?, ?> member : key.entrySet()) {
                if (!(member.getKey() instanceof String name) || member.getValue() == JsonNull.NULL) continue;
                if (!TEXTS.contains(name) && !LISTS.contains(name)) continue;
                if (!isOfItsType(name, member.getValue())) return Optional.empty();
                members.put(name, member.getValue());
            }
            keys.add(Collections.unmodifiableMap(members));
        }
        return Optional.of(new ClientKeys(keys));
    }

    private static boolean isOfItsType(String name, @Nullable Object value) {
        if (TEXTS.contains(name)) return value instanceof String;
        return value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
    }

    /// The JWK Set, of what is known of its keys.
    Map<String, Object> toObject() {
        return Map.of("keys", keys);
    }

    /// The key that a signature's header means: the one with its `kid`, or without a `kid` the only one that can make
    /// such a signature. A key that is too weak is none.
    public Optional<VerificationKey> find(Optional<String> keyId, Algorithm algorithm) {
        List<VerificationKey> found = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Map<String, Object> key = keys.get(i);
            boolean meant = keyId.isEmpty() || keyId.get().equals(key.get("kid"));
            boolean forSignatures = !"enc".equals(key.get("use"));
            if (meant && forSignatures) read(i, algorithm).ifPresent(found::add);
        }
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /// How many keys were read so far, each for one algorithm.
    int remembered() {
        return read.size();
    }

    private Optional<Jwk> read(int index, Algorithm algorithm) {
        Use use = new Use(index, algorithm);
        Jwk known = read.get(use);
        if (known != null) return Optional.of(known);
        Optional<Jwk> parsed = parse(keys.get(index), algorithm);
        parsed.ifPresent(key -> read.put(use, key));
        return parsed;
    }

    /// Every key that can be read, whatever it is for.
    public List<Jwk> publicKeys() {
        List<Jwk> found = new ArrayList<>();
        for (Map<String, Object> key : keys) {
            Arrays.stream(Algorithm.values())
                    .filter(algorithm -> algorithm.isAvailable() && !algorithm.isSymmetric())
                    .flatMap(algorithm -> parse(key, algorithm).stream())
                    .findFirst()
                    .ifPresent(found::add);
        }
        return found;
    }

    /// Whether a key comes with this certificate (RFC 7517 §4.7, §4.9).
    ///
    /// @param thumbprint its SHA-256, base64url
    public boolean hasCertificate(String thumbprint) {
        return keys.stream()
                .anyMatch(key -> thumbprint.equals(key.get("x5t#S256"))
                        || thumbprint.equals(thumbprintOf(key.get("x5c")).orElse("")));
    }

    private static Optional<String> thumbprintOf(@Nullable Object chain) {
        if (!(chain instanceof List<?> list) || list.isEmpty() || !(list.getFirst() instanceof String first)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Sha256.base64Url(Base64.getDecoder().decode(first)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<Jwk> parse(Map<String, Object> key, Algorithm algorithm) {
        Map<String, Object> named = new LinkedHashMap<>(key);
        named.putIfAbsent("alg", algorithm.joseName());
        try {
            Jwk parsed = Jwk.parse(named);
            return parsed.algorithm() == algorithm ? Optional.of(parsed) : Optional.empty();
        } catch (InvalidJwkException _) {
            return Optional.empty();
        }
    }
}
