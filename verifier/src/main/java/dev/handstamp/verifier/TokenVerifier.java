package dev.handstamp.verifier;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.SharedSecret;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks the access tokens of one issuer for one API: built once, asked a million times, from any number of
/// threads.
///
/// ```java
/// TokenVerifier verifier = TokenVerifier.builder()
///         .issuer("https://login.example")
///         .audience("https://api.example/orders")
///         .revocationFeed(secret, Silence.failClosed(Duration.ofSeconds(10)))
///         .build();
/// Verification verification = verifier.verify(token);      // Verified(accessToken) or Rejected(reason, detail)
/// ```
///
/// By default a token is checked here (RFC 9068 §4), with the keys that the issuer publishes: see
/// [RemoteJwkSet]. Once they are known no request leaves the process. A token that was found good is
/// remembered (see [Builder#seenTokens]): the next request with it costs a look-up, its times and its
/// revocation. With [Builder#introspection(String, String)] the issuer is asked about each token instead;
/// what it answers must pass the same checks.
public final class TokenVerifier implements AutoCloseable {

    private final TokenPolicy policy;
    private final JwkSetSource keys;
    private final RevocationCheck revocation;
    private final @Nullable RevocationFeed ownFeed;
    private final @Nullable Introspection introspection;
    private final @Nullable SeenTokens seenTokens;
    private final InstantSource clock;
    private final boolean ownsKeys;

    /// Who answers for which issuer; empty for a verifier that answers for one alone.
    private final Map<String, TokenVerifier> byIssuer;

    private TokenVerifier(
            TokenPolicy policy,
            JwkSetSource keys,
            boolean ownsKeys,
            RevocationCheck revocation,
            @Nullable RevocationFeed ownFeed,
            @Nullable Introspection introspection,
            @Nullable SeenTokens seenTokens,
            InstantSource clock) {
        this.policy = policy;
        this.keys = keys;
        this.ownsKeys = ownsKeys;
        this.revocation = revocation;
        this.ownFeed = ownFeed;
        this.introspection = introspection;
        this.seenTokens = seenTokens;
        this.clock = clock;
        this.byIssuer = Map.of();
    }

    /// The parts have all there is to know; of the first come what to compare a token of nobody's with,
    /// and the clock.
    private TokenVerifier(Map<String, TokenVerifier> byIssuer) {
        TokenVerifier first = byIssuer.values().iterator().next();
        this.policy = first.policy;
        this.keys = new FixedJwkSet(JwkSet.of(List.of()));
        this.ownsKeys = false;
        this.revocation = new ExpiryOnly();
        this.ownFeed = null;
        this.introspection = null;
        this.seenTokens = null;
        this.clock = first.clock;
        this.byIssuer = byIssuer;
    }

    /// Starts with what is strict; issuer and audience are to be named.
    ///
    /// @return a builder, for one verifier
    public static Builder builder() {
        return new Builder();
    }

    /// One verifier for several issuers, such as the tenants of one server: each part has its own issuer, keys,
    /// audience and revocations.
    ///
    /// Which part answers follows from the `iss` of the token alone, compared as a whole string, and the part
    /// then checks everything, `iss` included. A token of any other issuer is refused without a question to
    /// anybody. The caller closes the parts: they can be put together anew, with another tenant more, while they
    /// are in use.
    ///
    /// @param parts verifiers for one issuer each, at least one
    /// @return a verifier whose own `close()` ends nothing
    /// @throws IllegalArgumentException if there is none, two are for the same issuer, or one is for any issuer
    public static TokenVerifier anyOf(Collection<TokenVerifier> parts) {
        Map<String, TokenVerifier> byIssuer = new LinkedHashMap<>();
        for (TokenVerifier part : parts) {
            boolean isForOne = part.byIssuer.isEmpty() && !part.policy.issuer().isEmpty();
            if (!isForOne) throw new IllegalArgumentException("each part must be for exactly one issuer");
            if (byIssuer.put(part.policy.issuer(), part) != null) {
                throw new IllegalArgumentException("two verifiers for " + part.policy.issuer());
            }
        }
        if (byIssuer.isEmpty()) throw new IllegalArgumentException("name at least one verifier");
        return new TokenVerifier(Collections.unmodifiableMap(byIssuer));
    }

