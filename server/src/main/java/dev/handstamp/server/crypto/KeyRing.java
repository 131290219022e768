package dev.handstamp.server.crypto;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.KeySlot;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.key.SigningKey.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The keys at one moment: those that sign, and the set that is published. Immutable: whoever holds a ring never signs
/// with a
/// key that the same ring does not publish.
///
/// A key pair serves every API of its algorithm; a shared secret serves its one API and is never published.
public final class KeyRing {

    public static final KeyRing EMPTY = new KeyRing(List.of(), Instant.MIN);

    // The lambdas of Comparator.comparing can be serialized, and no cache keeps them for the next start.
    private static final Comparator<SigningKey> OLDEST_FIRST = (one, other) -> {
        int byTime = one.createdAt().compareTo(other.createdAt());
        return byTime != 0 ? byTime : one.keyId().compareTo(other.keyId());
    };

    private final Map<String, Held> held;
    private final Map<KeySlot, Held> signing;
    private final boolean sharesSecrets;
    private final JwkSet published;
    private final byte[] jwksJson;
    private final Instant completeUntil;

    private KeyRing(List<Held> keys, Instant now) {
        this.held = new LinkedHashMap<>();
        this.signing = new HashMap<>();
        List<Jwk> publicKeys = new ArrayList<>();
        Instant firstRemoval = Instant.MAX;
        for (Held key : keys) {
            held.put(key.row.keyId(), key);
            if (key.row.stateAt(now) == State.CURRENT) signing.put(key.row.slot(), key);
            key.key.publicJwk().ifPresent(publicKeys::add);
            Instant removal = key.row.removedAt().orElse(Instant.MAX);
            if (removal.isBefore(firstRemoval)) firstRemoval = removal;
        }
        this.published = JwkSet.of(publicKeys);
        this.jwksJson = published.toJson();
        this.sharesSecrets = keys.stream().anyMatch(key -> key.row.slot().isShared());
        this.completeUntil = firstRemoval;
    }

    /// The ring of what is stored.
    ///
    /// @param stored   every stored key, in any order; removed ones are left out
    /// @param previous a ring whose opened keys are used again
    /// @throws DamagedKey if a key cannot be opened
    public static KeyRing of(List<SigningKey> stored, KeyEncryption encryption, KeyRing previous, Instant now) {
        List<Held> keys = new ArrayList<>();
        for (SigningKey row : stored.stream().sorted(OLDEST_FIRST).toList()) {
            if (row.stateAt(now) == State.REMOVED) continue;
            Held known = previous.held.get(row.keyId());
            keys.add(known != null && known.isOpened(row) ? known.with(row) : Held.open(row, encryption));
        }
        return new KeyRing(keys, now);
    }

    /// This ring without the keys whose time has come since.
    public KeyRing at(Instant now) {
        if (now.isBefore(completeUntil)) return this;
        return new KeyRing(
                held.values().stream()
                        .filter(key -> key.row.stateAt(now) != State.REMOVED)
                        .toList(),
                now);
    }

    /// What signs this API's tokens; empty while its algorithm has no key.
    ///
    /// @param type the `typ` of the token, such as `at+jwt`
    public Optional<JwsSigner> signer(Algorithm algorithm, Audience api, String type) {
        Held key = signing.get(KeySlot.of(algorithm, api));
        return key == null ? Optional.empty() : Optional.of(key.signer(type));
    }

    /// What signs announcements to APIs; empty while there is no key for it.
    ///
    /// @param type the `typ` of what is announced
    public Optional<JwsSigner> announcer(String type) {
        Held key = signing.get(KeySlot.ANNOUNCEMENTS);
        return key == null ? Optional.empty() : Optional.of(key.signer(type));
    }

    /// The public keys, next, current and retired.
    public JwkSet published() {
        return published;
    }

    /// The key set as it is served (RFC 7517 §5), ready to be sent; not to be changed.
    public byte[] jwksJson() {
        return jwksJson;
    }

    /// What is known of a key of this ring, shared secrets included; not the key itself.
    public Optional<SigningKey> find(String keyId) {
        return Optional.ofNullable(held.get(keyId)).map(Held::row);
    }

    /// Checks a token of ours against every key of this ring.
    ///
    /// Whoever shares a secret can sign with it. So a token signed with one counts only at the API that shares it:
    /// otherwise an API could make tokens for another one.
    public Verification check(String token, TokenPolicy policy, Instant now) {
        if (!sharesSecrets) return policy.check(token, published, now);
        Held key = Jws.unverifiedKeyId(token).map(held::get).orElse(null);
        if (key == null || key.row.api().isEmpty()) return policy.check(token, published, now);
        Verification verification = policy.check(token, JwkSet.of(List.of(key.key.verificationKey())), now);
        return switch (verification) {
            case Verified(AccessToken accessToken)
            when !isOnlyFor(accessToken, key.row.api().get()) ->
                new Rejected(Reason.WRONG_AUDIENCE, "signed with the secret of another API");
            case Verified _, Rejected _ -> verification;
        };
    }

    private static boolean isOnlyFor(AccessToken accessToken, Audience api) {
        return accessToken.audience().equals(List.of(api.value()));
    }

    @Override
    public String toString() {
        return "KeyRing" + held.keySet();
    }

    /// A key with its private part opened, and the signers made of it so far.
    private record Held(SigningKey row, PrivateJwk key, Map<String, JwsSigner> signers) {

        static Held open(SigningKey row, KeyEncryption encryption) {
            return new Held(row, encryption.decrypt(row), new ConcurrentHashMap<>());
        }

        /// Whether the row holds the very ciphertext that was opened here, for the same slot.
        boolean isOpened(SigningKey other) {
            return row.encryptedKey().equals(other.encryptedKey()) && row.slot().equals(other.slot());
        }

        Held with(SigningKey newer) {
            return new Held(newer, key, signers);
        }

        JwsSigner signer(String type) {
            return signers.computeIfAbsent(type, wanted -> new JwsSigner(key, wanted));
        }
    }
}
