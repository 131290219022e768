package dev.handstamp.verifier;

import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Looks a token up in the list of statuses that it names in `status.status_list`, as an issuer publishes it for
/// everyone (Token Status List, draft 20): for issuers that have no [RevocationFeed].
///
/// ```java
/// StatusList statuses = StatusList.builder("https://login.example").build();
/// TokenVerifier verifier = TokenVerifier.builder()…revocation(statuses).build();
/// ```
///
/// A list is fetched once for all who ask, from the issuer's own origin, within 5 seconds and 512 KiB, and
/// inflated to at most 8 MiB. It is kept as long as its `ttl` says, and renewed in the background before that is
/// over. What is revoked is known after one `ttl` at the latest. Everything else refuses: a status other than 0
/// with [Reason#REVOKED]; an index beyond the list, a list that is over, wrongly signed, about another address or
/// not to be had with [Reason#REVOCATIONS_UNKNOWN].
///
/// @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-oauth-status-list-20">Token Status List</a>
public final class StatusList implements RevocationCheck {

    private static final System.Logger LOG = System.getLogger(StatusList.class.getName());
    private static final int MAXIMUM_LISTS = 256;
    private static final Duration COOL_DOWN = Duration.ofSeconds(5);

    private final Issuer issuer;
    private final StatusListReader reader;
    private final JwkSetSource keys;
    private final boolean ownsKeys;
    private final boolean acceptWithoutStatus;
    private final InstantSource clock;
    private final IssuerConnection connection = new IssuerConnection();
    private final Map<String, Kept> lists = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;

