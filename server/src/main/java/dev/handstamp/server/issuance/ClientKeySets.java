package dev.handstamp.server.issuance;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.VerificationKey;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientKeys;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.outbound.Answer;
import dev.handstamp.server.outbound.NoAnswer;
import dev.handstamp.server.outbound.OutboundHttp;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The public keys of clients and of assertion issuers: those that a client registered by value (`jwks`), or those at
/// the address that it
/// registered (`jwks_uri`), which are fetched when one is needed and kept for a while.
///
/// Whoever needs the same set at the same time waits for one request. A signature that names an unknown key has the set
/// fetched anew, but not sooner than [#COOL_DOWN] after the last try, whatever strangers send. While a client cannot be
/// reached, its last good set counts, for a day at most.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-2">RFC 7591 §2, jwks and jwks_uri</a>
public final class ClientKeySets {

    /// The shortest time between two requests to one address.
    public static final Duration COOL_DOWN = Duration.ofSeconds(30);

    private static final Duration USUALLY_FRESH = Duration.ofMinutes(10);
    private static final Duration LONGEST_FRESH = Duration.ofHours(1);
    private static final Duration LONGEST_KEPT = Duration.ofDays(1);
    private static final OutboundHttp.Limits LIMITS = new OutboundHttp.Limits(Duration.ofSeconds(5), 128 * 1024);
    private static final int MOST_ADDRESSES = 2_000;

    private final OutboundHttp outbound;
    private final LongSupplier nanoTime;
    private final Map<URI, KeySet> sets = new LinkedHashMap<>(64, 0.75f, true);

    /// @param nanoTime a clock that is never set, such as `System::nanoTime`
    public ClientKeySets(OutboundHttp outbound, LongSupplier nanoTime) {
        this.outbound = outbound;
        this.nanoTime = nanoTime;
    }

    /// The key that a signature's header means: the one with its `kid`, or without a `kid` the only one that can make
    /// such a signature. May wait for a client to answer.
    public Optional<VerificationKey> find(Client client, Optional<String> keyId, Algorithm algorithm) {
        return find(client, keys -> keys.find(keyId, algorithm));
    }

    /// What is looked for among the keys of a client. May wait for a client to answer.
    ///
    /// @param search asked again of a newer set if it is empty of the one that is known
    public <T> Optional<T> find(Client client, Function<ClientKeys, Optional<T>> search) {
        Optional<ClientKeys> registered = client.metadata().keys();
        if (registered.isPresent()) return search.apply(registered.get());
        Optional<String> address = client.metadata().text(ClientMember.JWKS_URI);
        return address.flatMap(uri -> set(URI.create(uri)).find(search));
    }

    /// The same of an assertion issuer: among the keys that an operator has named, or else of the client that it is.
    Optional<VerificationKey> find(
            AssertionIssuer issuer, Directory directory, Optional<String> keyId, Algorithm algorithm) {
        if (issuer.keys().isPresent()) {
            return ClientKeys.of(issuer.keys().get()).flatMap(keys -> keys.find(keyId, algorithm));
        }
        if (issuer.keysUri().isPresent()) {
            return set(URI.create(issuer.keysUri().get())).find(keys -> keys.find(keyId, algorithm));
        }
        return Optional.ofNullable(directory.clients().get(new ClientId(issuer.name())))
                .flatMap(client -> find(client, keyId, algorithm));
    }

    private synchronized KeySet set(URI address) {
        KeySet set = sets.computeIfAbsent(address, KeySet::new);
        if (sets.size() > MOST_ADDRESSES) sets.remove(sets.keySet().iterator().next());
        return set;
    }

    /// What is known of one address.
    private final class KeySet {

        /// @param at       when it came
        /// @param freshFor how long it need not be asked for again
        private record Known(ClientKeys keys, long at, Duration freshFor) {}

        private final URI address;
        private final ReentrantLock flight = new ReentrantLock();
        private volatile @Nullable Known known;
        private volatile long triedAt;
        private volatile boolean tried;

        private KeySet(URI address) {
            this.address = address;
        }

        private <T> Optional<T> find(Function<ClientKeys, Optional<T>> search) {
            Known now = known;
            if (now != null && isWithin(now.at, now.freshFor)) {
                Optional<T> found = search.apply(now.keys);
                if (found.isPresent()) return found;
            }
            refresh(now);
            Known then = known;
            return then != null && isWithin(then.at, LONGEST_KEPT) ? search.apply(then.keys) : Optional.empty();
        }

        /// Fetches the set unless somebody has just done so.
        ///
        /// @param seen what the caller has found wanting
        private void refresh(@Nullable Known seen) {
            flight.lock();
            try {
                boolean isNew = !Objects.equals(known, seen);
                if (isNew || (tried && isWithin(triedAt, COOL_DOWN))) return;
                fetch();
                triedAt = nanoTime.getAsLong();
                tried = true;
            } finally {
                flight.unlock();
            }
        }

        private void fetch() {
            switch (outbound.get(address, "application/jwk-set+json, application/json", LIMITS)) {
                case Answer answer when answer.status() == 200 -> read(answer);
                case Answer answer -> Log.warn("no key set of a client", "address", address, "status", answer.status());
                case NoAnswer(var reason) -> Log.warn("no key set of a client", "address", address, "reason", reason);
            }
        }

        private void read(Answer answer) {
            try {
                Optional<ClientKeys> keys = ClientKeys.of(Json.parseObject(answer.body()));
                if (keys.isEmpty()) {
                    Log.warn("no key set of a client", "address", address, "reason", "not 1 to 20 public keys");
                    return;
                }
                Duration fresh = answer.freshFor().orElse(USUALLY_FRESH);
                known = new Known(
                        keys.get(), nanoTime.getAsLong(), fresh.compareTo(LONGEST_FRESH) > 0 ? LONGEST_FRESH : fresh);
            } catch (JsonException _) {
                Log.warn("no key set of a client", "address", address, "reason", "not a JSON object");
            }
        }

        private boolean isWithin(long since, Duration time) {
            return nanoTime.getAsLong() - since < time.toNanos();
        }
    }
}
