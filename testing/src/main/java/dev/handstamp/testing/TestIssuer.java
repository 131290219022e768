package dev.handstamp.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.PrivateJwk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An issuer that stands up in a few milliseconds: real keys, real tokens, its metadata and key set over HTTP on
/// loopback.
///
/// ```java
/// TestIssuer issuer = TestIssuer.start();
/// TokenVerifier verifier = TokenVerifier.builder()
///         .issuer(issuer.issuer())
///         .audience("https://api.example")
///         .build();
/// verifier.verify(issuer.token().scope("orders:read").sign());
/// ```
///
/// Tokens are signed with ES256 unless the test asks for another algorithm; a key is made when it is first needed
/// (RSA takes a moment). Like a good issuer it publishes the next key before it signs with it. It also does what
/// a good issuer never does: [#answerKeysWith], [#goDown()], and tokens of any wrong shape through [#token()].
///
/// It trusts whoever asks and is for tests only.
public final class TestIssuer implements AutoCloseable {

    private final InstantSource clock;
    private final KeyChain keys;
    private final Register register = new Register();
    private final ExecutorService threads = Executors.newCachedThreadPool(new Daemons());
    private final String path;
    private final int port;
    private final TestFeed feed;
    private final AtomicInteger metadataRequests = new AtomicInteger();
    private final AtomicInteger keyRequests = new AtomicInteger();
    private final AtomicInteger introspectionRequests = new AtomicInteger();

    private @Nullable HttpServer server;
    private volatile boolean onlyOpenId;
    private volatile @Nullable Answer metadataAnswer;
    private volatile @Nullable Answer keyAnswer;
    private volatile @Nullable Answer introspectionAnswer;

    private TestIssuer(FirstKeys first, String path, InstantSource clock) {
        this.keys = new KeyChain(first);
        this.path = path;
        this.clock = clock;
        HttpServer listening = listen(0);
        this.server = listening;
        this.port = listening.getAddress().getPort();
        this.feed = new TestFeed(issuer(), keys, clock);
    }

    /// An issuer `http://127.0.0.1:<free port>`, by the system's clock.
    ///
    /// @return an issuer that answers, to be closed by the test
    public static TestIssuer start() {
        return new TestIssuer(FirstKeys.begun(), "", InstantSource.system());
    }

    /// An issuer with a path after the port, by the system's clock.
    ///
    /// @param path such as `/tenants/blue`
    /// @return an issuer that answers, to be closed by the test
    public static TestIssuer startAt(String path) {
        return new TestIssuer(FirstKeys.begun(), path, InstantSource.system());
    }

    /// An issuer whose tokens are issued at the time that this clock tells.
    ///
    /// @param clock mostly a [TestClock]
    /// @return an issuer that answers, to be closed by the test
    public static TestIssuer start(InstantSource clock) {
        return start(FirstKeys.begun(), clock);
    }

    static TestIssuer start(FirstKeys first, InstantSource clock) {
        return new TestIssuer(first, "", clock);
    }

    /// {@return the issuer identifier, as it stands in `iss`}
    public String issuer() {
        return "http://127.0.0.1:" + port + path;
    }

    /// {@return where the key set stands}
    public String jwksUri() {
        return issuer() + "/jwks";
    }

    /// {@return where the revocation feed stands}
    public String feedAddress() {
        return issuer() + "/revocations";
    }

    /// {@return a token with every claim of RFC 9068 §2.2, good for five minutes, to be changed and signed}
    public TokenBuilder token() {
        return new TokenBuilder(issuer(), clock.instant(), keys).claim("rev", feed.position());
    }

    /// Finds the key that signs now with this algorithm, and makes it if none was needed yet.
    ///
    /// @param algorithm any
    /// @return the key; its public part is published, a secret of HMAC is not
    /// @throws IllegalStateException if this Java lacks the algorithm
    public PrivateJwk key(Algorithm algorithm) {
        return keys.current(algorithm);
    }

    /// {@return every key that is published: retired, current and next}
    public JwkSet keys() {
        return keys.published();
    }

    /// For every algorithm in use the next key becomes the current one, and another next one is published. The
    /// former key stays published.
    public void rotateKey() {
        keys.rotate();
        feed.keysChanged();
    }

    /// No longer publishes the keys that [#rotateKey()] has replaced.
    public void withdrawRetiredKeys() {
        keys.withdrawRetired();
        feed.keysChanged();
    }

    /// From now on introspection (RFC 7662) says that this token is not active, and every verifier that reads the
    /// [#feed()] is told of its `jti`.
    ///
    /// @param token its text; one without `jti` is told to introspection alone
    public void revoke(String token) {
        register.revoke(token);
        Jws.parse(token).flatMap(TestIssuer::jwtId).ifPresent(jwtId -> feed.revoke("token", jwtId));
    }

    /// Takes back every token with this `sid`, now and for ever.
    ///
    /// @param sessionId as it stands in the tokens
    public void revokeSession(String sessionId) {
        feed.revoke("session", sessionId);
    }

    /// Takes back every token with this `grant_id`, now and for ever.
    ///
    /// @param grantId as it stands in the tokens
    public void revokeGrant(String grantId) {
        feed.revoke("grant", grantId);
    }

    /// Takes back every token of this `sub` that was issued so far; those of [#token()] from here on are good.
    ///
    /// @param subject as it stands in the tokens
    public void revokeSubject(String subject) {
        feed.revoke("subject", subject);
    }

    /// Takes back every token of this `client_id` that was issued so far.
    ///
    /// @param clientId as it stands in the tokens
    public void revokeClient(String clientId) {
        feed.revoke("client", clientId);
    }