    /// Tells whether to trust a token that whoever bears it may use. Never throws for what the token holds.
    ///
    /// A token that is bound to a key or a certificate (RFC 9449, RFC 8705) is refused with
    /// [Reason#TOKEN_IS_BOUND]: a [Doorkeeper] takes it, because it sees who presents it.
    ///
    /// Waits for the issuer only when it must: for the first keys (at most 5 seconds), for a key that was not
    /// seen before (at most 2), or for the answer of an introspection (at most 5).
    ///
    /// @param token its text, from anybody
    /// @return a [Verified] that says what the token says, or a [Rejected] that says why not
    public Verification verify(String token) {
        Verification verification = verifyForHolder(token);
        return verification instanceof Verified verified
                        && verified.accessToken().isBound()
                ? new Rejected(Reason.TOKEN_IS_BOUND)
                : verification;
    }

    /// The same for a caller that looks itself whether the presenter holds what the token is bound to. Whoever
    /// does not look lets a thief in: [#verify] is for them.
    ///
    /// @param token its text, from anybody
    /// @return a [Verified], also for a token that is bound, or a [Rejected]
    public Verification verifyForHolder(String token) {
        if (!byIssuer.isEmpty()) return routed(token);
        Instant now = clock.instant();
        if (introspection != null) return introspected(introspection, token, now);

        SeenTokens.Seen seen = seenTokens == null ? null : seenTokens.find(token);
        if (seen != null) return checkedAgain(seen, token, now);

        JwkSet current = keys.current();
        Verification verification = policy.check(token, current, now);
        if (verification instanceof Verified verified) return accepted(token, verified, current, now);
        if (((Rejected) verification).reason() != Reason.UNKNOWN_KEY) return verification;
        return checkedWithNewestKeys(token, verification);
    }

    /// Checks a token as [#verify] does, and tells how it went, check by check.
    ///
    /// For a person at a screen, and as slow as one: show it to nobody but those who run the API.
    ///
    /// @param token its text, from anybody
    /// @return the verdict, and what led to it
    public Explanation explain(String token) {
        if (!byIssuer.isEmpty()) {
            TokenVerifier part = issuerOf(token).map(byIssuer::get).orElse(null);
            if (part != null) return part.explain(token);
        }
        Instant now = clock.instant();
        Verification verification = verify(token);
        boolean isLocal = introspection == null;
        boolean asksNobodyElse = revocation instanceof ExpiryOnly && !isLocal;
        String trusted = byIssuer.isEmpty() ? policy.issuer() : String.join(" ", byIssuer.keySet());
        return new Walk(token, policy, trusted, keys, asksNobodyElse ? null : revocation, now)
                .explain(verification, isLocal);
    }

    Instant now() {
        return clock.instant();
    }

    /// Ends the background work that this verifier started. Key sources and revocation checks that were
    /// handed to the builder stay open: they may serve others.
    @Override
    public void close() {
        if (ownFeed != null) ownFeed.close();
        if (ownsKeys) keys.close();
        if (introspection != null) introspection.close();
        if (seenTokens != null) seenTokens.close();
    }

    /// {@return the feed that tells what was taken back, for its status; empty when none was chosen}
    public Optional<RevocationFeed> revocationFeed() {
        return revocation instanceof RevocationFeed feed ? Optional.of(feed) : Optional.empty();
    }

    /// How many tokens are remembered now.
    int remembered() {
        return seenTokens == null ? 0 : seenTokens.size();
    }

    private Verification routed(String token) {
        Optional<String> issuer = issuerOf(token);
        TokenVerifier part = issuer.isEmpty() ? null : byIssuer.get(issuer.get());
        if (part != null) return part.verifyForHolder(token);
        Optional<Rejected> malformed = policy.refuseUnverified(token, clock.instant());
        return malformed.isPresent()
                ? malformed.get()
                : new Rejected(Reason.WRONG_ISSUER, "iss is " + issuer.orElse("missing"));
    }

    private Optional<String> issuerOf(String token) {
        return token.length() > longest() ? Optional.empty() : Jws.unverifiedIssuer(token);
    }

    private int longest() {
        int longest = 0;
        for (TokenVerifier part : byIssuer.values()) longest = Math.max(longest, part.policy.maximumLength());
        return longest;
    }

