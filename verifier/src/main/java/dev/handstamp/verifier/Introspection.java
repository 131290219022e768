package dev.handstamp.verifier;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Asks the issuer about each token (RFC 7662): slower than a local check, but a revoked token is refused at once.
///
/// Used in two ways: as a [RevocationCheck] behind the local check, or in its place through
/// [TokenVerifier.Builder#introspection(String, String)]. The API authenticates with HTTP Basic, its name and
/// secret encoded as RFC 6749 §2.3.1 says. At most 64 questions are under way at once; each takes at most 5
/// seconds. What cannot be asked is refused with [Reason#INTROSPECTION_UNAVAILABLE].
public final class Introspection implements RevocationCheck {

    private static final System.Logger LOG = System.getLogger(Introspection.class.getName());
    private static final int MAXIMUM_UNDER_WAY = 64;

    private final Issuer issuer;
    private final String authorization;
    private final IssuerConnection connection = new IssuerConnection();
    private final Semaphore underWay = new Semaphore(MAXIMUM_UNDER_WAY);
    private final ReentrantLock discovering = new ReentrantLock();
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile @Nullable URI endpoint;

    private Introspection(Issuer issuer, String authorization) {
        this.issuer = issuer;
        this.authorization = authorization;
    }

    /// Asks the endpoint that the issuer's metadata names; it must be of the issuer's own origin.
    ///
    /// @param issuer the issuer identifier: https, or http on loopback
    /// @param clientId by which the issuer knows this API
    /// @param clientSecret what the issuer knows it by
    /// @return the check, to be closed when the API ends; nothing is fetched yet
    /// @throws IllegalArgumentException if the issuer is anything else, or an argument is empty
    public static Introspection of(String issuer, String clientId, String clientSecret) {
        if (clientId.isEmpty() || clientSecret.isEmpty()) {
            throw new IllegalArgumentException("introspection needs a client id and a client secret");
        }
        return new Introspection(Issuer.of(issuer, Set.of()), basic(clientId, clientSecret));
    }

    /// The value of `Authorization` for an API (RFC 6749 §2.3.1).
    static String basic(String clientId, String clientSecret) {
        String pair = encoded(clientId) + ":" + encoded(clientSecret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public Verification check(String token, Verified verified, Instant now) {
        try {
            return isActive(ask(token)) ? verified : new Rejected(Reason.INACTIVE);
        } catch (UnusableAnswerException e) {
            return unavailable(e);
        }
    }

    /// Judges a token by what the issuer says of it, and by the same policy as the local check.
    Verification judge(String token, TokenPolicy policy, Instant now) {
        Optional<Rejected> refused = policy.refuseUnverified(token, now);
        if (refused.isPresent()) return refused.get();
        try {
            return policy.checkIntrospected(token, ask(token), now);
        } catch (UnusableAnswerException e) {
            return unavailable(e);
        }
    }

    /// @throws KeysUnavailableException if the endpoint cannot be found now
    void load() {
        try {
            endpoint(Deadline.in(IssuerConnection.TIME_LIMIT));
        } catch (UnusableAnswerException e) {
            throw new KeysUnavailableException("no introspection at " + issuer.identifier() + ": " + e.getMessage());
        }
    }

    private Map<String, Object> ask(String token) throws UnusableAnswerException {
        Deadline deadline = Deadline.in(IssuerConnection.TIME_LIMIT);
        board(deadline);
        try {
            String form = "token=" + encoded(token) + "&token_type_hint=access_token";
            byte[] answer = connection.post(endpoint(deadline), authorization, form, deadline.remaining());
            Map<String, Object> members = Json.parseObject(answer);
            if (members.get("active") instanceof Boolean) {
                if (failing.compareAndSet(true, false)) LOG.log(System.Logger.Level.INFO, "introspection works again");
                return members;
            }
            throw new UnusableAnswerException("an introspection answer without active");
        } catch (JsonException e) {
            throw new UnusableAnswerException("an introspection answer that is no JSON object: " + e.getMessage());
        } finally {
            underWay.release();
        }
    }

    private void board(Deadline deadline) throws UnusableAnswerException {
        try {
            if (underWay.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) return;
            throw new UnusableAnswerException("too many introspection requests are under way");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableAnswerException("interrupted");
        }
    }

    private URI endpoint(Deadline deadline) throws UnusableAnswerException {
        URI known = endpoint;
        if (known != null) return known;
        lock(deadline);
        try {
            known = endpoint;
            if (known == null) {
                known = issuer.endpoint(issuer.metadata(connection, deadline), "introspection_endpoint");
                endpoint = known;
            }
            return known;
        } finally {
            discovering.unlock();
        }
    }

    private void lock(Deadline deadline) throws UnusableAnswerException {
        try {
            if (discovering.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) return;
            throw new UnusableAnswerException(issuer.identifier() + " did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableAnswerException("interrupted");
        }
    }

    private static boolean isActive(Map<String, Object> answer) {
        return Boolean.TRUE.equals(answer.get("active"));
    }

    private Rejected unavailable(UnusableAnswerException e) {
        // Once, and not for every request that comes while it lasts.
        if (failing.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, "introspection failed: {0}", e.getMessage());
        }
        return new Rejected(Reason.INTROSPECTION_UNAVAILABLE, String.valueOf(e.getMessage()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String knowledge() {
        return issuer.identifier() + " was asked just now";
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return "Introspection[" + issuer.identifier() + "]";
    }
}