    private StatusList(Builder builder) {
        this.issuer = Issuer.of(builder.issuer, builder.trustedOrigins);
        this.ownsKeys = builder.keys == null;
        this.keys = builder.keys != null
                ? builder.keys
                : RemoteJwkSet.builder(builder.issuer).build();
        this.reader = new StatusListReader(builder.issuer, keys, builder.maximumAge);
        this.acceptWithoutStatus = builder.acceptWithoutStatus;
        this.clock = builder.clock;
        this.threads = new ThreadPoolExecutor(2, 2, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            var thread = new Thread(task, "handstamp-status-list");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /// Begins with the defaults that stand above.
    ///
    /// @param issuer the issuer identifier, exactly as it stands in `iss`
    /// @return a builder
    public static Builder builder(String issuer) {
        return new Builder(issuer);
    }

    @Override
    public Verification check(String token, Verified verified, Instant now) {
        Map<String, Object> claims = verified.accessToken().claims().toMap();
        if (!claims.containsKey("status")) {
            return acceptWithoutStatus ? verified : new Rejected(Reason.MISSING_CLAIM, "status");
        }
        if (claims.get("status") instanceof Map<?, ?> status
                && status.get("status_list") instanceof Map<?, ?> reference
                && reference.get("uri") instanceof String address
                && reference.get("idx") instanceof Long index) {
            return look(verified, address, index, now);
        }
        return new Rejected(Reason.MALFORMED_CLAIMS, "status names no list and index");
    }

    @Override
    public String knowledge() {
        return lists.size() + " status lists of " + issuer.identifier() + ", each kept for its ttl";
    }

    /// Ends what runs in the background and forgets the lists.
    @Override
    public void close() {
        threads.shutdownNow();
        connection.close();
        lists.clear();
        if (ownsKeys) keys.close();
    }

    @Override
    public String toString() {
        return "StatusList[" + issuer.identifier() + "]";
    }

    private Verification look(Verified verified, String address, long index, Instant now) {
        try {
            int status = statuses(address, now).at(index);
            return status == 0 ? verified : new Rejected(Reason.REVOKED, "its status is " + status);
        } catch (UnusableAnswerException e) {
            return new Rejected(Reason.REVOCATIONS_UNKNOWN, String.valueOf(e.getMessage()));
        }
    }

    private Statuses statuses(String address, Instant now) throws UnusableAnswerException {
        Kept kept = lists.get(address);
        if (kept == null) kept = begin(address);
        StatusListReader.Listed fresh = kept.fresh(now);
        if (fresh != null) {
            if (kept.isToBeRenewed()) fetch(kept);
            return fresh.statuses();
        }
        fetch(kept);
        return kept.await(now).statuses();
    }

    private Kept begin(String address) throws UnusableAnswerException {
        URI uri = trusted(address);
        if (lists.size() >= MAXIMUM_LISTS) lists.values().removeIf(Kept::isUnused);
        if (lists.size() >= MAXIMUM_LISTS) throw new UnusableAnswerException("too many status lists are in use");
        return lists.computeIfAbsent(address, unknown -> new Kept(address, uri));
    }

    private URI trusted(String address) throws UnusableAnswerException {
        try {
            URI uri = new URI(address);
            Optional<Origin> origin = Origin.of(uri);
            if (origin.isPresent() && issuer.trustedOrigins().contains(origin.get())) return uri;
        } catch (URISyntaxException malformed) {
            // Refused below, in the same words.
        }
        throw new UnusableAnswerException("the status list is on another origin, which was not allowed explicitly");
    }

    private void fetch(Kept kept) {
        if (kept.boards()) threads.execute(() -> fly(kept));
    }

    private void fly(Kept kept) {
        try {
            Deadline deadline = Deadline.in(IssuerConnection.TIME_LIMIT);
            byte[] answer = connection.get(kept.uri, "application/statuslist+jwt", deadline.remaining());
            kept.land(reader.read(answer, kept.address, clock.instant()));
        } catch (UnusableAnswerException e) {
            LOG.log(System.Logger.Level.WARNING, "a status list of {0}: {1}", issuer.identifier(), e.getMessage());
            kept.fail(e);
        } catch (RuntimeException | Error e) { // Whatever broke, nobody may be left waiting.
            kept.fail(new UnusableAnswerException(e.toString()));
            throw e;
        }
    }

    /// One list, and the fetch that is under way for it.
    private static final class Kept {

        private final String address;
        private final URI uri;
        private volatile StatusListReader.@Nullable Listed listed;
        private volatile long fetchedAt = System.nanoTime();
        private volatile long coolUntil = System.nanoTime();
        private volatile String problem = "not fetched yet";
        private @Nullable CompletableFuture<Void> flight; // Guarded by this.

        Kept(String address, URI uri) {
            this.address = address;
            this.uri = uri;
        }

        StatusListReader.@Nullable Listed fresh(Instant now) {
            StatusListReader.Listed held = listed;
            boolean good =
                    held != null && age() < held.ttl().toNanos() && held.end().isAfter(now);
            return good ? held : null;
        }

        boolean isToBeRenewed() {
            StatusListReader.Listed held = listed;
            return held != null && age() > held.ttl().toNanos() / 4 * 3;
        }

        boolean isUnused() {
            StatusListReader.Listed held = listed;
            return held == null || age() > held.ttl().toNanos();
        }

        /// Whether the caller is to fetch: nobody else does, and the last failure is some time ago.
        synchronized boolean boards() {
            if (flight != null || System.nanoTime() - coolUntil < 0) return false;
            flight = new CompletableFuture<>();
            return true;
        }

        void land(StatusListReader.Listed fetched) {
            fetchedAt = System.nanoTime();
            listed = fetched;
            end();
        }

        void fail(UnusableAnswerException why) {
            problem = String.valueOf(why.getMessage());
            coolUntil = System.nanoTime() + COOL_DOWN.toNanos();
            end();
        }

        StatusListReader.Listed await(Instant now) throws UnusableAnswerException {
            CompletableFuture<Void> boarded = flight();
            try {
                if (boarded != null) boarded.get(IssuerConnection.TIME_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (TimeoutException | ExecutionException e) {
                // Then there is no fresh list below.
            }
            StatusListReader.Listed held = fresh(now);
            if (held == null) throw new UnusableAnswerException(problem);
            return held;
        }

        private synchronized @Nullable CompletableFuture<Void> flight() {
            return flight;
        }

        private synchronized void end() {
            CompletableFuture<Void> landed = flight;
            flight = null;
            if (landed != null) landed.complete(null);
        }

        private long age() {
            return System.nanoTime() - fetchedAt;
        }
    }

    /// Where lists may be, and what of tokens without one.
    public static final class Builder {

        private final String issuer;
        private final Set<Origin> trustedOrigins = new HashSet<>();
        private @Nullable JwkSetSource keys;
        private Duration maximumAge = Duration.ofHours(1);
        private boolean acceptWithoutStatus;
        private InstantSource clock = InstantSource.system();

        private Builder(String issuer) {
            this.issuer = issuer;
        }

        /// Another origin where the issuer may keep its lists. May be called several times.
        ///
        /// @param origin such as `https://lists.example`
        /// @return this builder
        /// @throws IllegalArgumentException if it is not https (or http on loopback)
        public Builder trustOrigin(URI origin) {
            trustedOrigins.add(Origin.of(origin)
                    .filter(Origin::isConfidential)
                    .orElseThrow(() -> new IllegalArgumentException("must be https, or http on loopback: " + origin)));
            return this;
        }

        /// The keys that lists are checked with; what the issuer publishes by default.
        ///
        /// @param source to be closed by the caller
        /// @return this builder
        public Builder keys(JwkSetSource source) {
            this.keys = source;
            return this;
        }

        /// How long a list is kept at most, whatever its `ttl` says; 1 hour by default.
        ///
        /// @param age 1 second to 1 day
        /// @return this builder
        /// @throws IllegalArgumentException if it is out of bounds
        public Builder maximumAge(Duration age) {
            if (age.compareTo(Duration.ofSeconds(1)) < 0 || age.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("maximumAge must be 1 second to 1 day");
            }
            this.maximumAge = age;
            return this;
        }

        /// Takes tokens that name no list; they are refused by default, because nothing could ever take
        /// them back.
        ///
        /// @return this builder
        public Builder acceptWithoutStatus() {
            this.acceptWithoutStatus = true;
            return this;
        }

        /// What time it is; the system's clock by default.
        ///
        /// @param clock asked on each fetch, by any number of threads
        /// @return this builder
        public Builder clock(InstantSource clock) {
            this.clock = clock;
            return this;
        }

        /// Makes the check; nothing is fetched yet.
        ///
        /// @return the check, to be closed when the API ends
        /// @throws IllegalArgumentException if the issuer is not https (or http on loopback)
        public StatusList build() {
            return new StatusList(this);
        }
    }
}