    /// Takes back every token for this audience that was issued so far.
    ///
    /// @param audience as it stands in `aud` of the tokens
    public void revokeAudience(String audience) {
        feed.revoke("api", audience);
    }

    /// Takes back every token that was issued so far.
    public void revokeEverything() {
        feed.revoke("issuer", "");
    }

    /// {@return what verifiers hear of revocations, and what can go wrong with it; an API that
    ///     [#introspectionClient] has made known may read it}
    public TestFeed feed() {
        return feed;
    }

    /// Makes an API known that may introspect, and read the [#feed()] as the audience of this name; nobody may
    /// before.
    ///
    /// @param clientId its name, with HTTP Basic (RFC 6749 §2.3.1)
    /// @param clientSecret its secret
    public void introspectionClient(String clientId, String clientSecret) {
        register.client(clientId, clientSecret);
    }

    /// {@return how often the metadata was asked for, in either place}
    public int metadataRequests() {
        return metadataRequests.get();
    }

    /// {@return how often the key set was asked for}
    public int keyRequests() {
        return keyRequests.get();
    }

    /// {@return how often introspection was asked for}
    public int introspectionRequests() {
        return introspectionRequests.get();
    }

    /// Answers this in place of the metadata, until [#answerNormally()].
    ///
    /// @param answer to whoever asks
    public void answerMetadataWith(Answer answer) {
        this.metadataAnswer = answer;
    }

    /// Answers this in place of the key set, until [#answerNormally()].
    ///
    /// @param answer to whoever asks
    public void answerKeysWith(Answer answer) {
        this.keyAnswer = answer;
    }

    /// Answers this in place of every introspection, until [#answerNormally()].
    ///
    /// @param answer to whoever asks
    public void answerIntrospectionWith(Answer answer) {
        this.introspectionAnswer = answer;
    }

    /// Answers 404 in the place of RFC 8414, like an issuer that knows OpenID Connect Discovery alone.
    public void publishOnlyOpenIdConfiguration() {
        this.onlyOpenId = true;
    }

    /// Takes back every `answer…With`.
    public void answerNormally() {
        metadataAnswer = null;
        keyAnswer = null;
        introspectionAnswer = null;
    }

    /// Stops listening: connections are refused.
    public synchronized void goDown() {
        if (server != null) server.stop(0);
        server = null;
    }

    /// Listens again, on the same port.
    ///
    /// @throws java.io.UncheckedIOException if another process has taken it
    public synchronized void comeBack() {
        if (server == null) server = listen(port);
    }

    /// {@return what the metadata says (RFC 8414 §2), in a map of the caller's own, to be changed for
    ///     [#answerMetadataWith]}
    public Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("issuer", issuer());
        metadata.put("jwks_uri", jwksUri());
        metadata.put("introspection_endpoint", issuer() + "/introspect");
        metadata.put("revocation_feed_endpoint", feedAddress());
        metadata.put("token_endpoint", issuer() + "/token");
        metadata.put("response_types_supported", List.of("none"));
        return metadata;
    }

    @Override
    public void close() {
        goDown();
        threads.shutdownNow();
    }

    private HttpServer listen(int wantedPort) {
        try {
            var address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), wantedPort);
            HttpServer started = HttpServer.create(address, 256);
            started.setExecutor(threads);
            started.createContext("/", new Answering());
            // What it starts is a daemon because that thread is one: a forgotten issuer keeps no process alive.
            Thread starting = new Daemons().newThread(new Starting(started));
            starting.start();
            starting.join();
            return started;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the issuer began to listen", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String asked = exchange.getRequestURI().getRawPath();
        if (isMetadata(asked)) {
            metadataRequests.incrementAndGet();
            send(exchange, metadataAnswer, Answer.json(Json.text(metadata())));
        } else if (asked.equals(path + "/jwks")) {
            keyRequests.incrementAndGet();
            Answer wrong = keyAnswer;
            send(exchange, wrong, wrong != null ? wrong : Answer.json(keys.json()));
        } else if (asked.equals(path + "/introspect")) {
            introspectionRequests.incrementAndGet();
            send(exchange, introspectionAnswer, register.introspect(exchange, issuer(), keys, feed, clock.instant()));
        } else if (asked.equals(path + "/revocations")) {
            Optional<String> audience = register.caller(exchange);
            if (audience.isPresent()) {
                feed.serve(exchange, audience.get());
            } else {
                Answer.status(401).send(exchange);
            }
        } else {
            Answer.status(404).send(exchange);
        }
    }

    /// RFC 8414 §3.1 puts the well-known part before the issuer's path, OpenID Connect Discovery §4 behind it.
    private boolean isMetadata(String asked) {
        return (asked.equals("/.well-known/oauth-authorization-server" + path) && !onlyOpenId)
                || asked.equals(path + "/.well-known/openid-configuration");
    }

    // Named classes where lambdas would do: a process's first lambda takes longer than all of this.

    private static final class Daemons implements ThreadFactory {
        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "test-issuer");
            thread.setDaemon(true);
            return thread;
        }
    }

    private record Starting(HttpServer server) implements Runnable {
        @Override
        public void run() {
            server.start();
        }
    }

    private final class Answering implements HttpHandler {
        @Override
        public void handle(HttpExchange exchange) throws IOException {
            answer(exchange);
        }
    }

    private static Optional<String> jwtId(Jws token) {
        try {
            return Claims.of(Json.parseObject(token.unverifiedPayload())).string("jti");
        } catch (JsonException notClaims) {
            return Optional.empty();
        }
    }

    private static void send(HttpExchange exchange, @Nullable Answer wrong, Answer right) throws IOException {
        (wrong != null ? wrong : right).send(exchange);
    }
}