    private Verification introspected(Introspection asked, String token, Instant now) {
        Verification verification = asked.judge(token, policy, now);
        return verification instanceof Verified verified ? revocation.check(token, verified, now) : verification;
    }

    private Verification checkedAgain(SeenTokens.Seen seen, String token, Instant now) {
        Verification verification = seen.checkAgain(now);
        if (verification instanceof Verified verified) {
            keys.used(verified.accessToken().keyId());
            verification = revocation instanceof RevocationFeed feed
                    ? feed.check(token, seen.marks(), verified, now)
                    : revocation.check(token, verified, now);
        }
        if (seenTokens != null && verification instanceof Rejected) seenTokens.forget(seen);
        return verification;
    }

    private Verification accepted(String token, Verified verified, JwkSet checkedWith, Instant now) {
        ProviderNotice.sayOnce();
        keys.used(verified.accessToken().keyId());
        Verification verification = revocation.check(token, verified, now);
        if (seenTokens != null && verification instanceof Verified) {
            seenTokens.remember(token, verified, policy, keys, checkedWith);
        }
        return verification;
    }

    private Verification checkedWithNewestKeys(String token, Verification unknownKey) {
        String keyId = Jws.unverifiedKeyId(token).orElse("");
        boolean anyKeys = !keys.current().keys().isEmpty();
        if (keyId.isEmpty() && anyKeys) return unknownKey;

        JwkSet newest = keys.lookFor(keyId);
        if (newest.keys().isEmpty()) {
            return new Rejected(Reason.KEYS_UNAVAILABLE, keys.problem().orElse("the set is empty"));
        }
        Instant now = clock.instant();
        Verification verification = policy.check(token, newest, now);
        return verification instanceof Verified verified ? accepted(token, verified, newest, now) : verification;
    }

    /// Collects what to expect of a token and where the keys come from. Issuer and audience are required.
    public static final class Builder {

        private final TokenPolicy.Builder policy = TokenPolicy.builder();
        private String issuer = "";
        private boolean anyIssuer;
        private String audience = "";
        private boolean algorithmsGiven;
        private @Nullable SharedSecret sharedSecret;
        private @Nullable JwkSetSource keys;
        private String clientId = "";
        private String clientSecret = "";
        private RevocationCheck revocation = new ExpiryOnly();
        private RevocationFeed.@Nullable Builder ownFeed;
        private InstantSource clock = InstantSource.system();
        private boolean loadAtStart;
        private @Nullable Path keyCacheFile;
        private int seenEntries = SeenTokens.DEFAULT_ENTRIES;
        private long seenBytes = SeenTokens.DEFAULT_BYTES;

        private Builder() {}

        /// The issuer whose tokens are taken (RFC 9068 §4).
        ///
        /// @param issuer its identifier, exactly as it stands in `iss`; https (or http on loopback) unless
        ///     the keys come from elsewhere
        /// @return this builder
        public Builder issuer(String issuer) {
            this.issuer = issuer;
            this.anyIssuer = false;
            policy.issuer(issuer);
            return this;
        }

        /// The names of this API, one of which must be among the token's `aud` (RFC 9068 §4).
        ///
        /// @param audience one or more, as they stand in `aud`, each once; the first names this API
        ///     to a feed of revocations
        /// @return this builder
        /// @throws IllegalArgumentException if one is there twice
        public Builder audience(String... audience) {
            policy.audience(audience);
            this.audience = audience.length == 0 ? "" : audience[0];
            return this;
        }

        /// Takes tokens for whatever API: whoever holds one for another API of the issuer may come in.
        ///
        /// @return this builder
        public Builder anyAudience() {
            policy.anyAudience();
            return this;
        }

        /// Takes tokens whatever issuer they name. The keys must be given: they alone say who signed.
        ///
        /// @return this builder
        public Builder anyIssuer() {
            this.issuer = "";
            this.anyIssuer = true;
            policy.anyIssuer();
            return this;
        }

        /// Takes tokens of these types (`typ`) beside `at+jwt`, from issuers that do not follow RFC 9068;
        /// see [TokenPolicy.Builder#foreignTypes(String...)].
        ///
        /// @param types media types, each once; an empty text stands for a token without `typ`
        /// @return this builder
        /// @throws IllegalArgumentException if one is there twice
        public Builder foreignTypes(String... types) {
            policy.foreignTypes(types);
            return this;
        }

