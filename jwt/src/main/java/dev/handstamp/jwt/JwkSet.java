package dev.handstamp.jwt;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The keys that one issuer signs with, each under its own id.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7517#section-5">RFC 7517 §5</a>
public final class JwkSet {

    /// How many keys a set may hold; a longer one is refused as a whole.
    public static final int MAXIMUM_KEYS = 100;

    private final Map<String, VerificationKey> byId;
    private final List<VerificationKey> keys;
    private final List<String> ignored;
    private final KnownHeaders knownHeaders = new KnownHeaders();

    private JwkSet(Map<String, VerificationKey> byId, List<String> ignored) {
        this.byId = byId;
        this.keys = List.copyOf(byId.values());
        this.ignored = List.copyOf(ignored);
    }

    /// A set of keys that are at hand; a shared secret may be among them.
    ///
    /// @param keys at most [#MAXIMUM_KEYS], each with an id of its own; copied. None is fine: then no token is
    ///     good
    /// @return the set, in the order of the keys
    /// @throws IllegalArgumentException if two keys have one id, or there are too many
    public static JwkSet of(Collection<? extends VerificationKey> keys) {
        if (keys.size() > MAXIMUM_KEYS) {
            throw new IllegalArgumentException("more than " + MAXIMUM_KEYS + " keys");
        }
        var byId = new LinkedHashMap<String, VerificationKey>();
        for (VerificationKey key : keys) {
            if (byId.put(key.keyId(), key) != null) {
                throw new IllegalArgumentException("two keys with one kid");
            }
        }
        return new JwkSet(byId, List.of());
    }

    /// Reads a published set.
    ///
    /// Kinds of keys that we do not know are passed over; secrets, private keys and keys that are too weak are
    /// too, and [#ignored] names them. Two keys with one `kid` refuse the whole set: nobody could say which was
    /// meant (RFC 7517 §4.5).
    ///
    /// @param json the set in UTF-8, at most 1 MiB; only read
    /// @return the keys that can verify, in the order of the text; perhaps none
    /// @throws InvalidJwkException if it is no set, or holds a `kid` twice or more than [#MAXIMUM_KEYS] entries
    public static JwkSet parse(byte[] json) throws InvalidJwkException {
        List<?> entries = entries(json);
        var byId = new LinkedHashMap<String, VerificationKey>();
        var seen = new ArrayList<String>();
        var ignored = new ArrayList<String>();
        for (Object entry : entries) {
            Map<String, Object> members = members(entry);
            Jwk key;
            try {
                key = Jwk.parse(members);
            } catch (InvalidJwkException e) {
                if (!e.isUnknownKind()) {
                    String name = members.get("kid") instanceof String kid ? kid : "";
                    claim(name, seen);
                    ignored.add(Printable.of("\"" + name + "\": " + e.getMessage()));
                }
                continue;
            }
            claim(key.keyId(), seen);
            byId.put(key.keyId(), key);
        }
        return new JwkSet(byId, ignored);
    }

    /// Finds the key of this `kid`.
    ///
    /// @param keyId compared character by character (RFC 7517 §4.5)
    /// @return the key, or empty
    public Optional<VerificationKey> find(String keyId) {
        return Optional.ofNullable(byId.get(keyId));
    }

    /// {@return every key that can verify, in the order of the set}
    public List<VerificationKey> keys() {
        return keys;
    }

    /// {@return the keys of the text that will never verify, each as its `kid` and the reason, for the log}
    public List<String> ignored() {
        return ignored;
    }

    /// Writes the set to publish: public keys only, never a secret (RFC 7517 §9.2).
    ///
    /// @return the set in UTF-8, as `application/jwk-set+json` (RFC 7517 §8.5.1) has it
    public byte[] toJson() {
        var published = new ArrayList<Object>();
        for (VerificationKey key : keys) {
            if (key instanceof Jwk jwk) {
                published.add(jwk.toJson());
            }
        }
        return Json.write(Map.of("keys", published));
    }

    @Override
    public String toString() {
        return "JwkSet" + keys;
    }

    KnownHeaders knownHeaders() {
        return knownHeaders;
    }

    /// The key that a header means: by its `kid`, or without one the only key of its algorithm.
    Optional<VerificationKey> keyFor(JoseHeader header) {
        if (header.keyId() != null) {
            return find(header.keyId());
        }
        VerificationKey only = null;
        for (VerificationKey key : keys) {
            if (key.algorithm() != header.algorithm()) {
                continue;
            }
            if (only != null) {
                return Optional.empty();
            }
            only = key;
        }
        return Optional.ofNullable(only);
    }

    private static List<?> entries(byte[] json) throws InvalidJwkException {
        try {
            if (!(Json.parseObject(json).get("keys") instanceof List<?> entries)) {
                throw new InvalidJwkException("keys is missing or not a list");
            }
            if (entries.size() > MAXIMUM_KEYS) {
                throw new InvalidJwkException("more than " + MAXIMUM_KEYS + " keys");
            }
            return entries;
        } catch (JsonException e) {
            throw new InvalidJwkException(String.valueOf(e.getMessage()));
        }
    }

    @SuppressWarnings("unchecked") // The maps of our parser have text keys.
    private static Map<String, Object> members(Object entry) throws InvalidJwkException {
        if (entry instanceof Map<?, ?> members) {
            return (Map<String, Object>) members;
        }
        throw new InvalidJwkException("a key is not an object");
    }

    private static void claim(String keyId, List<String> seen) throws InvalidJwkException {
        if (!keyId.isEmpty() && seen.contains(keyId)) {
            throw new InvalidJwkException(Printable.of("two keys with the kid \"" + keyId + "\""));
        }
        seen.add(keyId);
    }
}