        /// The only algorithms that are taken (RFC 8725 §3.1); RS256, ES256, EdDSA and PS256 by default.
        ///
        /// @param algorithms at least one, each once
        /// @return this builder
        /// @throws IllegalArgumentException if one is there twice
        public Builder algorithms(Algorithm... algorithms) {
            policy.algorithms(algorithms);
            algorithmsGiven = true;
            return this;
        }

        /// How far the clocks of the issuer and of this machine may differ; 60 seconds by default.
        ///
        /// @param skew 0 to 60 seconds, cut to whole seconds
        /// @return this builder
        public Builder clockSkew(Duration skew) {
            policy.clockSkew(skew);
            return this;
        }

        /// The longest time from `iat` to `exp` that is taken; 24 hours by default.
        ///
        /// @param lifetime 1 second or more, cut to whole seconds
        /// @return this builder
        public Builder maximumLifetime(Duration lifetime) {
            policy.maximumLifetime(lifetime);
            return this;
        }

        /// The longest token that is looked at; 16,384 characters by default.
        ///
        /// @param characters 1 to 1,048,576
        /// @return this builder
        public Builder maximumLength(int characters) {
            policy.maximumLength(characters);
            return this;
        }

        /// Checks HS256 tokens with a secret that this API shares with the issuer; nothing is fetched.
        ///
        /// @param secret 32 to 1024 random bytes (RFC 7518 §3.2); copied
        /// @return this builder
        /// @throws IllegalArgumentException if it is shorter or longer
        public Builder sharedSecret(byte[] secret) {
            this.sharedSecret = SharedSecret.of(Algorithm.HS256, secret);
            return this;
        }

        /// Takes the keys from here, in place of fetching what the issuer publishes.
        ///
        /// @param source to be closed by the caller, after the verifier
        /// @return this builder
        public Builder keys(JwkSetSource source) {
            this.keys = source;
            return this;
        }

        /// Keeps the issuer's keys in this file, so that an issuer that is down when this API restarts
        /// changes nothing for tokens of known keys; see [RemoteJwkSet.Builder#cacheFile].
        ///
        /// @param file for this process alone; it need not be there yet, its folder must
        /// @return this builder
        public Builder keyCacheFile(Path file) {
            this.keyCacheFile = file;
            return this;
        }

        /// Asks the issuer about each token (RFC 7662) in place of checking it here.
        ///
        /// @param clientId by which the issuer knows this API
        /// @param clientSecret what the issuer knows it by
        /// @return this builder
        public Builder introspection(String clientId, String clientSecret) {
            this.clientId = clientId;
            this.clientSecret = clientSecret;
            return this;
        }

        /// What to ask after a token was found good; nothing but its expiry by default.
        ///
        /// @param check to be closed by the caller, after the verifier
        /// @return this builder
        public Builder revocation(RevocationCheck check) {
            this.revocation = check;
            return this;
        }

        /// Hears from the issuer what was taken back, so that it is refused within a second and nothing is
        /// asked for it: see [RevocationFeed]. This is what to choose unless there is a reason not to.
        ///
        /// @param secret with which this API, by the first name given as its audience, asks the issuer
        /// @param whenSilent what becomes of tokens when the issuer is not heard
        /// @return this builder
        public Builder revocationFeed(String secret, Silence whenSilent) {
            this.ownFeed = RevocationFeed.unbound(secret, whenSilent);
            return this;
        }

        /// How many tokens are remembered after they were found good, and in how much memory; 4096 and 16
        /// MiB by default.
        ///
        /// The answer to a remembered token is the same as that of the full check: its times and its
        /// revocation are checked on each request, and it is forgotten when the issuer's key set changes.
        /// Tokens stand in memory in the clear, until they expire. They are not remembered when an
        /// introspection takes the place of the local check.
        ///
        /// @param maximumEntries rounded down to a power of two; 0 remembers nothing
        /// @param maximumBytes of heap, estimated
        /// @return this builder
        /// @throws IllegalArgumentException if either is negative, or there are more than 2^24 entries
        public Builder seenTokens(int maximumEntries, long maximumBytes) {
            if (maximumEntries < 0 || maximumEntries > 1 << 24 || maximumBytes < 0) {
                throw new IllegalArgumentException("seenTokens takes 0 to 16777216 entries, and no negative bytes");
            }
            this.seenEntries = maximumEntries;
            this.seenBytes = maximumBytes;
            return this;
        }

        /// What time it is; the system's clock by default.
        ///
        /// @param clock asked on each check, by any number of threads
        /// @return this builder
        public Builder clock(InstantSource clock) {
            this.clock = clock;
            return this;
        }

        /// Asks the issuer within [#build()], which then fails if it cannot be used.
        ///
        /// @return this builder
        public Builder loadAtStart() {
            this.loadAtStart = true;
            return this;
        }

        /// Makes the verifier; nothing is fetched unless [#loadAtStart()] was called, but a feed of
        /// revocations is begun.
        ///
        /// @return the verifier, to be closed when the API ends
        /// @throws IllegalArgumentException naming what is missing, wrong, or contradicts another setting
        /// @throws KeysUnavailableException if the issuer was to be asked at start and could not be used
        public TokenVerifier build() {
            if (sharedSecret != null && !algorithmsGiven) policy.algorithms(Algorithm.HS256);
            TokenPolicy checked = policy.build();
            requireOneSource();
            if (!clientId.isEmpty() || !clientSecret.isEmpty()) return introspecting(checked);
            if (sharedSecret != null) return local(checked, new FixedJwkSet(JwkSet.of(List.of(sharedSecret))), false);
            if (keys != null) return local(checked, keys, false);

            RemoteJwkSet.Builder remote = RemoteJwkSet.builder(issuer);
            if (keyCacheFile != null) remote.cacheFile(keyCacheFile);
            return local(checked, (loadAtStart ? remote.loadAtStart() : remote).build(), true);
        }

        private void requireOneSource() {
            boolean asks = !clientId.isEmpty() || !clientSecret.isEmpty();
            int sources = (sharedSecret != null ? 1 : 0) + (keys != null ? 1 : 0) + (asks ? 1 : 0);
            if (asks && ownFeed != null) {
                throw new IllegalArgumentException("introspection asks about each token: it needs no revocationFeed");
            }
            if (ownFeed != null && !(revocation instanceof ExpiryOnly)) {
                throw new IllegalArgumentException("revocationFeed and revocation exclude each other");
            }
            if (sources > 1) {
                throw new IllegalArgumentException("sharedSecret, keys and introspection exclude each other");
            }
            if (keyCacheFile != null && sources > 0) {
                throw new IllegalArgumentException("keyCacheFile is for keys that are fetched from the issuer");
            }
            if (anyIssuer && sharedSecret == null && keys == null) {
                throw new IllegalArgumentException("anyIssuer needs keys or a sharedSecret");
            }
        }

        private TokenVerifier local(TokenPolicy checked, JwkSetSource source, boolean owned) {
            SeenTokens seen = seenEntries == 0 ? null : new SeenTokens(seenEntries, seenBytes, clock);
            RevocationFeed feed = ownFeed == null ? null : feed(ownFeed, source);
            return new TokenVerifier(checked, source, owned, feed == null ? revocation : feed, feed, null, seen, clock);
        }

        /// It checks its events with the same keys, unless those are a secret.
        private RevocationFeed feed(RevocationFeed.Builder own, JwkSetSource source) {
            own.issuer(issuer).audience(audience).clock(clock);
            if (sharedSecret == null) own.keys(source);
            RevocationFeed feed = own.start();
            try {
                if (!loadAtStart || feed.awaitConnected(IssuerConnection.TIME_LIMIT)) return feed;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            feed.close();
            throw new KeysUnavailableException("no revocation feed of " + issuer + ": "
                    + feed.status().problem().orElse("nothing was heard in time"));
        }

        private TokenVerifier introspecting(TokenPolicy checked) {
            var asked = Introspection.of(issuer, clientId, clientSecret);
            if (loadAtStart) load(asked);
            JwkSetSource none = new FixedJwkSet(JwkSet.of(List.of()));
            return new TokenVerifier(checked, none, false, revocation, null, asked, null, clock);
        }

        private static void load(Introspection asked) {
            try {
                asked.load();
            } catch (KeysUnavailableException e) {
                asked.close();
                throw e;
            }
        }
    }
}
